"""What is a right answer to a hostile input, given the answer to the honest call."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from handbook.proof.hostile.alike import is_null
from handbook.proof.hostile.case import Case
from handbook.proof.hostile.tables import columns, has_labels, replace, take

__all__ = [
    "Right",
    "as_without",
    "empty",
    "is_answer",
    "never",
    "reads",
    "relabelled",
    "rows",
    "same",
    "shape",
]

Right = Callable[[Case, Any], bool]


def same(case: Case, answer: Any) -> bool:
    """Return whether it's the honest answer."""
    return case.alike(answer, case.answer)


def never(_case: Case, _answer: Any) -> bool:
    """Return False: only an error is right."""
    return False


def rows(group: Sequence[str], positions: Sequence[int]) -> Right:
    """Return a judge of the answer for these rows of the honest call."""

    def right(case: Case, answer: Any) -> bool:
        expected = case.answer
        if case.honest.each in group:
            expected = take(expected, positions)
        elif case.honest.some in group:
            place = {at: n for n, at in enumerate(_kept(case))}
            expected = take(expected, [place[at] for at in positions if at in place])
        return case.alike(answer, expected)

    return right


def relabelled(group: Sequence[str], labels: Sequence[Any]) -> Right:
    """Return a judge of the answer for the honest rows with other labels."""

    def right(case: Case, answer: Any) -> bool:
        expected = case.answer
        if case.honest.each in group and has_labels(expected):
            expected = expected.set_axis(list(labels))
        elif case.honest.some in group:
            expected = expected.set_axis([labels[at] for at in _kept(case)])
        return case.alike(answer, expected)

    return right


def as_without(
    group: Sequence[str], row: int, column: tuple[str, str], dropped: Mapping[str, Any]
) -> Right:
    """Return a judge of the answer when a column is null in a row.

    It's right if the row has no part in the answer, or is null in it, or if the
    function doesn't read that column at all.

    Parameters
    ----------
    group : sequence of str
        The arguments that have this row.
    row : int
        Its position.
    column : tuple of str
        The argument, and the end of the name of its column.
    dropped : mapping of str to object
        The arguments of the group without the row.
    """

    def right(case: Case, answer: Any) -> bool:
        count = len(case.arguments[column[0]])
        rest = [at for at in range(count) if at != row]
        if case.alike(answer, case.answer) and not reads(case, *column):
            return True
        if case.honest.some in group:
            label = case.arguments[case.honest.some].index[row]
            others = (each[each.index != label] for each in (answer, case.answer))
            return case.alike(*others) and _has_null(answer[answer.index == label])
        if case.honest.each not in group:
            return is_answer(case, dropped, answer)
        if not hasattr(answer, "__len__") or len(answer) != count:
            return False
        others = take(answer, rest)
        if case.alike(others, take(case.answer, rest)):
            return _has_null(take(answer, [row]))
        return _has_null(take(answer, [row])) and is_answer(case, dropped, others)

    return right


def _kept(case: Case) -> list[int]:
    """Return the positions of the rows that the answer holds."""
    place = {
        label: at for at, label in enumerate(case.arguments[case.honest.some].index)
    }
    return [place[label] for label in case.answer.index]


def reads(case: Case, name: str, end: str) -> bool:
    """Return whether the answer depends on what a column holds."""
    if (name, end) not in case.read:
        value = case.arguments[name]
        column = dict(columns(value))[end].astype(object)
        # Whether a value is null isn't what it is.
        opaque = replace(value, end, column.map(lambda _: object(), na_action="ignore"))
        case.read[name, end] = not is_answer(case, {name: opaque}, case.answer)
    return case.read[name, end]


def is_answer(case: Case, changes: Mapping[str, Any], answer: Any) -> bool:
    """Return whether a call with these changes gives this answer."""
    try:
        return case.alike(answer, case.call(changes))
    except Exception:
        return False


def _has_null(one_row: Any) -> bool:
    if isinstance(one_row, pd.DataFrame):
        return one_row.empty or bool(one_row.isna().any(axis=None))
    return all(is_null(each) for each in one_row)


def shape(case: Case, answer: Any) -> bool:
    """Return whether it's an answer of the same shape, or null."""
    return is_null(answer) or _shape(answer) == _shape(case.answer)


def empty(group: Sequence[str]) -> Right:
    """Return a judge of the answer for no rows: no rows, null, or a count of 0."""

    def right(case: Case, answer: Any) -> bool:
        if not shape(case, answer):
            return False
        if case.honest.each and case.honest.each not in group:
            return len(answer) == len(case.answer)
        if {case.honest.each, case.honest.some} & set(group):
            return len(answer) == 0
        return _is_nothing(answer)

    return right


def _is_nothing(answer: Any) -> bool:
    if isinstance(answer, pd.DataFrame):
        return all(_is_nothing(answer.iloc[:, at]) for at in range(answer.shape[1]))
    if isinstance(answer, pd.Series | np.ndarray):
        types = pd.api.types
        if types.is_bool_dtype(answer.dtype) or not types.is_numeric_dtype(
            answer.dtype
        ):
            return True
        counts = types.is_integer_dtype(answer.dtype)
        return all(is_null(each) or (counts and each == 0) for each in answer)
    if isinstance(answer, Mapping):
        return all(map(_is_nothing, answer.values()))
    if isinstance(answer, list | tuple):
        return all(map(_is_nothing, answer))
    return not isinstance(answer, float | np.floating) or is_null(answer)


def _shape(value: Any) -> object:
    if isinstance(value, pd.DataFrame):
        return [str(each) for each in value.columns]
    if isinstance(value, int | float | np.number | np.bool_):
        return "number"
    return type(value)
