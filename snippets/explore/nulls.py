"""Give every null a cause before you drop one.

A null is data: a cancelled flight has no arrival. Count the patterns in which columns
are null together, find the days on which they gather, name the cause of each pattern,
and refuse a pattern that has none.

Source: Rubin (1976), Inference and missing data, Biometrika 63.
"""

from enum import Enum, unique

import numpy as np
import pandas as pd

__all__ = ["Outcome", "by_day", "co_missing", "outcome"]


def co_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the patterns in which columns are null together.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        One row per unit, at least one column.

    Returns
    -------
    DataFrame of shape (p, 2)
        One row per pattern, the most frequent first. `null` is the tuple of the
        columns that are null, in the order of `frame`, and empty for complete rows;
        `rows` is the count. The counts add up to n.

    Raises
    ------
    ValueError
        If `frame` has no column, or two of one name.
    """
    names = list(frame.columns)
    if not names:
        raise ValueError("frame must have at least one column, got none")
    if not frame.columns.is_unique:
        raise ValueError(f"frame must have unique column names, got {names}")
    counts = frame.isna().value_counts(sort=False)
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    null = [tuple(frame.columns[list(pattern)]) for pattern in counts.index]
    return pd.DataFrame({"null": null, "rows": counts.to_numpy()})


def by_day(values: pd.Series, date: pd.Series) -> pd.DataFrame:
    """Count the nulls of a column on each day.

    Parameters
    ----------
    values : Series of shape (n,)
        The column, of any type.
    date : Series of shape (n,)
        The datetime of each value, with the index of `values`. The hour is ignored.

    Returns
    -------
    DataFrame of shape (d, 3)
        One row per day, first to last: `rows`, `nulls` and `share`, their quotient in
        [0, 1]. A day without rows, a gap that no null shows, has a null share.

    Raises
    ------
    TypeError
        If `date` holds no datetimes.
    ValueError
        If the indexes differ, or if a date is null.
    """
    if not pd.api.types.is_datetime64_any_dtype(date):
        raise TypeError(f"date must hold datetimes, got {date.dtype}")
    if not values.index.equals(date.index):
        raise ValueError("values and date must have the same index, got two")
    if date.isna().any():
        raise ValueError(f"date must have no null, got {date.isna().sum()}")
    nulls = values.isna().groupby(date.dt.normalize())
    days = pd.DataFrame({"rows": nulls.size(), "nulls": nulls.sum()})
    days = days.asfreq("D", fill_value=0)
    return days.assign(share=days["nulls"] / days["rows"])


@unique
class Outcome(Enum):
    """What became of a scheduled flight: the set of columns that it leaves null.

    The last two are named after the record: that they were diverted is our guess.
    """

    FLOWN = frozenset[str]()
    CANCELLED = frozenset(
        {"dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"}
    )
    NO_ARRIVAL = frozenset({"arr_time", "arr_delay", "air_time"})
    ARRIVED_UNTIMED = frozenset({"arr_delay", "air_time"})


def outcome(flights: pd.DataFrame) -> pd.Series:
    """Name the outcome of every flight by the columns that are null together.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        One row per scheduled flight, with each column that a member of `Outcome` names.

    Returns
    -------
    Series of shape (n,)
        One `Outcome` per flight, categorical, with the index of `flights`.

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If a flight is null in a pattern that is no outcome.
    """
    null = flights[sorted({name for member in Outcome for name in member.value})].isna()
    codes = np.full(len(null), -1)
    for code, member in enumerate(Outcome):  # a pass per outcome, not a call per row
        codes[(null == null.columns.isin(member.value)).all(axis=1)] = code
    strange = null[codes == -1]
    if len(strange):
        raise ValueError(
            f"every null pattern must be an outcome, got another in {len(strange)} of "
            f"{len(null)} rows: {tuple(strange.columns[strange.iloc[0]])}"
        )
    members = pd.CategoricalDtype(list(Outcome))
    found = pd.Categorical.from_codes(codes, dtype=members)
    return pd.Series(found, index=flights.index, name="outcome")
