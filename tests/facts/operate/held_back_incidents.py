"""Incidents for the runbook, written from this description alone.

The order of commits shows that they are older than the runbook of the page. No rule of
it was changed after its score on them was counted.

The service. Every hour it writes a board: for each flight that leaves New York (EWR,
JFK, LGA) within eight hours, the chance that it is late, and whether a desk must look
after it (listed: the chance is at least the threshold of the release). It reads two
feeds. *Weather*: one row per airport and hour, of which the newest counts, with wind in
mph, precipitation in inches and visibility in miles, at most 10. *Timetable*: one row
per flight of the day. It also has last week's timetable, and a release: the weights of
a logistic model, a threshold and a time zone.

The signals. How old each feed is, and whether it changes; which columns and readings it
lacks; how many flights each airport has against last week; whether model, settings and
clock are those of the release; whether the disk takes the board; how many flights are
listed.

The acts. Leave it; restart the process; roll back the release; answer without the
weather; fill gaps from last week's timetable; make room on the disk.

Whom to wake. Wake somebody if, unless they act now, the desk misses or is misled about
more than one flight in twenty of the next eight hours. Anything else waits for the
morning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["HELD_BACK", "HeldBack"]

Change = Callable[[pd.DataFrame], pd.DataFrame]


def _as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


@dataclass(frozen=True, kw_only=True)
class HeldBack:
    """One incident: how to make it, and what a good engineer does first.

    `weather` and `timetable` change the feeds as they were at `now`, and `release`
    replaces settings of the live release and of its record. Any of `acts` is right.
    """

    name: str
    cause: str
    now: str
    wake: bool
    acts: frozenset[str]
    because: str
    weather: Change = _as_it_is
    timetable: Change = _as_it_is
    release: Mapping[str, float] = field(default_factory=dict)


def _yesterday(timetable: pd.DataFrame) -> pd.DataFrame:
    return timetable.assign(time_hour=timetable["time_hour"] - pd.Timedelta("24h"))


def _millimetres(weather: pd.DataFrame) -> pd.DataFrame:
    return weather.assign(precip=weather["precip"] * 25.4)


def _without_american(timetable: pd.DataFrame) -> pd.DataFrame:
    return timetable[timetable["carrier"] != "AA"]


def _calm_newark(weather: pd.DataFrame) -> pd.DataFrame:
    since = weather["time_hour"].max() - pd.Timedelta("48h")
    stuck = (weather["origin"] == "EWR") & (weather["time_hour"] > since)
    return weather.assign(wind_speed=weather["wind_speed"].mask(stuck, 0.0))


def _four_letters(timetable: pd.DataFrame) -> pd.DataFrame:
    return timetable.assign(origin=timetable["origin"].replace("EWR", "KEWR"))


def _decimal_comma(weather: pd.DataFrame) -> pd.DataFrame:
    text = weather["wind_speed"].astype(str).str.replace(".", ",")
    return weather.assign(wind_speed=text)


def _cancelled_removed(timetable: pd.DataFrame) -> pd.DataFrame:
    return timetable[timetable["dep_time"].notna()]


def _until_noon(timetable: pd.DataFrame) -> pd.DataFrame:
    return timetable[timetable["hour"] < 12]


def _unlimited(weather: pd.DataFrame) -> pd.DataFrame:
    clear = weather["visib"] >= 10
    return weather.assign(visib=weather["visib"].mask(clear, 99.99))


def _stamped_ahead(weather: pd.DataFrame) -> pd.DataFrame:
    return weather.assign(time_hour=weather["time_hour"] + pd.Timedelta("5h"))


def _newest_first(weather: pd.DataFrame) -> pd.DataFrame:
    return weather.iloc[::-1].assign(quality="checked").reset_index(drop=True)


_LEAVE = frozenset({"leave it"})
_ROLL_BACK = frozenset({"roll back the release"})
_NO_WEATHER = frozenset({"answer without the weather"})
_LAST_WEEK = frozenset({"fill gaps from last week's timetable"})

HELD_BACK = [
    HeldBack(
        name="yesterday's timetable",
        cause="The job that uploads the timetable sent yesterday's file once more.",
        now="2013-04-17 03:00",
        timetable=_yesterday,
        wake=True,
        acts=_LAST_WEEK,
        because="Each row is a flight that has left. Last week's day is closer.",
    ),
    HeldBack(
        name="rain in millimetres",
        cause="The supplier went metric: precipitation is 25.4 times what it was.",
        now="2013-06-07 09:00",
        weather=_millimetres,
        wake=True,
        acts=_NO_WEATHER,
        because="It rains, so every chance is too high until the unit is known.",
    ),
    HeldBack(
        name="one carrier missing",
        cause="American's flights are not in the timetable: its contract ran out.",
        now="2013-05-14 06:00",
        timetable=_without_american,
        wake=True,
        acts=_LAST_WEEK,
        because="One flight in ten is on nobody's list, at every airport a few.",
    ),
    HeldBack(
        name="calm at Newark",
        cause="Newark's wind sensor froze at 0 two days ago; its other readings move.",
        now="2013-01-31 08:00",
        weather=_calm_newark,
        wake=True,
        acts=_NO_WEATHER,
        because="It blows at 39 mph, and a third of the flights get a calm day.",
    ),
    HeldBack(
        name="four letters for Newark",
        cause="The timetable calls Newark KEWR, the weather EWR, so nothing joins.",
        now="2013-09-18 05:00",
        timetable=_four_letters,
        wake=True,
        acts=_NO_WEATHER | _LAST_WEEK,
        because="No flight from Newark has a chance. Both acts give it one.",
    ),
    HeldBack(
        name="decimal comma",
        cause="The supplier's new server writes the wind as text: 12,65858.",
        now="2013-10-22 03:00",
        weather=_decimal_comma,
        wake=True,
        acts=_NO_WEATHER,
        because="The service can't multiply text. There is no board without this act.",
    ),
    HeldBack(
        name="after the blizzard",
        cause="Nothing broke: cancelled flights were taken out of the timetable.",
        now="2013-02-09 03:00",
        timetable=_cancelled_removed,
        wake=False,
        acts=_LEAVE,
        because="The board is right. Last week's timetable would list ghosts.",
    ),
    HeldBack(
        name="timetable ends at noon",
        cause="The upload was cut off: no flight from 12:00 on.",
        now="2013-05-21 09:00",
        timetable=_until_noon,
        wake=True,
        acts=_LAST_WEEK,
        because="Five of the eight hours are empty.",
    ),
    HeldBack(
        name="release with a typo",
        cause="Last evening's release has threshold 0.03, and so has its record.",
        now="2013-08-21 03:00",
        release={"threshold": 0.03},
        wake=True,
        acts=_ROLL_BACK,
        because="The desk gets every flight, which helps it as much as an empty list.",
    ),
    HeldBack(
        name="unlimited visibility",
        cause="The feed writes 99.99 for unlimited where it wrote 10.",
        now="2013-03-21 06:00",
        weather=_unlimited,
        wake=True,
        acts=_NO_WEATHER,
        because="The model never saw such a reading, and its chances are nonsense.",
    ),
    HeldBack(
        name="clocks go back",
        cause="Nothing broke: 01:00 to 02:00 came twice, after a gap in the feed.",
        now="2013-11-03 03:00",
        wake=False,
        acts=_LEAVE,
        because="In UTC no hour came twice, the feed is back, the board is right.",
    ),
    HeldBack(
        name="stamped ahead",
        cause="The weather's clock is 5 hours fast; the readings are right and new.",
        now="2013-07-17 03:00",
        weather=_stamped_ahead,
        wake=False,
        acts=_LEAVE | _NO_WEATHER,
        because="The newest row is still the newest, so the board is right. A ticket.",
    ),
    HeldBack(
        name="newest first",
        cause="Nothing broke: the feed has a new column, and its rows in other order.",
        now="2013-12-10 03:00",
        weather=_newest_first,
        wake=False,
        acts=_LEAVE,
        because="Neither changes any reading that the model uses.",
    ),
]
