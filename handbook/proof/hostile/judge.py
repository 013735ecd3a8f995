"""Decide whether a function holds on a hostile input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.declare import Honest, Otherwise
from handbook.proof.hostile.inputs import derive
from handbook.proof.hostile.right import is_answer
from handbook.proof.hostile.tables import take

__all__ = ["Verdict", "judge"]

# A function that stumbles raises these; one that refuses raises another.
_STUMBLES = (
    ArithmeticError,
    AttributeError,
    IndexError,
    MemoryError,
    NameError,
    RecursionError,
)


@dataclass(slots=True)
class Verdict:
    """How a function did on all inputs that were derived from one honest call.

    Attributes
    ----------
    function : str
        Its name.
    total, held, otherwise : int
        How many inputs there were, on how many it holds, and how many of those it may
        answer in its own way.
    faults : list of str
        One line for each input on which it doesn't hold.
    """

    function: str
    total: int = 0
    held: int = 0
    otherwise: int = 0
    faults: list[str] = field(default_factory=list)


def judge(honest: Honest) -> Verdict:
    """Call a function with all inputs that its honest call suggests."""
    found = Verdict(honest.name)
    case = Case(honest)
    try:
        _ = case.answer
    except Exception as error:
        found.total = 1
        found.faults.append(f"the honest call raises {_message(error)}")
        return found
    used: set[str] = set()
    for given in derive(case):
        found.total += 1
        complaint, excuse = _try(case, given)
        if excuse is not None:
            used.add(excuse.inputs)
            found.otherwise += not complaint
        found.held += not complaint
        if complaint:
            found.faults.append(f"{given.name}: {complaint}")
    found.faults += _idle(honest.otherwise, used)
    return found


def _idle(otherwise: Sequence[Otherwise], used: set[str]) -> Iterator[str]:
    for each in otherwise:
        if each.inputs not in used:
            yield f"Otherwise({each.inputs!r}) excuses no input: remove it"


def _try(case: Case, given: Input) -> tuple[str, Otherwise | None]:
    """Return a complaint, or none, and the entry that was needed."""
    covering = [each for each in case.honest.otherwise if each.covers(given.name)]
    demand = next((e for e in covering if e.has_answer or e.has_value), None)
    try:
        answer = case.call(given.changes)
    except Exception as error:
        if demand is None:
            return _unnamed(error, given), None
        return f"raises {_message(error)}", demand
    if demand is not None:
        excuse, held = demand, _meets(case, demand, given, answer)
    else:
        excuse, held = None, _is_right(case, given, answer)
        if not held and covering:
            excuse = covering[0]
            held = given.like is None or is_answer(case, given.like, answer)
    return ("" if held else f"returns {_short(answer)}"), excuse


def _is_right(case: Case, given: Input, answer: Any) -> bool:
    try:
        return given.right(case, answer)
    except Exception:  # it compares with another call, which may fail
        return False


def _meets(case: Case, demand: Otherwise, given: Input, answer: Any) -> bool:
    if demand.has_answer:
        return case.alike(answer, demand.answer)
    if given.row is None or len(answer) != len(case.answer):
        return False
    rest = [at for at in range(len(answer)) if at != given.row]
    value = next(iter(take(answer, [given.row])))
    others = case.alike(take(answer, rest), take(case.answer, rest))
    return others and case.alike(value, demand.at)


def _unnamed(error: Exception, given: Input) -> str:
    if isinstance(error, _STUMBLES):
        return f"stumbles with {_message(error)}"
    text = f"{error}"
    if given.both:
        first, *others = given.both
        if _has(text, [first]) and _has(text, others):
            return ""
        return f"raises {_message(error)}, which doesn't name both arguments"
    if _has(text, given.words):
        return ""
    return f"raises {_message(error)}, which doesn't name the argument"


def _has(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text) for w in words)


def _message(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"


def _short(answer: Any) -> str:
    if isinstance(answer, pd.DataFrame | pd.Series):
        return (
            f"{type(answer).__name__} of shape {answer.shape}: "
            + " ".join(str(answer.head(5)).split())[:120]
        )
    return " ".join(repr(answer).split())[:160]
