"""Compare two answers by their values: not by dtype, unit of time or type of null."""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["alike", "is_null", "kind"]

_NULL = "null"


def alike(one: Any, other: Any, passed: Collection[Hashable] = ()) -> bool:
    """Return whether two answers are equal, but for rounding.

    Numbers, truth values and times must stay what they are: an answer of dtype object
    or category fails in the next function. That is not so for columns that a function
    only passes on.

    Parameters
    ----------
    one, other : object
        The answers.
    passed : collection
        The names of columns that keep the types that they came with.
    """
    return _equal(_plain(one, passed), _plain(other, passed))


def is_null(value: Any) -> bool:
    """Return whether a value is None, NaN, NA or NaT."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def kind(dtype: Any) -> str:
    """Return what a column holds, whichever library stores it."""
    types = pd.api.types
    if isinstance(dtype, pd.CategoricalDtype):
        text = kind(dtype.categories.dtype) == "text or object"
        return "text or object" if text else "category"
    for name, holds in (
        ("bool", types.is_bool_dtype),
        ("number", types.is_numeric_dtype),
        ("time", types.is_datetime64_any_dtype),
        ("duration", types.is_timedelta64_dtype),
    ):
        if holds(dtype):
            return name
    return "text or object"


def _plain(value: Any, passed: Collection[Hashable] = ()) -> Any:  # noqa: PLR0911  one line per type
    if isinstance(value, pd.DataFrame):
        kinds = {name: kind(value[name].dtype) for name in value if name not in passed}
        columns = [_items(value.iloc[:, at]) for at in range(value.shape[1])]
        return [
            "frame",
            _plain(list(value.columns)),
            _items(value.index),
            kinds,
            columns,
        ]
    if isinstance(value, pd.Series):
        return ["series", kind(value.dtype), _items(value.index), _items(value)]
    if isinstance(value, pd.Index):
        return _items(value)
    if isinstance(value, np.ndarray | pd.api.extensions.ExtensionArray):
        return _items(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Set):
        return frozenset(map(_key, value))
    if is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in fields(value)]
        parts = {name: _plain(getattr(value, name), passed) for name in names}
        return [type(value).__qualname__, parts]
    return _scalar(value)


def _items(values: Any) -> list[Any]:
    return [_plain(each) for each in values]


def _key(value: Any) -> Any:
    plain = _plain(value)
    return tuple(map(_key, plain)) if isinstance(plain, list) else plain


def _scalar(value: Any) -> Any:
    if is_null(value):
        return _NULL
    if isinstance(value, np.datetime64 | datetime | pd.Timestamp):
        moment = pd.Timestamp(value)
        moment = moment.tz_convert("UTC") if moment.tz else moment.tz_localize("UTC")
        return ("time", moment.as_unit("ns").value)
    if isinstance(value, np.timedelta64 | timedelta):
        return ("duration", pd.Timedelta(value).as_unit("ns").value)
    if isinstance(value, np.generic):
        return value.item()
    simple = (bool, int, float, complex, str, bytes, date, Enum, type)
    if (
        isinstance(value, simple)
        or getattr(type(value), "__eq__", None) is not object.__eq__
    ):
        return value
    return type(value)  # nothing tells two such objects apart


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            return False
        return all(_equal(one[key], other[key]) for key in one)
    if _is_list(one) and _is_list(other):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(_equal(a, b) for a, b in pairs)
    return type(one) is type(other) and bool(one == other)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
