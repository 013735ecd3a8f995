"""See what a table holds, what names a row, and which values can't be true."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

__all__ = ["candidate_keys", "profile", "suspicious"]


def profile(table: pd.DataFrame) -> pd.DataFrame:
    """Return a line for each column: its nulls, its values and their ends.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        Any table.

    Returns
    -------
    DataFrame of shape (k, 5)
        By column: `null` (share), `distinct` (values), `least`, `middle` and `most`;
        of texts by the alphabet, and `middle` only of numbers and times.

    Raises
    ------
    ValueError
        If two columns have one name.
    """
    _check_names(table)
    lines = {name: _line(table[name]) for name in table.columns}
    columns = ["null", "distinct", "least", "middle", "most"]
    return pd.DataFrame.from_dict(lines, orient="index", columns=columns)


def candidate_keys(
    table: pd.DataFrame, columns: Iterable[str], *, at_most: int = 4
) -> list[tuple[str, ...]]:
    """Return the smallest sets of columns whose values name each row once.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        Rows; a null is a value like any other.
    columns : str or iterable of str
        The columns that may be in a key: what was known when the row was made.
    at_most : int
        The most columns in a key.

    Returns
    -------
    list of tuple of str
        All keys of the least size, in the table's order; empty if there is none.

    Raises
    ------
    ValueError
        If `columns` isn't in the table, or `at_most` is below 1.
    """
    _check_names(table)
    asked = {columns} if isinstance(columns, str) else {*columns}
    if at_most < 1 or not asked <= {*table.columns}:
        got = f"{sorted(map(str, asked))}, {at_most}"
        raise ValueError(f"columns must be in table, at_most 1 or more, got {got}")
    names = [name for name in table.columns if name in asked]
    codes = {
        name: pd.factorize(table[name], use_na_sentinel=False)[0] for name in names
    }
    for size in range(1, at_most + 1):
        tried = combinations(names, size)
        found = [key for key in tried if _is_key([codes[name] for name in key])]
        if found:
            return found
    return []


def suspicious(table: pd.DataFrame, *, factor: float = 10) -> pd.DataFrame:
    """Return extremes that are far beyond what else a column holds.

    An extreme is suspicious if it is `factor` times as far from the median as the
    farthest percentile on its side. It may be true: look it up.

    Parameters
    ----------
    table : DataFrame of shape (n, k)
        Columns that aren't numbers are left out.
    factor : float
        Above 1.

    Returns
    -------
    DataFrame of shape (found, 4)
        `column`, `row` (its label), `value` and `times` (as far as the percentile), the
        farthest first.

    Raises
    ------
    ValueError
        If `factor` isn't above 1, or two columns have one name.
    """
    _check_names(table)
    if not 1 < factor < np.inf:
        raise ValueError(f"factor must be above 1, got {factor}")
    found = []
    for name, column in table.select_dtypes("number").items():
        numbers = column.astype("Float64").astype(float)
        numbers = numbers[np.isfinite(numbers)]
        middle = numbers.median()
        for side in (-1, 1):
            far = side * (numbers - middle)
            usual = far.quantile(0.99)
            if usual > 0 and far.max() / usual >= factor:
                at = far.idxmax()
                value = numbers.to_numpy()[far.to_numpy().argmax()]
                found.append((name, at, value, far.max() / usual))
    answer = pd.DataFrame(found, columns=["column", "row", "value", "times"])
    return answer.sort_values("times", ascending=False, ignore_index=True)


def _line(column: pd.Series) -> list[object]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    known = column.dropna().infer_objects()
    ordered = pd.api.types.is_numeric_dtype(known) or known.dtype.kind in "mM"
    if known.empty:
        return [column.isna().mean(), 0, None, None, None]
    ends = known.min(), known.max()
    middle = known.median() if ordered and known.dtype != bool else None
    return [column.isna().mean(), known.nunique(), ends[0], middle, ends[1]]


def _is_key(codes: list[np.ndarray]) -> bool:
    if np.prod([each.max(initial=-1) + 1.0 for each in codes]) < len(codes[0]):
        return False  # fewer combinations than rows
    return not pd.DataFrame(dict(enumerate(codes))).duplicated().any()


def _check_names(table: pd.DataFrame) -> None:
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise ValueError(f"table must have columns with names of their own: {twice!r}")
