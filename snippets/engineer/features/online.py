"""One feature for one moment, to serve it as `late_share` computes it for a table.

Source: Zinkevich (2017), Rules of machine learning, rules 29 to 37.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock

__all__ = ["LateShare"]


class LateShare:
    """Answer `late_share` for one moment, and keep no report older than the window."""

    def __init__(self, *, window: timedelta, late_after: float) -> None:
        self.window = window
        self.late_after = _minutes("late_after", late_after)
        self._known_at: defaultdict[str, list[datetime]] = defaultdict(list)
        self._late: defaultdict[str, list[bool]] = defaultdict(list)
        self._lock = Lock()

    def observe(self, origin: str, known_at: datetime, delay: float) -> None:
        """Remember a departure, and forget those that no question can ask for.

        Parameters
        ----------
        origin : str
            The airport.
        known_at : datetime
            When it was reported, in UTC, not before the last report of this airport.
        delay : float
            Minutes after schedule.

        Raises
        ------
        ValueError
            If `known_at` is not in UTC or not in order, or `delay` is null.
        """
        is_late = _minutes("delay", delay) > self.late_after
        with self._lock:
            known, late = self._known_at[origin], self._late[origin]
            if _in_utc("known_at", known_at) < (known[-1] if known else known_at):
                raise ValueError(f"known_at must be in order, got {known_at} too late")
            old = bisect_left(known, known_at - self.window)
            del known[:old], late[:old]
            known.append(known_at)
            late.append(is_late)

    def at(self, origin: str, now: datetime) -> float:
        """Return the share that left late among the reports of the window before now.

        Parameters
        ----------
        origin : str
            The airport.
        now : datetime
            The moment of the decision, in UTC, not before the last report.

        Returns
        -------
        float
            In [0, 1], or nan where nothing was reported.

        Raises
        ------
        ValueError
            If `now` is not in UTC, or the airport's last report came after it.
        """
        with self._lock:
            known, late = self._known_at[origin], self._late[origin]
            if _in_utc("now", now) < (known[-1] if known else now):
                raise ValueError(f"now must not be before the last report, got {now}")
            end = bisect_left(known, now)
            recent = late[bisect_left(known, now - self.window) : end]
        return sum(recent) / len(recent) if recent else math.nan


def _minutes(name: str, value: float) -> float:
    if math.isnan(value):
        raise ValueError(f"{name} must be minutes, got {value}")
    return value


def _in_utc(name: str, at: datetime) -> datetime:
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be in UTC, got {at}")
    return at
