"""Turn local clocks into minutes and delays, past midnight too.

Source: Bureau of Transportation Statistics, on-time performance: clocks are HHMM and
run from 0001 to 2400.
"""

import pandas as pd

__all__ = ["delay", "delay_by_carrier", "hhmm_to_minutes"]


def hhmm_to_minutes(clock: pd.Series) -> pd.Series:
    """Count the minutes since midnight.

    Parameters
    ----------
    clock : Series of shape (n,)
        HHMM as a number, 1 to 2400: 30 is half past midnight. Nulls stay null.

    Returns
    -------
    Series of shape (n,)
        Minutes, 1 to 1440.

    Raises
    ------
    ValueError
        If a value is no clock: below 1, above 2400, or with a minute past 59.
    """
    wrong = (clock < 1) | (clock > 2400) | (clock % 100 > 59)
    if wrong.any():
        first = clock[wrong].iloc[0]
        raise ValueError(f"a clock must be HHMM from 1 to 2400, got {first}")
    return clock // 100 * 60 + clock % 100


def delay(scheduled: pd.Series, actual: pd.Series) -> pd.Series:
    """Say how many minutes later than scheduled a clock reads.

    Parameters
    ----------
    scheduled, actual : Series of shape (n,)
        Clocks as HHMM, with one index; `actual` may be null.

    Returns
    -------
    Series of shape (n,)
        Minutes from -120 to 1319: a clock that seems further off is on the day before
        or after.

    Raises
    ------
    ValueError
        If a value is no clock.
    """
    late = hhmm_to_minutes(actual) - hhmm_to_minutes(scheduled)
    return (late + 120) % 1440 - 120


def delay_by_carrier(flights: pd.DataFrame) -> pd.DataFrame:
    """Sum up departures by carrier.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `carrier`, `sched_dep_time` and `dep_time`, null where a flight never left.

    Returns
    -------
    DataFrame of shape (carriers, 2)
        By `carrier`: `cancelled`, the share that never left, in [0, 1]; and `mean`, the
        mean delay in minutes of those that did.

    Raises
    ------
    ValueError
        If a value is no clock.
    """
    late = delay(flights["sched_dep_time"], flights["dep_time"])
    groups = late.groupby(flights["carrier"])
    return pd.DataFrame(
        {"cancelled": 1 - groups.count() / groups.size(), "mean": groups.mean()}
    )
