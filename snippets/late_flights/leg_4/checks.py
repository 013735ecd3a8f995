"""Check a way of preparing flights: before it learns, and each time it is changed.

They ask what must be true of any honest way, however the tables are made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from .tables import LEAD
from .utc import _utc

__all__ = ["CHECKS", "SCHEDULE", "Steps", "faults_found", "future_seen"]

Table: TypeAlias = pd.DataFrame

# What a flight has before it leaves: all else is written down later.
SCHEDULE = (
    *("year", "month", "day", "hour", "minute", "time_hour", "sched_dep_time"),
    *("sched_arr_time", "carrier", "flight", "origin", "dest", "distance"),
)


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The three steps from two tables to what a model learns and is tested on.

    Parameters
    ----------
    label : callable
        Gives each flight a bool: late.
    columns : callable
        Gives each flight, with the weather reports, what the model sees.
    split : callable
        Gives each flight a bool: to be tested on.
    """

    label: Callable[[pd.DataFrame], pd.Series]
    columns: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
    split: Callable[[pd.DataFrame], pd.Series]


def _no_flight_is_lost(steps: Steps, flights: Table, reports: Table) -> bool:
    made = steps.label(flights), steps.columns(flights, reports)
    return all(each.index.equals(flights.index) for each in made)


def _a_flight_that_never_arrived_is_late(
    steps: Steps, flights: Table, reports: Table
) -> bool:
    label, delay = steps.label(flights), flights["arr_delay"]
    in_time = delay <= 15  # minutes: one more is late
    return not label[in_time].any() and bool(label[~in_time].all())


def _the_input_stays_as_it_is(steps: Steps, flights: Table, reports: Table) -> bool:
    before = flights.copy(), reports.copy()
    steps.columns(flights, reports)
    return flights.equals(before[0]) and reports.equals(before[1])


def future_seen(
    columns: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
    flights: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    now: pd.Timestamp,
) -> list[str]:
    """Return the columns made that change once what comes after `now` is gone.

    Parameters
    ----------
    columns : callable
        As `Steps` has it.
    flights, reports : DataFrame
        Real ones, of both sides of `now`. Of the flights decided by then, only
        `SCHEDULE` stays; of the reports, those whose hour has ended.
    now : Timestamp
        In UTC.

    Returns
    -------
    list of str
        None, if every column could be made at that time.

    Raises
    ------
    ValueError
        If `now` has no time zone, or an origin or a time is null.
    """
    if now.tzinfo is None:
        raise ValueError(f"now must have a time zone, got {now}")
    asked = flights[_utc(flights, "flights") < now + LEAD]
    later = asked[asked.columns.difference(list(SCHEDULE))]
    blank = asked.assign(**later.mask(later.notna()))
    past = reports[_utc(reports, "reports") + pd.Timedelta("1h") <= now]
    seen, then = columns(asked, reports), columns(blank, past)
    return [str(n) for n in seen if n not in then or not seen[n].equals(then[n])]


def _the_future_changes_nothing(steps: Steps, flights: Table, reports: Table) -> bool:
    noon = flights["time_hour"].min().normalize() + pd.Timedelta("17h")  # or 1 p.m.
    return not future_seen(steps.columns, flights, reports, now=noon)


def _the_test_is_later_than_what_is_learned(
    steps: Steps, flights: Table, reports: Table
) -> bool:
    test = steps.split(flights)
    learned, tested = flights[~test]["time_hour"], flights[test]["time_hour"]
    return bool(learned.max() < tested.min())


CHECKS = (
    _no_flight_is_lost,
    _a_flight_that_never_arrived_is_late,
    _the_input_stays_as_it_is,
    _the_future_changes_nothing,
    _the_test_is_later_than_what_is_learned,
)


def faults_found(
    steps: Steps, flights: pd.DataFrame, reports: pd.DataFrame
) -> list[str]:
    """Return the claims that fail for these steps.

    Parameters
    ----------
    steps : Steps
        The way of preparing flights that is to be checked.
    flights, reports : DataFrame
        Real ones, as the steps take them. They are copied for each check.

    Returns
    -------
    list of str
        The failed claims; none if all hold. If a step raises, its claim has the error.
    """
    failed = []
    for check in CHECKS:
        claim = check.__name__.strip("_").replace("_", " ")
        try:
            if not check(steps, flights.copy(), reports.copy()):
                failed.append(claim)
        except Exception as error:  # the steps broke: that says nothing of the claim
            failed.append(f"{claim}: cannot tell, {type(error).__name__}: {error}")
    return failed
