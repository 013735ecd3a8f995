"""Check a way of preparing flights: before it learns, and each time it is changed.

The checks know nothing of how the tables are made. They ask what must be true of any
honest way, so that a fault planted in one is found, or is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

__all__ = ["CHECKS", "Steps", "faults_found"]

Table: TypeAlias = pd.DataFrame

_WRITTEN_LATER = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]


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


def _the_future_changes_nothing(steps: Steps, flights: Table, reports: Table) -> bool:
    now = flights["time_hour"].min().normalize() + pd.Timedelta("17h")  # noon or 1 p.m.
    asked = flights[flights["time_hour"] < now + pd.Timedelta("2h")]
    blank = asked.assign(**dict.fromkeys(_WRITTEN_LATER, float("nan")))
    past = reports[reports["time_hour"] + pd.Timedelta("1h") <= now]
    seen = steps.columns(asked, reports)
    return seen.equals(steps.columns(blank, past))


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
    """Run every check, and say which ones failed.

    Parameters
    ----------
    steps : Steps
        The way of preparing flights that is to be checked.
    flights, reports : DataFrame
        Real ones, as the steps take them. They are copied for each check.

    Returns
    -------
    list of str
        The failed claims, as words; none if all hold. A claim that cannot be checked,
        since a step raised an error, is there with the error.
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
