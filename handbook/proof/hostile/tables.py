"""The rows and columns of an argument: a frame, a series, an array or a list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest

__all__ = [
    "columns",
    "groups",
    "has_labels",
    "has_meaning",
    "map_columns",
    "order",
    "relabel",
    "replace",
    "take",
    "words",
]


def groups(honest: Honest, arguments: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the arguments that have rows: those that are aligned, and each other."""
    if honest.aligned:
        yield tuple(honest.aligned)
    for name, value in arguments.items():
        if name not in honest.aligned and _has_rows(value):
            yield (name,)


def _has_rows(value: Any) -> bool:
    if isinstance(value, list | tuple):  # names are no rows
        return bool(value) and all(_is_number(each) for each in value)
    return isinstance(value, pd.DataFrame | pd.Series | pd.Index | np.ndarray)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def take(value: Any, positions: Sequence[int]) -> Any:
    """Return the rows at some positions, in that order."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.iloc[list(positions)]
    if isinstance(value, pd.Index | np.ndarray):
        return value[list(positions)]
    return type(value)(value[at] for at in positions)


def order(rows: int) -> list[int]:
    """Return another order of so many rows: neither ascending nor descending."""
    return [*range(1, rows, 2), *range(0, rows, 2)][::-1]


def has_labels(value: Any) -> bool:
    """Return whether the rows have labels that pandas aligns."""
    return isinstance(value, pd.DataFrame | pd.Series)


def has_meaning(value: Any) -> bool:
    """Return whether the labels say something, such as the time of a row."""
    labels = value.index
    return labels.nlevels > 1 or not pd.api.types.is_integer_dtype(labels.dtype)


def relabel(value: Any, labels: Sequence[Any]) -> Any:
    """Return the rows with other labels; what has none stays as it is."""
    return value.set_axis(list(labels)) if has_labels(value) else value


def columns(value: Any) -> Iterator[tuple[str, "pd.Series[Any]"]]:
    """Yield each column with the end of its name: `.carrier`; a series has one."""
    if isinstance(value, pd.DataFrame):
        for name in value.columns:
            yield f".{name}", value[name]
    elif isinstance(value, pd.Series):
        yield "", value
    elif isinstance(value, list | tuple | np.ndarray) and np.ndim(value) == 1:
        yield "", pd.Series(value)


def replace(value: Any, end: str, column: "pd.Series[Any]") -> Any:
    """Return the rows with another column under the same name."""
    if isinstance(value, pd.DataFrame):
        name = next(each for each in value.columns if f".{each}" == end)
        return (
            value.assign(**{name: column})
            if isinstance(name, str)
            else _set(value, name, column)
        )
    if isinstance(value, np.ndarray):
        return column.to_numpy()
    return column if isinstance(value, pd.Series) else type(value)(column.tolist())


def _set(frame: pd.DataFrame, name: Any, column: "pd.Series[Any]") -> pd.DataFrame:
    changed = frame.copy()
    changed[name] = column
    return changed


def map_columns(
    value: Any, change: Callable[["pd.Series[Any]"], "pd.Series[Any]"]
) -> Any:
    """Return a frame or a series with each column changed; others as they are."""
    if not has_labels(value):
        return value
    for end, column in columns(value):
        value = replace(value, end, change(column))
    return value


def words(arguments: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """Return the words by which an error may name arguments: theirs, and columns'."""
    found = list(names)
    for name in names:
        value = arguments[name]
        if isinstance(value, pd.DataFrame):
            found += map(str, value.columns)
        if has_labels(value):
            found += [str(each) for each in (*value.index.names,) if each is not None]
    return tuple(found)
