"""Count null patterns, name the cause of each, and impute what was lost.

Source: van Buuren (2018), Flexible Imputation of Missing Data, sections 3.2 and 2.3.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["cause_of", "co_missing", "draw", "pool"]


def co_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the patterns in which columns are null together, most frequent first.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)

    Returns
    -------
    DataFrame of shape (p, 2)
        `null`, the tuple of the columns that are null, in the order of `frame`, and
        `rows`, its count. They add up to n; `()` counts the complete rows.

    Raises
    ------
    ValueError
        If `frame` has no column, or two of one name.
    """
    if frame.columns.empty or not frame.columns.is_unique:
        raise ValueError(f"frame must have unique columns, got {list(frame.columns)}")
    counts = frame.isna().value_counts(sort=False)
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    null = [tuple(frame.columns[list(pattern)]) for pattern in counts.index]
    return pd.DataFrame({"null": null, "rows": counts.to_numpy()})


def cause_of(frame: pd.DataFrame, causes: Mapping[tuple[str, ...], str]) -> pd.Series:
    """Return the cause of each row's nulls, and refuse a pattern without a cause.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        Only columns whose nulls have to be explained.
    causes : mapping
        The cause of each pattern that `co_missing` prints; `()` is a complete row.

    Returns
    -------
    categorical Series of shape (n,)

    Raises
    ------
    ValueError
        If a row's pattern has no cause, or if a pattern in `causes` is there twice, is
        a str, or names a column that `frame` lacks.
    """
    null = frame.isna()
    names = pd.CategoricalDtype(list(dict.fromkeys(causes.values())))
    if len(set(map(frozenset, causes))) < len(causes):
        raise ValueError(f"causes must have each pattern once, got {list(causes)}")
    codes = np.full(len(null), -1)
    for pattern, cause in causes.items():
        if isinstance(pattern, str) or not set(pattern) <= set(frame.columns):
            raise ValueError(f"causes must have tuples of columns, got {pattern!r}")
        rows = (null == null.columns.isin(pattern)).all(axis=1)
        codes[rows] = names.categories.get_loc(cause)
    if (codes == -1).any():
        new = dict(co_missing(frame[codes == -1]).itertuples(index=False, name=None))
        raise ValueError(f"causes must name every null pattern, got none for {new}")
    found = pd.Categorical.from_codes(codes, dtype=names)
    return pd.Series(found, index=frame.index, name="cause")


def draw(
    values: pd.Series, features: pd.DataFrame, *, rng: np.random.Generator
) -> pd.Series:
    """Return a column with each null replaced by a draw from a linear regression.

    Repeat it, compute your estimate from each completed column, and `pool` them.

    Parameters
    ----------
    values, features : Series of shape (n,), DataFrame of shape (n, k)
        Numbers, with one index. Only `values` has nulls.
    rng : Generator

    Returns
    -------
    Series of shape (n,)
        Known values as they are, as float64.

    Raises
    ------
    TypeError, ValueError
        If a column holds no numbers, a feature is null, a number infinite, the indexes
        differ, or the known values are too few or too alike in `features` to fit.
    """
    if not values.index.equals(features.index):
        raise ValueError("values and features must have the same index, got two")
    dtypes = [values.dtype, *features.dtypes]
    if not all(map(pd.api.types.is_numeric_dtype, dtypes)):
        raise TypeError(f"values and features must hold numbers, got {dtypes}")
    y = values.to_numpy(float, na_value=np.nan, copy=True)
    x = np.insert(features.to_numpy(float, na_value=np.nan), 0, 1, axis=1)
    if not np.isfinite(x).all() or np.isinf(y).any():
        raise ValueError("features must be finite, values finite or null")
    null = np.isnan(y)
    known, k = x[~null].shape
    q, r = np.linalg.qr(x[~null])
    if known <= k or np.linalg.matrix_rank(r) < k:
        raise ValueError(f"features must differ, and be < {known - 1}, got {k - 1}")
    fit = q.T @ y[~null]
    noise = np.linalg.norm(y[~null] - q @ fit) / np.sqrt(rng.chisquare(known - k))
    weights = np.linalg.solve(r, fit + noise * rng.normal(size=len(fit)))
    y[null] = x[null] @ weights + noise * rng.normal(size=null.sum())
    return pd.Series(y, index=values.index, name=values.name)


def pool(fits: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return one estimate with its 95% interval from several completed tables.

    Parameters
    ----------
    fits : sequence of shape (m, 2)
        The estimate and its standard error from each of m >= 2 tables.

    Returns
    -------
    estimate, low, high : float

    Raises
    ------
    ValueError
        If `fits` has another shape, an infinite or null number or an error below 0.
    """
    table = np.asarray(list(fits), dtype=float)
    pairs = table.ndim == 2 and table.shape[1] == 2 and len(table) > 1
    if not pairs or not np.isfinite(table).all() or table[:, 1].min() < 0:
        raise ValueError(f"fits must be 2 or more finite pairs, errors >= 0: {table}")
    estimates, errors = table.T
    estimate = float(estimates.mean())
    between = float((1 + 1 / len(table)) * estimates.var(ddof=1))
    total = between + float(np.mean(errors**2))
    ratio = total / between if between > 0 else np.inf
    reach = float(stats.t.ppf(0.975, (len(table) - 1) * ratio * ratio) * np.sqrt(total))
    return estimate, estimate - reach, estimate + reach
