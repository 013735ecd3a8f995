"""Infinity, negative counts, and integers that a float cannot hold."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import Right, never, reads
from handbook.proof.hostile.tables import columns, groups, replace, take, words

__all__ = ["derive"]

_EXACT = 2**53  # from here on, a float holds every second integer only


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for name, value in case.arguments.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield from _numbers(name, value)
    for group in groups(case.honest, case.arguments):
        for name in group:
            for end, column in columns(case.arguments[name]):
                yield from _column(case, group, name, end, column)


def _numbers(name: str, value: float) -> Iterator[Input]:
    extremes: dict[str, float] = {"a negative number": -abs(value) - 1}
    if isinstance(value, float):
        extremes |= {"infinity": float("inf"), "NaN": float("nan")}
    for what, number in extremes.items():
        yield Input(
            name=f"{name}: {what}", changes={name: number}, words=(name,), right=never
        )


def _column(
    case: Case, group: tuple[str, ...], name: str, end: str, column: "pd.Series[Any]"
) -> Iterator[Input]:
    value, types = case.arguments[name], pd.api.types
    if types.is_float_dtype(column.dtype):
        row = int(np.nanargmax(column.to_numpy(dtype=float)))
        infinite = column.copy()
        infinite.iloc[row] = np.inf
        yield Input(
            name=f"{name}{end}: infinity in row {row}",
            changes={name: replace(value, end, infinite)},
            words=words(case.arguments, (name,)),
            right=_shows_infinity(group, row, (name, end)),
            row=row,
        )
    elif types.is_integer_dtype(column.dtype) and _is_key(case, name, end, column):
        yield Input(
            name=f"{name}{end}: integers beyond 2**53",
            changes={name: replace(value, end, _beyond(column, 1))},
            words=words(case.arguments, (name,)),
            right=lambda case, answer: case.alike(_back(answer, column), case.answer),
        )


def _shows_infinity(group: tuple[str, ...], row: int, column: tuple[str, str]) -> Right:
    """Return a judge: where infinity counts, the answer is infinite or null."""

    def right(case: Case, answer: Any) -> bool:
        if not reads(case, *column):
            return case.alike(answer, case.answer)
        if case.honest.each in group:
            if not hasattr(answer, "__len__") or len(answer) != len(case.answer):
                return False
            rest = [at for at in range(len(answer)) if at != row]
            if not case.alike(take(answer, rest), take(case.answer, rest)):
                return False
            return _is_wild(take(answer, [row]))
        return not case.alike(answer, case.answer) and _is_wild(answer)

    return right


def _is_wild(answer: Any) -> bool:
    """Return whether a number in it is infinite or null."""
    if isinstance(answer, pd.DataFrame):
        numbers = answer.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
        return not bool(np.isfinite(numbers).all())
    try:
        return not bool(np.isfinite(np.asarray(answer, dtype=float)).all())
    except (TypeError, ValueError):
        return False


def _is_key(case: Case, name: str, end: str, column: "pd.Series[Any]") -> bool:
    """Return whether the function only tells these integers apart, or orders them.

    With large integers that a float does hold, it then gives the same answer.
    """
    value = case.arguments[name]
    try:
        answer = case.call({name: replace(value, end, _beyond(column, 2))})
    except Exception:
        return False
    return case.alike(_back(answer, column, step=2), case.answer)


def _beyond(column: "pd.Series[Any]", step: int) -> "pd.Series[Any]":
    ranks = {each: at for at, each in enumerate(sorted(column.unique()))}
    return column.map(lambda each: _EXACT + step * ranks[each]).astype("int64")


def _back(answer: Any, column: "pd.Series[Any]", step: int = 1) -> Any:
    """Return the answer with the integers of the honest call in place of the large."""
    known = sorted(column.unique())
    large = {_EXACT + step * at: int(each) for at, each in enumerate(known)}
    if isinstance(answer, pd.DataFrame):
        parts = {name: _back(answer[name], column, step) for name in answer}
        return pd.DataFrame(parts).set_axis(_labels(answer.index, large))
    if isinstance(answer, pd.Series):
        if not pd.api.types.is_integer_dtype(answer.dtype):
            return answer.set_axis(_labels(answer.index, large))
        values = [large.get(int(each), each) for each in answer]
        return pd.Series(values, index=_labels(answer.index, large))
    return answer


def _labels(index: Any, large: dict[int, int]) -> Any:
    if isinstance(index, pd.MultiIndex):
        tuples = [tuple(large.get(e, e) for e in each) for each in index]
        return pd.MultiIndex.from_tuples(tuples, names=index.names)
    return pd.Index([large.get(each, each) for each in index])
