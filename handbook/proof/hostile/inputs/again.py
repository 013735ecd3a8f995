"""The same call twice, and in several threads: with the very same arguments."""

import copy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from handbook.proof.hostile.alike import alike
from handbook.proof.hostile.case import Case, Input

__all__ = ["derive"]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    names = tuple(case.arguments)
    given = case.fresh()
    before = _copy(given)

    def twice(case: Case, answer: Any) -> bool:
        again = case.call_with(_fresh_randomness(given, before))
        return alike(answer, case.answer) and alike(again, answer)

    def unchanged(_case: Case, _answer: Any) -> bool:
        return all(
            alike(given[name], before[name])
            for name in given
            if not isinstance(given[name], np.random.Generator)
        )

    def threads(case: Case, answer: Any) -> bool:
        calls = [_fresh_randomness(given, before) for _ in range(4)]
        with ThreadPoolExecutor(len(calls)) as pool:
            return all(alike(each, answer) for each in pool.map(case.call_with, calls))

    first = _fresh_randomness(given, before)
    for what, right in (
        ("twice the same call", twice),
        ("the arguments afterwards", unchanged),
        ("the same call in threads", threads),
    ):
        yield Input(name=what, changes=first, words=names, right=right)


def _copy(arguments: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in arguments.items():
        try:
            found[name] = copy.deepcopy(value)
        except TypeError:  # such as a lock or a connection
            found[name] = value
    return found


def _fresh_randomness(
    arguments: dict[str, Any], before: dict[str, Any]
) -> dict[str, Any]:
    """Return the same objects, but for the generators: those move on by themselves."""
    return {
        name: copy.deepcopy(before[name])
        if isinstance(value, np.random.Generator)
        else value
        for name, value in arguments.items()
    }
