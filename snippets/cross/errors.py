"""Refuse a bad row by name, count what was refused, and find the row that breaks."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable

import pandas as pd

__all__ = ["JsonLines", "RowError", "bisect_rows", "parse_all", "parse_clock"]


class RowError(ValueError):
    """A row that breaks a rule; errors are counted by their `rule`.

    Parameters
    ----------
    rule : str
        What every row must be, in few words.
    value : object
        What the row has.
    """

    def __init__(self, rule: str, value: object) -> None:
        super().__init__(f"{rule}, got {value!r}")
        self.rule = rule


def parse_clock(clock: float) -> int:
    """Return a clock of the form HHMM as minutes after midnight.

    Parameters
    ----------
    clock : float
        517 is 5:17. Midnight is 2400, as in the records of departures, or 0.

    Returns
    -------
    int
        From 0 to 1440.

    Raises
    ------
    RowError
        If it's null, or no clock.
    """
    number = pd.to_numeric(clock, errors="coerce")
    if pd.isna(number) or isinstance(clock, (bool, str)):
        raise RowError("clock must be a number", clock)
    if not 0 <= number <= 2400 or number != int(number) or number % 100 >= 60:
        raise RowError("clock must be from 0000 to 2400", clock)
    return int(number // 100 * 60 + number % 100)


def parse_all(
    values: pd.Series, parse: Callable[[float], int], *, at_most: float
) -> pd.DataFrame:
    """Return what each value parses to, or which rule it broke.

    Parameters
    ----------
    values : Series of shape (n,)
        What to parse.
    parse : callable
        Raises `RowError` for a bad value. Any other error is a mistake, and passes.
    at_most : float
        The share of bad rows that the caller accepts, from 0 to 1.

    Returns
    -------
    DataFrame of shape (n, 2)
        `parsed`, null in bad rows, and `broke`, the rule or an empty text.

    Raises
    ------
    ValueError
        If more rows are bad, with the counts and the first bad row; or `at_most` isn't
        a share.
    """
    if not 0 <= at_most <= 1:
        raise ValueError(f"at_most must be from 0 to 1, got {at_most}")
    rows: list[tuple[int | None, str]] = []
    first = ""
    for label, value in values.items():
        try:
            rows.append((parse(value), ""))
        except RowError as error:
            rows.append((None, error.rule))
            first = first or f"row {label!r}: {error}"
    answer = pd.DataFrame(rows, columns=["parsed", "broke"], index=values.index)
    counts = Counter(rule for _, rule in rows if rule)
    if counts.total() > at_most * len(rows):
        found = ", ".join(f"{count} times {rule}" for rule, count in counts.items())
        raise ValueError(f"too many bad rows in values: {found}; {first}")
    return answer.astype({"parsed": "Int64", "broke": "str"})


def bisect_rows(table: pd.DataFrame, fails: Callable[[pd.DataFrame], bool]) -> object:
    """Return the label of one row without which half of the search would not fail.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        Rows of which one or more make `fails` true, each by itself.
    fails : callable
        Returns whether a part of the table fails. It's called about log2(n) times.

    Returns
    -------
    object
        The label of a row that fails alone.

    Raises
    ------
    ValueError
        If the table doesn't fail, or no row fails alone.
    """
    if table.empty or not table.index.is_unique or not fails(table):
        raise ValueError("table must hold rows that fail, each with a label of its own")
    rows = table
    while len(rows) > 1:
        half = len(rows) // 2
        rows = rows.iloc[:half] if fails(rows.iloc[:half]) else rows.iloc[half:]
    if not fails(rows):
        raise ValueError("no row of table fails alone: the error needs two or more")
    return rows.index[0]


class JsonLines(logging.Formatter):
    """Write a log record as one line of JSON, without what must stay secret."""

    def __init__(self, *, redact: Iterable[str]) -> None:
        super().__init__()
        self.redact = {redact} if isinstance(redact, str) else {*redact}

    def format(self, record: logging.LogRecord) -> str:
        """Return the level, the message and the fields of `extra={"fields": ...}`."""
        fields = getattr(record, "fields", {})
        line = {"level": record.levelname, "message": record.getMessage()}
        line |= {k: "***" if k in self.redact else v for k, v in fields.items()}
        if record.exc_info and record.exc_info[1]:
            line["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        return json.dumps(line, default=str)
