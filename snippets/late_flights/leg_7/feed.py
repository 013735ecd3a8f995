"""Break a feed on purpose, and say how sure a count of false alarms makes you.

Source: Garwood (1936), Fiducial Limits for the Poisson Distribution, Biometrika 28.
"""

import pandas as pd
from scipy.stats import chi2

__all__ = ["alarm_rate", "stopped"]


def stopped(
    reports: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Leave out what a feed would have sent while it stood still.

    Parameters
    ----------
    reports : DataFrame of shape (n, k)
        With `time_hour`, in the time zone of `start`.
    start, end : Timestamp
        The stop, from its start to before its end.

    Returns
    -------
    DataFrame of shape (m, k)
        The rows outside the stop, as they are.

    Raises
    ------
    ValueError
        If `start` is not before `end`.
    """
    if start >= end:
        raise ValueError(f"start must be before end, got {start} and {end}")
    return reports[~reports["time_hour"].between(start, end, inclusive="left")]


def alarm_rate(alarms: int, days: float) -> tuple[float, float, float]:
    """Turn a count of alarms into a rate, with an interval.

    Parameters
    ----------
    alarms : int
        How many began, at least 0.
    days : float
        On how many days it could have happened, above 0.

    Returns
    -------
    tuple of three floats
        Alarms per 30 days, and the bounds of the exact 95% interval of a Poisson count.

    Raises
    ------
    ValueError
        If `alarms` is negative, or `days` is not above 0.

    Examples
    --------
    >>> [round(rate, 1) for rate in alarm_rate(2, days=60)]
    [1.0, 0.1, 3.6]
    """
    if alarms < 0 or days <= 0:
        raise ValueError(f"need alarms >= 0 and days > 0, got {alarms} and {days}")
    low = chi2.ppf(0.025, 2 * alarms) / 2 if alarms else 0.0
    high = chi2.ppf(0.975, 2 * alarms + 2) / 2
    month = 30 / days
    return alarms * month, float(low * month), float(high * month)
