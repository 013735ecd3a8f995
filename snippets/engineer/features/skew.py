"""Prove that serving computes the feature that the model was trained on.

`replay` puts a past stretch of time through the code that serves, in the order in which
things became known. `skew` lists where its answers differ from the training table's.

Source: Zinkevich (2017), Rules of machine learning, rule 37.
"""

from typing import Any

import numpy as np
import pandas as pd

from .online import LateShare

__all__ = ["replay", "skew"]


def replay(
    online: LateShare, questions: pd.DataFrame, departures: pd.DataFrame
) -> pd.Series:
    """Return what the online feature answers, asked and told in the order of the past.

    Parameters
    ----------
    online : LateShare
        The feature as it is served, with nothing remembered yet.
    questions : DataFrame of shape (n, k)
        `origin` and `decided_at`, in UTC.
    departures : DataFrame of shape (m, j)
        `origin`, `delay` and `known_at`, when the departure could be read. What came in
        during the very moment of a question is told before it is asked.

    Returns
    -------
    Series of shape (n,)
        The answers, with the index of `questions`.

    Raises
    ------
    ValueError
        If a value is null, or a time has no time zone.
    """
    told = departures.sort_values("known_at", kind="stable")
    news = _rows(told, ["origin", "known_at", "delay"])
    place = questions["decided_at"].argsort(kind="stable").to_numpy()
    asked = _rows(questions.iloc[place], ["origin", "decided_at"])
    answers = np.empty(len(questions))
    heard = 0
    for row, (origin, now) in zip(place, asked, strict=True):
        while heard < len(news) and news[heard][1] <= now:
            online.observe(*news[heard])
            heard += 1
        answers[row] = online.at(origin, now)
    return pd.Series(answers, index=questions.index)


def skew(batch: pd.Series, online: pd.Series, *, atol: float = 0.0) -> pd.DataFrame:
    """Return the rows in which the batch and the online value of a feature differ.

    Parameters
    ----------
    batch : Series of shape (n,)
        What training computed.
    online : Series of shape (n,)
        What serving computed, with the index of `batch`.
    atol : float
        The difference that is allowed, not negative. None by default.

    Returns
    -------
    DataFrame of shape (d, 2)
        `batch` and `online` of the d rows that differ. Null equals null, and nothing
        else does.

    Raises
    ------
    ValueError
        If the indexes differ, or if `atol` is negative or infinite.
    """
    if not batch.index.equals(online.index):
        raise ValueError("batch and online must have the same index, got two")
    if not 0 <= atol < np.inf:  # a NaN is refused, too
        raise ValueError(f"atol must not be negative or infinite, got {atol}")
    one, other = (s.to_numpy(float, na_value=np.nan) for s in (batch, online))
    # pd.NA less a number is neither near nor far: only NumPy's NaN is unlike it.
    close = (one == other) | (np.abs(one - other) <= atol)
    same = close | (np.isnan(one) & np.isnan(other))
    table = pd.DataFrame({"batch": one, "online": other}, index=batch.index)
    differ: pd.DataFrame = table.loc[~same]
    return differ


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    # UTC, since datetimes of one zone compare by its clock, which repeats an hour a
    # year; and no Timestamps, with which a replay takes four times as long.
    for name in columns:
        if frame[name].isna().any():
            raise ValueError(f"{name} must have no null")
        if name.endswith("_at") and pd.DatetimeIndex(frame[name]).tz is None:
            raise ValueError(f"{name} must have a time zone")
    values = [
        frame[name].dt.tz_convert("UTC").dt.to_pydatetime().tolist()
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype)
        else frame[name].tolist()
        for name in columns
    ]
    return list(zip(*values, strict=True))
