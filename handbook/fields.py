"""Read fields of JSON and TOML that others wrote: a wrong one is a clear ValueError."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

__all__ = ["HASH", "NAME", "day", "field", "table", "text", "texts"]

HASH = re.compile(r"sha256:[0-9a-f]{64}")
"""A SHA-256, as registry.json and the files below snippets/ write it."""
NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""A unit: `explore.nulls`."""

_T = TypeVar("_T")
_KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number with a point",
    list: "a list",
    dict: "a table",
}


def table(value: object, where: str) -> Mapping[str, Any]:
    """Give a table of JSON or TOML.

    Raises
    ------
    ValueError
        If it is none; `where` says which.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be a table, got {value!r:.60}")
    return value


def field(values: Mapping[str, Any], key: str, kind: type[_T], where: str) -> _T:
    """Give one field, of exactly this type.

    Raises
    ------
    ValueError
        If it is missing, or of another type.
    """
    if key not in values:
        raise ValueError(f"{where} lacks {key}")
    value = values[key]
    if type(value) is not kind:
        raise ValueError(f"{where}: {key} must be {_KINDS[kind]}, got {value!r:.60}")
    return value


def text(
    values: Mapping[str, Any], key: str, where: str, *, form: re.Pattern[str]
) -> str:
    """Give a text that has the form throughout.

    Raises
    ------
    ValueError
        If it has not.
    """
    value = field(values, key, str, where)
    if not form.fullmatch(value):
        raise ValueError(f"{where}: {key} must look like {form.pattern}, got {value!r}")
    return value


def texts(values: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """Give a list of texts.

    Raises
    ------
    ValueError
        If it is none.
    """
    items = field(values, key, list, where)
    if not all(isinstance(item, str) for item in items):
        raise ValueError(f"{where}: {key} must be a list of texts, got {items!r:.60}")
    return tuple(items)


def day(values: Mapping[str, Any], where: str) -> str:
    """Give `date`, a day of the calendar: `2026-11-22`.

    Raises
    ------
    ValueError
        If it is none.
    """
    value = field(values, "date", str, where)
    try:
        good = date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{where}: date must look like 2026-11-22, got {value!r}")
    return value
