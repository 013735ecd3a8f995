"""One feature in two ways: for a table at once, and for one question at a time.

The share of an airport's recent departures that left late: for training over tables, in
DuckDB, and for serving from an object that remembers what it was told.

Source: Zinkevich (2017), Rules of machine learning, rules 29 to 37.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta

import duckdb
import pandas as pd

__all__ = ["LATE_SHARE", "LateShare", "late_share"]

# The window is the difference of two running counts, one up to each of its ends. The
# GROUP BY leaves one row per moment, so that neither as-of join can meet a tie.
LATE_SHARE = """
    WITH moment AS (
        SELECT origin, left_at, count(*) AS n, count_if(delay > $late_after) AS late
        FROM departure GROUP BY origin, left_at
    ), so_far AS (
        SELECT origin, left_at, sum(n) OVER past AS n, sum(late) OVER past AS late
        FROM moment WINDOW past AS (PARTITION BY origin ORDER BY left_at)
    )
    SELECT (closing.late - coalesce(opening.late, 0))
        / nullif(closing.n - coalesce(opening.n, 0), 0) AS share
    FROM question
    ASOF LEFT JOIN so_far AS closing
      ON question.origin = closing.origin AND question.decided_at > closing.left_at
    ASOF LEFT JOIN so_far AS opening
      ON question.origin = opening.origin AND question.opens_at > opening.left_at
    ORDER BY question.place
"""


def late_share(
    questions: pd.DataFrame,
    departures: pd.DataFrame,
    *,
    window: timedelta,
    late_after: float,
) -> pd.Series:
    """Compute the share of recent departures that left late, for each question.

    Parameters
    ----------
    questions : DataFrame of shape (n, k)
        `origin` and `decided_at`, in UTC.
    departures : DataFrame of shape (m, j)
        `origin`, `left_at`, in UTC, and `delay`, in minutes.
    window : timedelta
        How far to look back: from `decided_at - window` to before `decided_at`.
    late_after : float
        A departure with more minutes of delay is late.

    Returns
    -------
    Series of shape (n,)
        In [0, 1], with the index of `questions`; null where nothing left in the window.

    Raises
    ------
    ValueError
        If a value is null, or a time has no time zone.
    """
    if math.isnan(late_after):
        raise ValueError("late_after must be a number of minutes, got nan")
    departure = departures[["origin", "left_at", "delay"]]
    question = questions[["origin", "decided_at"]].reset_index(drop=True)
    for name, values in (*departure.items(), *question.items()):
        if values.isna().any():
            raise ValueError(f"{name} must have no null, got {values.isna().sum()}")
        if str(name).endswith("_at") and getattr(values.dtype, "tz", None) is None:
            raise ValueError(f"{name} must have a time zone, got {values.dtype}")
    question["opens_at"] = question["decided_at"] - window
    question["place"] = question.index
    with duckdb.connect() as connection:
        connection.register("departure", departure)
        connection.register("question", question)
        share = connection.execute(LATE_SHARE, {"late_after": late_after}).df()["share"]
    return share.set_axis(questions.index)


class LateShare:
    """Remember departures as they are told, forget none, and answer for one moment.

    `window` and `late_after` are those of `late_share`.

    Raises
    ------
    ValueError
        If `late_after` is nan.
    """

    def __init__(self, *, window: timedelta, late_after: float) -> None:
        if math.isnan(late_after):
            raise ValueError("late_after must be a number of minutes, got nan")
        self.window = window
        self.late_after = late_after
        self._left_at: defaultdict[str, list[datetime]] = defaultdict(list)
        self._late: defaultdict[str, list[int]] = defaultdict(lambda: [0])

    def departed(self, origin: str, left_at: datetime, delay: float) -> None:
        """Remember a departure.

        Parameters
        ----------
        origin : str
            The airport.
        left_at : datetime
            When it left, in UTC, not before the last one told of this airport.
        delay : float
            Minutes after schedule.

        Raises
        ------
        ValueError
            If `left_at` is not in UTC, or not in order, or `delay` is nan.
        """
        if math.isnan(delay):
            raise ValueError(f"delay must be a number of minutes, got {delay}")
        known, late = self._left_at[origin], self._late[origin]
        if _in_utc(left_at) < (known[-1] if known else left_at):
            raise ValueError(f"departures must be in order, got {left_at} too late")
        known.append(left_at)
        late.append(late[-1] + (delay > self.late_after))

    def at(self, origin: str, now: datetime) -> float:
        """Compute the share that left late in the window before now.

        Parameters
        ----------
        origin : str
            The airport.
        now : datetime
            The moment of the decision, in UTC.

        Returns
        -------
        float
            In [0, 1], or nan where nothing left in the window.

        Raises
        ------
        ValueError
            If `now` is not in UTC.
        """
        known, late = self._left_at[origin], self._late[origin]
        end = bisect_left(known, _in_utc(now))
        start = bisect_left(known, now - self.window)
        return (late[end] - late[start]) / (end - start) if end > start else math.nan


def _in_utc(at: datetime) -> datetime:
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"a time must be in UTC, got {at}")
    return at
