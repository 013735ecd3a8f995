"""Read tables of JSON and TOML, with errors that name the file and the field."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from handbook.base.words import suggest

__all__ = ["Table", "read_toml"]

_T = TypeVar("_T")
_KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number with a point",
    list: "a list",
    dict: "a table",
}


class Table:
    """A table whose errors name each field that is missing or wrong.

    Parameters
    ----------
    value : object
        The value to read.
    where : str
        How errors name the table: a file, or a file and a place in it.
    place : str
        The prefix of a field's name in errors: `tables.flights.`.

    Raises
    ------
    ValueError
        If the value is not a table.
    """

    def __init__(self, value: object, where: str, place: str = "") -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where} must be a table, got {value!r:.60}")
        self.values: dict[str, Any] = value
        self.where, self.place = where, place

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def field(self, key: str, kind: type[_T]) -> _T:
        """Return a field of exactly this type.

        Raises
        ------
        ValueError
            If it is missing, or of another type.
        """
        if key not in self.values:
            ask = "did you write it as"
            hint = suggest(key, self.values, ask=ask, cutoff=0.8)
            raise ValueError(f"{self.where} lacks {self.place}{key}{hint}")
        value = self.values[key]
        if type(value) is not kind:
            raise self._wrong(key, _KINDS[kind], value)
        return value

    def text(self, key: str, form: re.Pattern[str] | None = None) -> str:
        """Return a text; if a form is given, all of the text must match it.

        Raises
        ------
        ValueError
            If it is missing, or of another type or form.
        """
        value = self.field(key, str)
        if form and not form.fullmatch(value):
            name = f"{self.where}: {self.place}{key}"
            raise ValueError(f"{name} must look like {form.pattern}, got {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts.

        Raises
        ------
        ValueError
            If it is missing, or of another type.
        """
        items = self.field(key, list)
        if not all(isinstance(item, str) for item in items):
            raise self._wrong(key, "a list of texts", items)
        return tuple(items)

    def day(self, key: str = "date") -> str:
        """Return a day of the calendar: `2026-11-22`.

        Raises
        ------
        ValueError
            If it is missing, or is not such a day.
        """
        value = self.field(key, str)
        try:
            good = date.fromisoformat(value).isoformat() == value
        except ValueError:
            good = False
        if not good:
            name = f"{self.where}: {self.place}{key}"
            raise ValueError(f"{name} must look like 2026-11-22, got {value!r}")
        return value

    def table(self, key: str) -> "Table":
        """Return a table within this one.

        Raises
        ------
        ValueError
            If it is missing, or of another type.
        """
        value = self.field(key, dict)
        return Table(value, self.where, f"{self.place}{key}.")

    def tables(self, key: str) -> list["Table"]:
        """Return a list of tables.

        Raises
        ------
        ValueError
            If it is missing, or of another type.
        """
        items = self.field(key, list)
        if not all(isinstance(item, dict) for item in items):
            raise self._wrong(key, "a list of tables", items)
        return [
            Table(item, self.where, f"{self.place}{key}.{number}.")
            for number, item in enumerate(items)
        ]

    def _wrong(self, key: str, kind: str, value: object) -> ValueError:
        name = f"{self.where}: {self.place}{key}"
        return ValueError(f"{name} must be {kind}, got {value!r:.60}")


def read_toml(root: Path, path: Path) -> dict[str, Any]:
    """Read a TOML file; return an empty table if there is no such file.

    Parameters
    ----------
    root : Path
        A folder.
    path : Path
        The file's path below it, which errors print.

    Raises
    ------
    ValueError
        If the file is not TOML, or not UTF-8.
    """
    try:
        return tomllib.loads((root / path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.as_posix()}: {error}") from error
