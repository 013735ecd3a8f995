"""Decide whom a figure may wake, and count how often it would wake them for nothing.

Sources: Beyer et al. (2016), Site Reliability Engineering, chapters 1 and 6; Prometheus
documentation, Alerting rules, for what `for` means.
"""

from dataclasses import dataclass
from enum import Enum

import pandas as pd

__all__ = ["Alert", "Urgency", "delay", "false_alarms", "urgency"]


class Urgency(Enum):
    """Where an alert goes."""

    PAGE = "wakes somebody now"
    TICKET = "somebody acts in working hours"
    REVIEW = "looked at once a week"


def urgency(*, can_act: bool, harm_within: pd.Timedelta) -> Urgency:
    """Return where an alert goes.

    Parameters
    ----------
    can_act : bool
        Whether those who are told can help.
    harm_within : Timedelta
        How soon the fault does harm that can't be undone.

    Returns
    -------
    Urgency
        A review if nobody can act; a page if harm comes within 12 hours, a night.
    """
    if not can_act:
        return Urgency.REVIEW
    if harm_within < pd.Timedelta("12h"):
        return Urgency.PAGE
    return Urgency.TICKET


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Fire when a figure has stayed above a threshold for long enough.

    Parameters
    ----------
    above : float
        The threshold.
    for_ : Timedelta
        How long the figure must stay above it. 0 fires at the first sample.
    """

    above: float
    for_: pd.Timedelta

    def firing(self, values: pd.Series) -> pd.Series:
        """Return for each sample whether the alert fires.

        Parameters
        ----------
        values : Series of shape (n,)
            By ascending datetimes. A null counts as above: it's no good news.

        Returns
        -------
        Series of bool, shape (n,)
            True where the figure is above, and has been since `for_` ago or earlier.

        Raises
        ------
        ValueError
            If the times don't ascend.
        """
        if not values.index.is_monotonic_increasing:
            raise ValueError("the times of values must ascend")
        above = ~(values.astype("Float64") <= self.above).fillna(False).astype(bool)
        times = values.index.to_series()
        return above & (times - times.where(_begins(above)).ffill() >= self.for_)


def false_alarms(firing: pd.Series, quiet: pd.Series) -> int:
    """Return how many alarms began while nothing was wrong.

    Parameters
    ----------
    firing : Series of bool, shape (n,)
        Whether the alert fires at each sample.
    quiet : Series of bool, shape (n,)
        Whether all was well, by another source than the alert.

    Returns
    -------
    int
        Runs of firing samples whose first is quiet.

    Raises
    ------
    ValueError
        If the indexes differ, or a value is null.
    """
    if not firing.index.equals(quiet.index):
        raise ValueError("firing and quiet must have the same index, got two")
    if firing.isna().any() or quiet.isna().any():
        raise ValueError("firing and quiet must have no null")
    return int((_begins(firing) & quiet).sum())


def delay(
    firing: pd.Series, start: pd.Timestamp, end: pd.Timestamp
) -> pd.Timedelta | None:
    """Return how long after the start of a fault an alert begins to fire.

    One that fires already, for another reason, tells nobody of the fault.

    Parameters
    ----------
    firing : Series of bool, shape (n,)
        Whether the alert fires at each sample, indexed by ascending datetimes.
    start, end : Timestamp
        The fault, from its start to before its end.

    Returns
    -------
    Timedelta or None
        To the first sample within the fault at which it begins to fire. None: missed.

    Raises
    ------
    ValueError
        If `start >= end`, times don't ascend, some have no zone, or a value is null.
    """
    times = pd.DatetimeIndex(firing.index)
    if len({each.tzinfo is None for each in (times, start, end)}) > 1:
        raise ValueError("firing, start and end must all have a time zone, or none")
    if start >= end:
        raise ValueError(f"start must be before end, got {start} and {end}")
    if firing.isna().any() or not firing.index.is_monotonic_increasing:
        raise ValueError("firing must have ascending times, and no null")
    began = firing.index[_begins(firing)]
    within = began[(began >= start) & (began < end)]
    return within[0] - start if len(within) else None


def _begins(flag: pd.Series) -> pd.Series:
    flag = flag.astype(bool)
    return flag & ~flag.shift(fill_value=False)
