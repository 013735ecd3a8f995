"""Pin what a table is today, so that a refactoring cannot change it unnoticed.

A golden file is one answer as text. `record_golden` writes it, `check_golden` compares
with it from then on. It proves that nothing changed, not that it is right.

Source: Feathers (2004), Working Effectively with Legacy Code, chapter 13.
"""

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["check_golden", "differences", "record_golden"]

_DTYPES = ["bool", "float64", "int64", "str"]  # what comes back from text as it went in


def record_golden(table: pd.DataFrame, path: Path) -> None:
    """Write a table to a golden file that does not exist yet.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        The answer to pin: bool, float64, int64 or str, with an index of 0 to n - 1.
    path : Path
        A CSV file to commit beside the test. Its header carries the dtypes.

    Raises
    ------
    FileExistsError, ValueError
        If `path` exists, or the table would not come back from text as it is.
    """
    if path.exists():
        raise FileExistsError(f"{path.name} exists: delete it in a commit of its own")
    if table.columns.empty or not table.columns.is_unique:
        raise ValueError(f"columns must have names of their own: {[*table.columns]}")
    if not table.index.equals(pd.RangeIndex(len(table))):
        raise ValueError("table must have an index of 0, 1, ...: call reset_index()")
    for name, dtype in table.dtypes.items():
        if str(dtype) not in _DTYPES:
            raise ValueError(f"cast column {name!r} of table to {_DTYPES}, is {dtype}")
    header = [f"{name}:{dtype}" for name, dtype in table.dtypes.items()]
    text = table.to_csv(index=False, header=header, lineterminator="\n")
    if "\r" in text or not _parse(text).equals(table):
        raise ValueError("a text does not come back from CSV as it was: is one empty?")
    path.write_text(text, encoding="utf-8", newline="\n")


def check_golden(
    table: pd.DataFrame, path: Path, *, key: Iterable[str], atol: float = 0.0
) -> None:
    """Compare a table with its golden file: columns, dtypes, rows, order and values.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        The answer as it is now. Its index is not compared.
    path : Path
        A file that `record_golden` wrote.
    key, atol
        As `differences` takes them.

    Raises
    ------
    AssertionError
        If anything differs: counts per column, then the first five values.
    """
    golden = _parse(path.read_text(encoding="utf-8"))
    were, are = ([f"{c}:{d}" for c, d in t.dtypes.items()] for t in (golden, table))
    if were != are:
        raise AssertionError(f"{path.name}: columns were {were}, are {are}")
    names = [key] if isinstance(key, str) else [*key]
    changed = differences(golden, table, key=names, atol=atol)
    if not changed.empty:
        counts = changed["column"].value_counts(sort=False).items()
        where = ", ".join(f"{count} in {column}" for column, count in counts)
        top = changed.head(5).to_string(index=False, float_format=repr)
        total = f"{path.name}: {len(changed)} values differ"
        raise AssertionError(f"{total}, {where}\n{top}")
    if not golden[names].equals(table[names].reset_index(drop=True)):
        raise AssertionError(f"{path.name}: the same rows in another order")


def differences(
    golden: pd.DataFrame, now: pd.DataFrame, *, key: Iterable[str], atol: float = 0.0
) -> pd.DataFrame:
    """Return the values that differ between two tables with the same columns.

    Parameters
    ----------
    golden, now : DataFrame of shape (n, k) and (m, k)
        The answer as it was, and as it is. Rows are matched by `key`, in any order.
    key : str or iterable of str
        The columns that name a row, in any order, and not all columns.
    atol : float, at least 0
        How far apart two numbers may be, in the column's unit. Two nulls are equal.

    Returns
    -------
    DataFrame of shape (d, len(key) + 3)
        One row per value that differs: the key, then `column`, `golden` and `now`.
        A row that only one table has differs in every column.

    Raises
    ------
    ValueError
        If the columns differ, `key` names no column, all, or two rows alike, or `atol`
        is negative, null or infinite.
    """
    were, are = list(golden.columns), list(now.columns)
    if were != are:
        raise ValueError(f"cannot compare golden columns {were} with now {are}")
    names = [key] if isinstance(key, str) else [*key]
    if not names or not set(names) < set(are) or not 0 <= atol < np.inf:
        raise ValueError(f"key must be some of {are}, atol >= 0, got {names}, {atol}")
    names = [name for name in are if name in names]
    for table in (golden, now):
        if table.duplicated(names).any():
            twice = table.loc[table.duplicated(names), names].iloc[0].to_dict()
            raise ValueError(f"key must name every row once, got {twice} twice")
    one, two = (table.set_index(names).astype(object) for table in (golden, now))
    rows = one.index.union(two.index, sort=False)
    one, two = (table.reindex(rows, fill_value="(no row)") for table in (one, two))
    same = (one == two) | (one.isna() & two.isna())
    if atol:
        numbers = golden.drop(columns=names).select_dtypes("number").columns
        far = [t[numbers].apply(pd.to_numeric, errors="coerce") for t in (one, two)]
        same[numbers] |= (far[0] - far[1]).abs() <= atol
    row, column = np.nonzero(~same.to_numpy())
    changed = rows[row].to_frame(index=False)
    changed["column"] = one.columns[column]
    changed["golden"] = one.to_numpy()[row, column]
    changed["now"] = two.to_numpy()[row, column]
    return changed


def _parse(text: str) -> pd.DataFrame:
    header = pd.read_csv(io.StringIO(text), nrows=0).columns
    dtypes = dict(str(column).rsplit(":", 1) for column in header)
    # Floats are read as text: before 3.1, pandas gets the last digit of some wrong.
    raw = {name: "str" if d == "float64" else d for name, d in dtypes.items()}
    file = io.StringIO(text)
    table = pd.read_csv(
        file, header=0, names=[*raw], dtype=raw, keep_default_na=False, na_values=[""]
    )
    return table.astype(dtypes)
