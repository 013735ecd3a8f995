"""The service breaks where it is broken, and the runbook finds where."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.operate.oncall.incidents import INCIDENTS, Act, late_or_wrong, perform
from snippets.operate.oncall.runbook import (
    RUNBOOK,
    Entry,
    every_alert_has_owner,
    postmortem,
    triage,
)
from snippets.operate.oncall.service import Release, Service, observe, run

ZONE = "America/New_York"
NOW = pd.Timestamp("2013-07-10 03:00", tz=ZONE)
AIRPORTS = ["EWR", "JFK", "LGA"]
KNOT = 1.15078
GOOD = Release(
    weights={"one": -2.0, "hour": 0.1, "wind_speed": 0.0, "precip": 5.0, "visib": -0.1},
    ordinary={"wind_speed": 8.0, "precip": 0.0, "visib": 9.0},
    threshold=0.3,
    zone=ZONE,
)
QUIET = {step.signal: max(step.low, min(step.high, step.low)) for step in RUNBOOK}


def table(airports: list[str]) -> pd.DataFrame:
    hours = range(3, 13)
    local = [NOW.normalize() + pd.Timedelta(hours=hour) for hour in hours]
    rows = [
        {"time_hour": at.tz_convert("UTC"), "hour": at.hour, "origin": airport}
        for airport in airports
        for at in local
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(carrier="B6", flight=range(len(frame)))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    times = pd.date_range(end=NOW, periods=72, freq="h").tz_convert("UTC")
    rows = [
        {
            "origin": airport,
            "time_hour": at,
            "wind_speed": KNOT * (5 + i % 7),
            "precip": 0.0,
            "visib": 10.0,
        }
        for i, at in enumerate(times)
        for airport in AIRPORTS
    ]
    sky = pd.DataFrame(rows)
    local = sky["time_hour"].dt.tz_convert(ZONE)
    sky = sky.assign(month=local.dt.month, day=local.dt.day, hour=local.dt.hour)
    return Service(
        weather=sky,
        timetable=table(AIRPORTS),
        last_week=table(AIRPORTS),
        live=GOOD,
        released=GOOD,
        older=replace(GOOD, weights={**GOOD.weights, "one": 0.0}),
        board=tmp_path / "board.csv",
        spare=tmp_path / "spare.csv",
    )


def causes(service: Service) -> list[str]:
    return [step.cause for step in triage(observe(service, NOW))]


class TestRun:
    def test_covers_the_next_eight_hours(self, service: Service) -> None:
        board = run(service, NOW)

        assert len(board) == 3 * 8

    def test_chance_is_the_logistic_of_the_weights(self, service: Service) -> None:
        first = run(service, NOW).iloc[0]

        assert first["chance"] == pytest.approx(1 / (1 + np.exp(2 - 0.3 + 1.0)))

    def test_writes_what_it_returns(self, service: Service) -> None:
        board = run(service, NOW)

        assert pd.read_csv(service.board)["chance"].tolist() == pytest.approx(
            board["chance"].tolist()
        )

    def test_a_flight_on_the_threshold_is_listed(self, service: Service) -> None:
        chance = float(run(service, NOW)["chance"].iloc[0])
        strict = replace(service, live=replace(GOOD, threshold=chance))

        assert run(strict, NOW)["listed"].iloc[0]

    def test_uses_the_newest_hour(self, service: Service) -> None:
        last = service.weather["time_hour"] == NOW
        rain = service.weather.assign(precip=last.astype(float))

        assert run(replace(service, weather=rain), NOW)["chance"].min() > 0.8

    def test_without_the_weather_it_takes_ordinary_readings(
        self, service: Service
    ) -> None:
        board = run(replace(service, use_weather=False, fetch_seconds=30), NOW)

        assert board["chance"].iloc[0] == pytest.approx(1 / (1 + np.exp(2 - 0.3 + 0.9)))

    @pytest.mark.parametrize(("seconds", "slow"), [(2.0, False), (2.1, True)])
    def test_waits_two_seconds(
        self, service: Service, seconds: float, slow: bool
    ) -> None:
        waiting = replace(service, fetch_seconds=seconds)
        if slow:
            with pytest.raises(TimeoutError, match="2 s"):
                run(waiting, NOW)
        else:
            assert len(run(waiting, NOW)) == 24


class TestObserve:
    def test_reads_every_signal_of_the_runbook(self, service: Service) -> None:
        assert set(observe(service, NOW)) == {step.signal for step in RUNBOOK}

    def test_a_healthy_service_moves_nothing(self, service: Service) -> None:
        assert causes(service) == []

    @pytest.mark.parametrize(
        "incident",
        [
            i
            for i in INCIDENTS
            if "no fault" not in i.what
            and i.what not in {"an hour came twice", "an impossible reading"}
        ],
        ids=lambda incident: incident.what,
    )
    def test_a_fault_is_found_at_its_own_signal(
        self,
        service: Service,
        incident: object,
    ) -> None:
        assert incident.what == causes(incident.hit(service))[0]  # type: ignore[attr-defined]

    def test_a_repeated_row_is_found(self, service: Service) -> None:
        twice = pd.concat([service.weather, service.weather.iloc[-1:]])

        assert causes(replace(service, weather=twice)) == [
            "an hour came twice",
            "unknown: wake the owner",
        ]

    def test_an_impossible_wind_is_found(self, service: Service) -> None:
        gale = service.weather.copy()
        gale.loc[gale.index[-1], "wind_speed"] = 911 * KNOT

        assert causes(replace(service, weather=gale))[0] == "an impossible reading"

    def test_weather_that_lists_all_flights_is_a_storm(self, service: Service) -> None:
        rain = service.weather.assign(precip=1.0)

        assert causes(replace(service, weather=rain)) == ["a storm, no fault"]

    def test_few_flights_everywhere_are_a_holiday(self, service: Service) -> None:
        few = service.timetable[service.timetable["hour"] < 9]

        assert causes(replace(service, timetable=few)) == ["a holiday, no fault"]

    def test_rows_joined_on_the_local_hour_repeat_only_when_clocks_go_back(
        self, service: Service
    ) -> None:
        [joined] = [i for i in INCIDENTS if i.what == "an hour came twice"]
        assert causes(joined.hit(service)) == []

        back = service.weather.assign(hour=service.weather["hour"].replace(2, 1))
        assert causes(joined.hit(replace(service, weather=back)))[0] == joined.what


class TestPerform:
    def test_to_leave_it_changes_nothing(self, service: Service) -> None:
        assert perform(Act.LEAVE, service) is not None
        assert run(perform(Act.LEAVE, service), NOW).equals(run(service, NOW))

    @pytest.mark.parametrize(
        ("what", "act"),
        [
            ("memory kept an old feed", Act.RESTART),
            ("an old model is live", Act.ROLL_BACK),
            ("a threshold was mistyped", Act.ROLL_BACK),
            ("summer time was forgotten", Act.ROLL_BACK),
            ("the disk is full", Act.MAKE_ROOM),
            ("an airport is missing", Act.LAST_WEEK),
        ],
    )
    def test_the_right_act_brings_the_healthy_board_back(
        self, service: Service, what: str, act: Act
    ) -> None:
        [incident] = [i for i in INCIDENTS if i.what == what]
        mended = perform(act, incident.hit(service))

        assert late_or_wrong(run(mended, NOW), run(service, NOW)) == 0

    def test_without_the_weather_a_board_comes_in_spite_of_the_feed(
        self, service: Service
    ) -> None:
        slow = replace(service, fetch_seconds=30)

        assert len(run(perform(Act.NO_WEATHER, slow), NOW)) == 24


class TestLateOrWrong:
    def test_no_board_is_late_for_all(self, service: Service) -> None:
        assert late_or_wrong(None, run(service, NOW)) == 24

    def test_counts_each_kind_once(self, service: Service) -> None:
        right = run(service, NOW)
        board = right.copy()
        board.loc[board.index[0], "chance"] += 0.051
        board.loc[board.index[1], "chance"] += 0.049
        board.loc[board.index[2], "chance"] = np.nan
        board.loc[board.index[3], "listed"] = True

        assert late_or_wrong(board.iloc[:-1], right) == 4
        assert late_or_wrong(right, board.iloc[:-1]) == 4


class TestTriage:
    @given(st.sets(st.sampled_from(RUNBOOK)))
    def test_the_cause_is_the_highest_step_that_moved(self, moved: set[object]) -> None:
        signals = QUIET | {step.signal: -1.0 for step in moved}  # type: ignore[attr-defined]

        found = triage(signals)

        assert set(found) == moved
        assert list(found) == sorted(found, key=RUNBOOK.index)

    @pytest.mark.parametrize("step", RUNBOOK, ids=lambda step: step.signal)
    def test_a_value_on_the_limit_has_not_moved(self, step: object) -> None:
        for limit in (step.low, step.high):  # type: ignore[attr-defined]
            assert triage(QUIET | {step.signal: limit}) == ()  # type: ignore[attr-defined]

    def test_what_cannot_be_read_has_not_moved(self) -> None:
        assert triage(dict.fromkeys(QUIET, float("nan"))) == ()

    def test_an_unread_signal_is_an_error(self) -> None:
        with pytest.raises(KeyError, match="columns missing"):
            triage({})


class TestOwners:
    FINE: ClassVar = {
        "alert": "FeedFrozen",
        "labels": {"owner": "data engineer", "severity": "page"},
        "annotations": {"runbook_url": "/oncall/"},
    }

    def test_a_rule_with_role_and_runbook_is_fine(self) -> None:
        assert every_alert_has_owner([self.FINE], {"data engineer"}) == []

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"labels": {"severity": "ticket"}}, "no role"),
            ({"labels": {"owner": "a colleague who left"}}, "no role"),
            ({"annotations": {}}, "without a runbook"),
            ({"annotations": {"runbook_url": ""}}, "without a runbook"),
        ],
    )
    def test_a_lack_is_named(self, change: dict[str, object], problem: str) -> None:
        [found] = every_alert_has_owner([self.FINE | change], {"data engineer"})

        assert found.startswith("FeedFrozen: ")
        assert problem in found

    def test_a_ticket_needs_no_runbook(self) -> None:
        ticket = {"alert": "Slow", "labels": {"owner": "desk", "severity": "ticket"}}

        assert every_alert_has_owner([ticket], {"desk"}) == []


class TestPostmortem:
    LOG = (
        Entry(datetime(2013, 8, 9, 3, 0), "pager", "feed age h: 9"),
        Entry(datetime(2013, 8, 9, 3, 12), "on call", "no weather"),
    )

    def test_tells_what_and_how_long_and_asks_for_causes(self) -> None:
        text = postmortem(self.LOG, RUNBOOK[6], hurt=211)

        assert text.splitlines() == [
            "the feed is late, 09 August 2013",
            "211 answers late or wrong, 12 minutes from alarm to end",
            "03:00  pager: feed age h: 9",
            "03:12  on call: no weather",
            "What made it possible? What hid it? What would have shown it sooner?",
            "Follow-up: data engineer, within a week",
        ]

    @pytest.mark.parametrize("log", [(), LOG[:1], LOG[::-1]])
    def test_a_log_must_ascend_from_alarm_to_end(self, log: tuple[Entry, ...]) -> None:
        with pytest.raises(ValueError, match="log must ascend"):
            postmortem(log, RUNBOOK[6], hurt=1)
