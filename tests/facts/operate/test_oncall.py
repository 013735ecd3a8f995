"""What the chapter on the 3 a.m. page states about the flights and the faults."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.operate import oncall_before
from snippets.operate.oncall.incidents import (
    INCIDENTS,
    Act,
    Incident,
    late_or_wrong,
    perform,
)
from snippets.operate.oncall.runbook import RUNBOOK, triage
from snippets.operate.oncall.service import Release, Service, observe, run

NEW_YORK = "America/New_York"
READINGS = ["wind_speed", "precip", "visib"]
GOOD = Release(
    weights={
        "one": -1.87,
        "hour": 0.12,
        "wind_speed": 0.02,
        "precip": 5.56,
        "visib": -0.1,
    },
    ordinary={"wind_speed": 8.74, "precip": 0.0, "visib": 9.21},
    threshold=0.3,
    zone=NEW_YORK,
)
JANUARY = replace(
    GOOD,
    weights={
        "one": -1.48,
        "hour": 0.02,
        "wind_speed": -0.02,
        "precip": 13.44,
        "visib": -0.02,
    },
)


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def sky() -> pd.DataFrame:
    columns = ["origin", "month", "day", "hour", "time_hour", *READINGS]
    return weather()[columns].sort_values(["time_hour", "origin"])


def service_at(
    now: pd.Timestamp, year: pd.DataFrame, sky: pd.DataFrame, folder: Path
) -> Service:
    def table(day: pd.Timestamp) -> pd.DataFrame:
        return year[(year["month"] == day.month) & (year["day"] == day.day)]

    week = pd.Timedelta("7D")
    before = table(now - week)
    seen = (sky["time_hour"] > now - pd.Timedelta("3D")) & (sky["time_hour"] <= now)
    return Service(
        weather=sky[seen],
        timetable=table(now),
        last_week=before.assign(time_hour=before["time_hour"] + week),
        live=GOOD,
        released=GOOD,
        older=JANUARY,
        board=folder / "board.csv",
        spare=folder / "spare.csv",
    )


def written(service: Service, now: pd.Timestamp) -> pd.DataFrame | None:
    try:
        return run(service, now)
    except (KeyError, ValueError, OSError):
        return None


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident.what)
def test_the_runbook_names_each_cause_and_no_act_beats_its_first(
    incident: Incident, year: pd.DataFrame, sky: pd.DataFrame, tmp_path: Path
) -> None:
    now = pd.Timestamp(f"{incident.night} 03:00", tz=NEW_YORK)
    healthy = service_at(now, year, sky, tmp_path)
    broken = incident.hit(healthy)
    wind = healthy.weather["wind_speed"].mask(healthy.weather["wind_speed"] > 100)
    held = wind.groupby(healthy.weather["origin"]).ffill()
    right = run(replace(healthy, weather=healthy.weather.assign(wind_speed=held)), now)

    first = triage(observe(broken, now))[0]
    left = {
        act: late_or_wrong(written(perform(act, broken), now), right) for act in Act
    }

    assert first.cause == incident.what
    assert min(left, key=lambda act: left[act]) is first.act  # the mildest of equals
    if first.act is not Act.LEAVE:
        assert all(left[act] > left[first.act] for act in Act if act is not first.act)


def test_each_step_except_the_unknown_has_one_incident() -> None:
    causes = [step.cause for step in RUNBOOK if "unknown" not in step.cause]

    assert len(INCIDENTS) == 16
    assert sorted(causes) == sorted(incident.what for incident in INCIDENTS)


def test_the_impossible_wind_is_in_the_record_at_three_in_the_morning(
    sky: pd.DataFrame,
) -> None:
    [row] = sky[sky["wind_speed"] > 100].to_dict("records")

    assert (row["origin"], row["month"], row["day"], row["hour"]) == ("EWR", 2, 12, 3)
    assert int(row["wind_speed"]) == 1_048


def test_every_wind_speed_of_the_record_is_whole_knots(sky: pd.DataFrame) -> None:
    knots = sky["wind_speed"].dropna() / 1.15078

    assert ((knots - knots.round()).abs() < 1e-3).all()


def test_newark_read_no_wind_for_nine_hours_on_6_november(sky: pd.DataFrame) -> None:
    end = pd.Timestamp("2013-11-06 03:00", tz=NEW_YORK)
    start = end - pd.Timedelta("8h")
    hours = sky[(sky["origin"] == "EWR") & sky["time_hour"].between(start, end)]

    assert len(hours) == 9
    assert (hours["wind_speed"] == 0).all()


@pytest.mark.parametrize("date", ["2013-02-27", "2013-11-18"])
def test_all_three_airports_were_wet_when_the_alarm_rang(
    sky: pd.DataFrame, date: str
) -> None:
    now = pd.Timestamp(f"{date} 03:00", tz=NEW_YORK)
    newest = sky[sky["time_hour"] == now]

    assert len(newest) == 3
    assert newest["precip"].sum() > 0.05
    assert newest["visib"].mean() < 5


def test_restarting_leaves_a_wrong_threshold_and_wakes_the_wrong_people(
    year: pd.DataFrame, sky: pd.DataFrame, tmp_path: Path
) -> None:
    [mistyped] = [i for i in INCIDENTS if i.what == "a threshold was mistyped"]
    now = pd.Timestamp(f"{mistyped.night} 03:00", tz=NEW_YORK)
    wrong = mistyped.hit(service_at(now, year, sky, tmp_path))

    restarted, woken = oncall_before.restart_first(wrong, "data scientist")

    assert triage(observe(restarted, now)) == triage(observe(wrong, now)) != ()
    assert woken == ["platform engineer", "data scientist"]
