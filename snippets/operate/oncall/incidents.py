"""Break the service on purpose, act on it, and count what its readers get."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from .service import Service

__all__ = ["INCIDENTS", "Act", "Incident", "late_or_wrong", "perform"]

_Change = Callable[[Service], Service]
_FULL = Path("/dev/full")  # Linux: every write finds no space left on the device
_READINGS = ["wind_speed", "precip", "visib"]


class Act(Enum):
    """What whoever is on call may do at night, the least first."""

    LEAVE = "leave it"
    RESTART = "restart"
    ROLL_BACK = "roll back"
    NO_WEATHER = "no weather"
    LAST_WEEK = "last week"
    MAKE_ROOM = "make room"


def perform(act: Act, service: Service) -> Service:
    """Do one act.

    Parameters
    ----------
    act : Act
        What to do.
    service : Service
        The service as it stands.

    Returns
    -------
    Service
        The service afterwards.
    """
    known = service.last_week["origin"].isin(service.timetable["origin"])
    filled = pd.concat([service.timetable, service.last_week[~known]])
    change: dict[Act, dict[str, Any]] = {
        Act.LEAVE: {},
        Act.RESTART: {"kept": None},
        Act.ROLL_BACK: {"live": service.released},
        Act.NO_WEATHER: {"use_weather": False},
        Act.LAST_WEEK: {"timetable": filled},
        Act.MAKE_ROOM: {"board": service.spare},
    }
    return replace(service, **change[act])


def late_or_wrong(board: pd.DataFrame | None, right: pd.DataFrame) -> int:
    """Count the flights whose readers get no answer, or another than they should.

    Parameters
    ----------
    board : DataFrame of shape (n, 5) or None
        What was written. None: nothing was.
    right : DataFrame of shape (m, 5)
        What a service without a fault writes.

    Returns
    -------
    int
        Flights on one board only, listed on one only, without a chance, or with one
        that is off by 5 percentage points or more.
    """
    if board is None:
        return len(right)
    key = ["time_hour", "carrier", "flight"]
    both = right.merge(board, on=key, how="outer", suffixes=("", "_got"))
    close = (both["chance"] - both["chance_got"]).abs() < 0.05
    return int((~close | (both["listed"] != both["listed_got"])).sum())


class Incident(NamedTuple):
    """What happened, on which night, and how it changes the service."""

    what: str
    night: str
    hit: _Change


def _nulls(sky: pd.DataFrame) -> pd.DataFrame:
    gone = sky["time_hour"] > sky["time_hour"].max() - pd.Timedelta("9h")
    return sky.assign(**sky[_READINGS].mask(gone))


def _early(sky: pd.DataFrame) -> pd.DataFrame:
    return _nulls(sky).dropna(how="all", subset=_READINGS)


def _frozen(sky: pd.DataFrame) -> pd.DataFrame:
    return sky.assign(**_nulls(sky)[_READINGS].groupby(sky["origin"]).ffill())


def _rejoined(sky: pd.DataFrame) -> pd.DataFrame:
    local = ["origin", "month", "day", "hour"]
    return sky.drop(columns="precip").merge(sky[[*local, "precip"]], on=local)


def _feed(change: Callable[[pd.DataFrame], pd.DataFrame]) -> _Change:
    return lambda service: replace(service, weather=change(service.weather))


def _live(**change: Any) -> _Change:
    return lambda service: replace(service, live=replace(service.live, **change))


INCIDENTS = (
    Incident(
        "a column was renamed",
        "2013-09-19",
        _feed(lambda sky: sky.rename(columns={"visib": "vis"})),
    ),
    Incident("the feed is slow", "2013-08-19", lambda s: replace(s, fetch_seconds=30)),
    Incident("an hour came twice", "2013-11-03", _feed(_rejoined)),
    Incident("the feed sends nulls", "2013-09-23", _feed(_nulls)),
    Incident("an impossible reading", "2013-02-12", _live()),  # it is in the record
    Incident(
        "mph became km/h",
        "2013-02-17",
        _feed(lambda sky: sky.assign(wind_speed=sky["wind_speed"] * 1.609344)),
    ),
    Incident("the feed is late", "2013-08-09", _feed(_early)),
    Incident("the feed is frozen", "2013-03-13", _feed(_frozen)),
    Incident(
        "memory kept an old feed",
        "2013-01-31",
        lambda s: replace(s, kept=_early(s.weather)),
    ),
    Incident(
        "an airport is missing",
        "2013-10-17",
        lambda s: replace(s, timetable=s.timetable.query("origin != 'LGA'")),
    ),
    Incident("summer time was forgotten", "2013-07-23", _live(zone="Etc/GMT+5")),
    Incident("an old model is live", "2013-09-22", lambda s: replace(s, live=s.older)),
    Incident("a threshold was mistyped", "2013-10-08", _live(threshold=0.03)),
    Incident("the disk is full", "2013-12-09", lambda s: replace(s, board=_FULL)),
    Incident("a storm, no fault", "2013-02-09", _live()),
    Incident("a holiday, no fault", "2013-11-28", _live()),
)
