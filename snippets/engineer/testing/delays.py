"""Turn local clocks into minutes and delays, past midnight too.

Source: Bureau of Transportation Statistics, on-time performance: clocks are HHMM and
run from 0001 to 2400.
"""

import numpy as np
import pandas as pd

__all__ = ["delay", "delay_by_carrier", "hhmm_to_minutes"]


def hhmm_to_minutes(clock: pd.Series) -> pd.Series:
    """Return the minutes since midnight.

    Parameters
    ----------
    clock : Series of shape (n,)
        HHMM as a number, 1 to 2400: 30 is half past midnight. Nulls stay null.

    Returns
    -------
    Series of float64, shape (n,)
        1 to 1440.

    Raises
    ------
    ValueError
        If a value is no clock: below 1, above 2400, or with a minute past 59.
    """
    return _minutes(clock, "clock")


def delay(scheduled: pd.Series, actual: pd.Series) -> pd.Series:
    """Return how many minutes later than scheduled each clock is.

    Parameters
    ----------
    scheduled, actual : Series of shape (n,)
        Clocks as HHMM, with one index; nulls stay null.

    Returns
    -------
    Series of float64, shape (n,)
        From -120 to 1319: a clock that seems further off is on the day before or after.

    Raises
    ------
    ValueError
        If a value is no clock, or the indexes differ.
    """
    if not scheduled.index.equals(actual.index):
        raise ValueError("scheduled and actual must have the same index, got two")
    late = _minutes(actual, "actual") - _minutes(scheduled, "scheduled")
    return (late + 120) % 1440 - 120


def delay_by_carrier(flights: pd.DataFrame) -> pd.DataFrame:
    """Return each carrier's share of cancelled flights and its mean delay.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `carrier`, `sched_dep_time` and `dep_time`, null where a flight never left.

    Returns
    -------
    DataFrame of shape (carriers, 2)
        By `carrier`: `cancelled`, in [0, 1]; and `mean`, in minutes, of the others.

    Raises
    ------
    ValueError
        If a value is no clock, or a carrier or a schedule is null.
    """
    if flights[["carrier", "sched_dep_time"]].isna().any(axis=None):
        raise ValueError("flights must have no null in carrier or sched_dep_time")
    late = delay(flights["sched_dep_time"], flights["dep_time"])
    groups = late.groupby(flights["carrier"], observed=True)
    return pd.DataFrame(
        {"cancelled": 1 - groups.count() / groups.size(), "mean": groups.mean()}
    )


def _minutes(clock: pd.Series, argument: str) -> pd.Series:
    hhmm = pd.Series(clock.to_numpy(float, na_value=np.nan), index=clock.index)
    known = hhmm.dropna()
    no_clock = (known < 1) | (known > 2400) | (known % 100 > 59) | (known % 1 > 0)
    if no_clock.any():
        where = argument if clock.name is None else f"{argument} {clock.name}"
        first = known[no_clock].iloc[0]
        raise ValueError(f"{where} must be HHMM from 1 to 2400, got {first:g}")
    return hhmm // 100 * 60 + hhmm % 100
