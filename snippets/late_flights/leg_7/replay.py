"""Let a model live through days that are over, knowing on each what it could know.

Source: Gama et al. (2014), A Survey on Concept Drift Adaptation, ACM Computing Surveys
46, section 4, for the test that answers first and learns later.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

__all__ = ["Replay", "replay"]

from .policies import Due, Past


class Replay(NamedTuple):
    """What came of a replay.

    Attributes
    ----------
    risk : Series of shape (n,)
        What the model of the day answered for each row; null before the start.
    fits : list of Timestamp
        The mornings on which a model was fitted, the first one included.
    """

    risk: pd.Series
    fits: list[pd.Timestamp]


def replay(
    columns: pd.DataFrame,
    late: pd.Series,
    day: pd.Series,
    *,
    start: pd.Timestamp,
    due: Due,
    learn: Callable[[pd.DataFrame, pd.Series], Any],
    answer: Callable[[Any, pd.DataFrame], pd.Series],
    wait: int = 1,
    window: int = 365,
) -> Replay:
    """Answer day after day, and fit again whenever the policy says so.

    Parameters
    ----------
    columns : DataFrame of shape (n, k)
        What the model sees of each row.
    late : Series of bool, shape (n,)
        What came true.
    day : Series of datetimes, shape (n,)
        Midnight of each row's day, ascending.
    start : Timestamp
        The first day to answer. The first model learns from the days before it.
    due : callable
        Asked each morning from the second on: fit again?
    learn : callable
        Makes a model of columns and labels.
    answer : callable
        Gives the risk of each row, by a model and columns.
    wait : int
        How many days back from a morning have no labels yet, at least 0.
    window : int
        From how many days of labels to learn when fitting again, at least 1.

    Returns
    -------
    Replay
        The answers, and the mornings of the fits.

    Raises
    ------
    ValueError
        If the days do not ascend, none comes before `start`, `wait` is negative or
        `window` below 1.
    """
    _check(columns, late, day, start)
    late, day = late.astype(float), pd.Series(pd.DatetimeIndex(day), index=day.index)
    if wait < 0 or window < 1:
        raise ValueError(f"need wait >= 0 and window >= 1, got {wait} and {window}")
    first = day.searchsorted(start)
    if first == 0:
        raise ValueError(f"late must hold a label before start, {start.date()}")
    by_day = pd.DataFrame({"rows": 1, "late": late, "risk": 0.0}).groupby(day).sum()
    answers = pd.Series(index=columns.index, dtype=float)
    fits: list[pd.Timestamp] = []
    for today in pd.date_range(start, day.iloc[-1]):
        known_to = today - pd.Timedelta(days=wait)
        told = by_day[fits[-1] if fits else start : known_to - pd.Timedelta(days=1)]
        if not fits or due(Past(today, fits[-1], told)):
            # The months before the start are over: all of their labels are in.
            end = day.searchsorted(known_to) if fits else first
            oldest = known_to - pd.Timedelta(days=window)
            begin = day.searchsorted(oldest) if fits else 0
            model = learn(columns.iloc[begin:end], late.iloc[begin:end])
            fits.append(today)
        rows = slice(*(day.searchsorted(today, side=s) for s in ("left", "right")))
        if rows.start < rows.stop:
            answers.iloc[rows] = answer(model, columns.iloc[rows]).to_numpy()
            by_day.loc[today, "risk"] = answers.iloc[rows].sum()
    return Replay(answers, fits)


def _check(
    columns: pd.DataFrame, late: pd.Series, day: pd.Series, start: pd.Timestamp
) -> None:
    if not (columns.index.equals(late.index) and late.index.equals(day.index)):
        raise ValueError("columns, late and day must have one index, got several")
    if late.isna().any() or day.isna().any():
        raise ValueError("late and day must have no null")
    if not day.is_monotonic_increasing:
        raise ValueError("day must ascend, got days out of order")
    if (start.tzinfo is None) != (pd.DatetimeIndex(day).tz is None):
        raise ValueError("day and start must both have a time zone, or neither")
