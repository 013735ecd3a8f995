"""The same call twice, and in several threads: with the very same arguments."""

import copy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from handbook.proof.hostile.case import Case, Input

__all__ = ["derive"]

_Arguments = dict[str, Any]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for what, judge in _JUDGES.items():
        given = case.fresh()
        before = _copy(given)
        yield Input(
            name=what,
            changes=_fresh_randomness(given, before),
            words=tuple(given),
            right=partial(judge, given, before),
        )


def _twice(given: _Arguments, before: _Arguments, case: Case, answer: Any) -> bool:
    again = case.call_with(_fresh_randomness(given, before))
    return case.alike(answer, case.answer) and case.alike(again, answer)


def _unchanged(given: _Arguments, before: _Arguments, case: Case, _answer: Any) -> bool:
    return all(
        case.alike(given[name], before[name])
        for name in given
        if not isinstance(given[name], np.random.Generator)
    )


def _threads(given: _Arguments, before: _Arguments, case: Case, answer: Any) -> bool:
    calls = [_fresh_randomness(given, before) for _ in range(4)]
    with ThreadPoolExecutor(len(calls)) as pool:
        return all(case.alike(each, answer) for each in pool.map(case.call_with, calls))


_JUDGES = {
    "twice the same call": _twice,
    "the arguments afterwards": _unchanged,
    "the same call in threads": _threads,
}


def _copy(arguments: _Arguments) -> dict[str, Any]:
    found = {}
    for name, value in arguments.items():
        try:
            found[name] = copy.deepcopy(value)
        except Exception:  # such as a lock or a connection
            found[name] = value
    return found


def _fresh_randomness(arguments: _Arguments, before: _Arguments) -> dict[str, Any]:
    """Return the same objects, but for the generators: those move on by themselves."""
    return {
        name: copy.deepcopy(before[name])
        if isinstance(value, np.random.Generator)
        else value
        for name, value in arguments.items()
    }
