"""One feature for a table at once, to train on.

Source: Zinkevich (2017), Rules of machine learning, rules 29 to 37.
"""

import math
from datetime import timedelta

import numpy as np
import pandas as pd

__all__ = ["late_share"]


def late_share(
    questions: pd.DataFrame,
    departures: pd.DataFrame,
    *,
    window: timedelta,
    late_after: float,
) -> pd.Series:
    """Return the share of late departures among those that were just reported.

    Parameters
    ----------
    questions : DataFrame of shape (n, k)
        `origin` and `decided_at`, in any time zone.
    departures : DataFrame of shape (m, j)
        `origin`, `known_at`, when the departure could be read, and `delay`, in minutes.
    window : timedelta
        How far to look back: from `decided_at - window` to before `decided_at`.
    late_after : float
        A departure with more minutes of delay is late.

    Returns
    -------
    Series of shape (n,)
        In [0, 1], with the index of `questions`; null where nothing was reported.

    Raises
    ------
    ValueError
        If a value is null, a time has no time zone, or `late_after` is NaN.
    """
    asked = _usable(questions, ["origin", "decided_at"])
    told = _usable(departures, ["origin", "known_at", "delay"]).sort_values("known_at")
    if math.isnan(late_after):
        raise ValueError("late_after must be minutes, got nan")
    is_late = told["delay"] > late_after
    share = np.full(len(asked), np.nan)
    for origin, place in asked.groupby("origin").indices.items():
        here = told["origin"] == origin
        now = pd.DatetimeIndex(asked["decided_at"].iloc[place])
        share[place] = _before(now, window, told["known_at"][here], is_late[here])
    return pd.Series(share, index=questions.index)


def _before(
    now: pd.DatetimeIndex, window: timedelta, known_at: pd.Series, is_late: pd.Series
) -> np.ndarray:
    late = np.r_[0, is_late.to_numpy(dtype=bool).cumsum()]
    known = pd.DatetimeIndex(known_at)
    start, end = known.searchsorted(now - window), known.searchsorted(now)
    share = (late[end] - late[start]) / (end - start).clip(1)
    return np.where(end > start, share, np.nan)


def _usable(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    for name in columns:
        if nulls := frame[name].isna().sum():
            raise ValueError(f"{name} must have no null, got {nulls}")
        if name.endswith("_at") and getattr(frame[name].dtype, "tz", None) is None:
            raise ValueError(f"{name} must have a time zone, got {frame[name].dtype}")
    return frame[columns].reset_index(drop=True)
