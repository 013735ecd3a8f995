"""A null of each kind in each column: NaN or NaT, NA, and None."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from handbook.proof.hostile.alike import is_null
from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import as_without
from handbook.proof.hostile.tables import columns, groups, replace, take, words

__all__ = ["derive"]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for group in groups(case.honest, case.arguments):
        count = len(case.arguments[group[0]])
        for name in group:
            for end, column in columns(case.arguments[name]):
                for row in _rows(column):
                    rest = [at for at in range(count) if at != row]
                    dropped = {one: take(case.arguments[one], rest) for one in group}
                    like = None
                    for what, value in _with_null(case, name, end, column, row):
                        like = {name: value} if like is None else like
                        yield Input(
                            name=f"{name}{end}: null ({what}) in row {row}",
                            changes={name: value},
                            words=words(case.arguments, (name,)),
                            right=as_without(group, row, (name, end), dropped),
                            row=row,
                            like=like,
                        )


def _rows(column: "pd.Series[Any]") -> list[int]:
    """Return the rows of the least and the largest value.

    A null that is counted as False or 0 changes nothing in the row of the least one.
    """
    there = [at for at, each in enumerate(column) if not is_null(each)]
    with suppress(TypeError):  # without an order, take the first and the last row
        there.sort(key=lambda at: column.iloc[at])
    return list(dict.fromkeys([there[0], there[-1]])) if there else []


def _with_null(
    case: Case, name: str, end: str, column: "pd.Series[Any]", row: int
) -> Iterator[tuple[str, Any]]:
    value = case.arguments[name]
    if isinstance(value, pd.DataFrame | pd.Series):
        for what, change in _KINDS.items():
            yield what, replace(value, end, change(column, row))
    elif isinstance(value, list | tuple):
        items = list(value)
        for what, null in (("NaN", float("nan")), ("None", None)):
            yield what, type(value)([*items[:row], null, *items[row + 1 :]])
    else:
        changed = column.to_numpy().astype(float)
        changed[row] = np.nan
        yield "NaN", changed


def _native(column: "pd.Series[Any]", row: int) -> "pd.Series[Any]":
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        column = column.astype(object)
    elif types.is_integer_dtype(column.dtype):
        column = column.astype(float)
    return _put(column, row, np.nan)


def _put(column: "pd.Series[Any]", row: int, null: Any) -> "pd.Series[Any]":
    column = column.copy()
    column.iloc[row] = null
    return column


_KINDS: dict[str, Callable[["pd.Series[Any]", int], "pd.Series[Any]"]] = {
    "NaN": _native,
    "NA": lambda column, row: _put(column.convert_dtypes(), row, pd.NA),
    "None": lambda column, row: _put(column.astype(object), row, None),
}
