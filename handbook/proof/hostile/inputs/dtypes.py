"""The same values in the types of other libraries, and as text, object or category."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from handbook.proof.hostile.alike import kind
from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import same
from handbook.proof.hostile.tables import has_labels, map_columns, words

__all__ = ["derive"]

_Column = pd.Series  # the stubs know no type for a column of anything


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs: each argument by itself, then all of them."""
    tables = [name for name, value in case.arguments.items() if has_labels(value)]
    every: list[tuple[str, ...]] = [(name,) for name in tables]
    if len(tables) > 1:
        every.append(tuple(tables))
    for what, change in _CHANGES.items():
        for group in every:
            changes = {
                name: map_columns(case.arguments[name], change) for name in group
            }
            if _differ(changes, case.arguments):
                yield Input(
                    name=f"{', '.join(group)}: {what}",
                    changes=changes,
                    words=words(case.arguments, group),
                    right=same,
                )


def _differ(changes: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return any(_types(changes[name]) != _types(before[name]) for name in changes)


def _types(value: Any) -> list[object]:
    return list(value.dtypes) if isinstance(value, pd.DataFrame) else [value.dtype]


def _is_text(column: "_Column[Any]") -> bool:
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    return kind(column.dtype) == "text or object" and inferred == "string"


def _category(column: "_Column[Any]") -> "_Column[Any]":
    return column.astype("category") if _is_text(column) else column


def _unused_category(column: "_Column[Any]") -> "_Column[Any]":
    if not _is_text(column):
        return column
    # In another order, and with one that no row has: groupby may show it.
    categories = [*dict.fromkeys(column.dropna()), "in no row"][::-1]
    return column.astype(pd.CategoricalDtype(categories))


def _string(column: "_Column[Any]") -> "_Column[Any]":
    return column.astype("string") if _is_text(column) else column


def _small(column: "_Column[Any]") -> "_Column[Any]":
    if not pd.api.types.is_integer_dtype(column.dtype):
        return column
    return pd.to_numeric(column, downcast="integer")


_CHANGES: dict[str, Callable[["_Column[Any]"], "_Column[Any]"]] = {
    "convert_dtypes()": lambda column: column.convert_dtypes(),
    "pyarrow": lambda column: column.convert_dtypes(dtype_backend="pyarrow"),
    "category": _category,
    "category, one in no row": _unused_category,
    "string": _string,
    "object": lambda column: column.astype(object),
    "small integers": _small,
}
