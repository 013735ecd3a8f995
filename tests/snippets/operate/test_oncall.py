"""Each incident breaks the service in its own way, and the runbook finds out how."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.operate.oncall.incidents import (
    INCIDENTS,
    Act,
    Incident,
    late_or_wrong,
    perform,
)
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


def incident(what: str) -> Incident:
    [found] = [each for each in INCIDENTS if each.what == what]
    return found


class TestRun:
    def test_covers_the_next_eight_hours(self, service: Service) -> None:
        board = run(service, NOW)

        assert len(board) == 3 * 8

    def test_chance_is_the_logistic_function_of_the_weights(
        self, service: Service
    ) -> None:
        first = run(service, NOW).iloc[0]

        assert first["chance"] == pytest.approx(1 / (1 + np.exp(2 - 0.3 + 1.0)))

    def test_writes_what_it_returns(self, service: Service) -> None:
        board = run(service, NOW)

        assert pd.read_csv(service.board)["chance"].tolist() == pytest.approx(
            board["chance"].tolist()
        )

    def test_writes_only_the_key_the_chance_and_the_listing(
        self, service: Service
    ) -> None:
        columns = ["time_hour", "carrier", "flight", "chance", "listed"]

        assert list(run(service, NOW)) == columns
        assert list(pd.read_csv(service.board)) == columns

    def test_uses_the_weather_of_each_airport(self, service: Service) -> None:
        wet = service.weather["origin"] == "JFK"
        rain = service.weather.assign(precip=wet.astype(float))

        board = run(replace(service, weather=rain), NOW)

        origins = service.timetable.loc[board.index, "origin"]
        assert set(origins[board["chance"] > 0.5]) == {"JFK"}
        assert (board["chance"] > 0.5).sum() == 8

    def test_a_flight_on_the_threshold_is_listed(self, service: Service) -> None:
        chance = float(run(service, NOW)["chance"].iloc[0])
        strict = replace(service, live=replace(GOOD, threshold=chance))

        assert run(strict, NOW)["listed"].iloc[0]

    def test_uses_the_newest_hour(self, service: Service) -> None:
        last = service.weather["time_hour"] == NOW
        rain = service.weather.assign(precip=last.astype(float))

        assert run(replace(service, weather=rain), NOW)["chance"].min() > 0.8

    def test_without_the_weather_it_uses_ordinary_readings(
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
        "fault",
        [
            i
            for i in INCIDENTS
            if "no fault" not in i.what
            and i.what not in {"an hour came twice", "an impossible reading"}
        ],
        ids=lambda fault: fault.what,
    )
    def test_a_fault_is_found_at_its_own_signal(
        self, service: Service, fault: Incident
    ) -> None:
        assert fault.what == causes(fault.hit(service))[0]

    @pytest.mark.parametrize(
        ("what", "signal", "value"),
        [
            ("a column was renamed", "columns missing", 1),
            ("a column was renamed", "disk errors", 0),
            ("a column was renamed", "no board", 1),
            ("the feed is slow", "fetch seconds", 30),
            ("the feed is slow", "disk errors", 0),
            ("the feed is slow", "no board", 1),
            ("the feed sends nulls", "null readings %", 100),
            ("mph became km/h", "top wind mph", KNOT * 11 * 1.609344),
            ("mph became km/h", "whole knots %", 0),
            ("the feed is late", "feed age h", 9),
            ("the feed is late", "weather used h", 9),
            ("the feed is frozen", "feed unchanged h", 9),
            ("the feed is frozen", "feed age h", 0),
            ("memory kept an old feed", "weather used h", 9),
            ("memory kept an old feed", "feed age h", 0),
            ("an airport is missing", "emptiest airport %", 0),
            ("an airport is missing", "fullest airport %", 100),
            ("summer time was forgotten", "clock off h", 1),
            ("an old model is live", "model changed", 1),
            ("an old model is live", "settings changed", 0),
            ("a threshold was mistyped", "settings changed", 1),
            ("a threshold was mistyped", "flights listed %", 100),
            ("the disk is full", "disk errors", 1),
            ("the disk is full", "no board", 1),
        ],
    )
    def test_a_signal_shows_how_far_it_moved(
        self, service: Service, what: str, signal: str, value: float
    ) -> None:
        seen = observe(incident(what).hit(service), NOW)

        assert seen[signal] == pytest.approx(value)

    def test_a_healthy_service_has_each_signal_in_its_unit(
        self, service: Service
    ) -> None:
        assert observe(service, NOW) == pytest.approx(
            {
                "fetch seconds": 0.1,
                "columns missing": 0,
                "rows repeated": 0,
                "null readings %": 0,
                "top wind mph": 11 * KNOT,  # of the six newest hours: 8 to 11, 5, 6
                "whole knots %": 100,
                "feed age h": 0,
                "feed unchanged h": 0,
                "weather used h": 0,
                "fullest airport %": 100,
                "emptiest airport %": 100,
                "clock off h": 0,
                "model changed": 0,
                "settings changed": 0,
                "disk errors": 0,
                "no board": 0,
                "flights listed %": 0,
            }
        )

    def test_counts_the_flights_listed_among_those_on_the_board(
        self, service: Service
    ) -> None:
        # The logit is 0.1 * hour - 3: it is above -2.45 from 6 to 10.
        strict = replace(GOOD, threshold=1 / (1 + np.exp(2.45)))

        seen = observe(replace(service, live=strict), NOW)

        assert seen["flights listed %"] == 100 * 5 / 8

    @pytest.mark.parametrize(("hours", "seen"), [(5, True), (6, False)])
    def test_reads_nulls_and_wind_of_the_six_newest_hours(
        self, service: Service, hours: int, seen: bool
    ) -> None:
        sky = service.weather.copy()
        at = sky["time_hour"] == NOW - pd.Timedelta(hours=hours)
        row = sky.index[at][0]
        sky.loc[row, ["wind_speed", "precip"]] = [50 * KNOT, np.nan]

        signals = observe(replace(service, weather=sky), NOW)

        share = 100 / (6 * 3 * 3)  # one of six hours, three airports, three readings
        assert signals["null readings %"] == pytest.approx(share if seen else 0)
        assert signals["top wind mph"] == pytest.approx((50 if seen else 11) * KNOT)

    def test_counts_the_winds_that_are_whole_knots(self, service: Service) -> None:
        half = service.weather.index % 2 == 0
        wind = service.weather["wind_speed"] + np.where(half, 0.3 * KNOT, 0)

        signals = observe(
            replace(service, weather=service.weather.assign(wind_speed=wind)), NOW
        )

        assert signals["whole knots %"] == 50

    def test_counts_the_hours_since_the_longest_silence_of_an_airport(
        self, service: Service
    ) -> None:
        sky = service.weather
        still = (sky["origin"] == "LGA") & (
            sky["time_hour"] > NOW - pd.Timedelta(hours=4)
        )
        held = sky["wind_speed"].mask(still).groupby(sky["origin"]).ffill()

        signals = observe(replace(service, weather=sky.assign(wind_speed=held)), NOW)

        assert signals["feed unchanged h"] == 4

    def test_compares_the_flights_of_each_airport_with_last_week(
        self, service: Service
    ) -> None:
        few = service.timetable.query("origin != 'JFK' or hour < 8")

        signals = observe(replace(service, timetable=few), NOW)

        assert signals["emptiest airport %"] == 50
        assert signals["fullest airport %"] == 100

    def test_counts_the_rows_that_repeat(self, service: Service) -> None:
        twice = pd.concat([service.weather, service.weather.iloc[-2:]])

        assert observe(replace(service, weather=twice), NOW)["rows repeated"] == 2

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

    def test_a_join_on_the_local_hour_repeats_rows_only_when_clocks_go_back(
        self, service: Service
    ) -> None:
        joined = incident("an hour came twice")
        assert causes(joined.hit(service)) == []

        back = service.weather.assign(hour=service.weather["hour"].replace(2, 1))
        assert causes(joined.hit(replace(service, weather=back)))[0] == joined.what


class TestIncidents:
    def test_are_the_causes_in_the_runbook(self) -> None:
        known = {step.cause for step in RUNBOOK} - {"unknown: wake the owner"}

        assert {each.what for each in INCIDENTS} == known
        assert len(INCIDENTS) == len(known)

    @pytest.mark.parametrize("each", INCIDENTS, ids=lambda each: each.what)
    def test_happen_on_a_night_in_2013(self, each: Incident) -> None:
        assert pd.Timestamp(each.night).year == 2013

    @pytest.mark.parametrize(
        "what", ["a storm, no fault", "a holiday, no fault", "an impossible reading"]
    )
    def test_change_nothing_if_the_incident_is_in_the_record(
        self, service: Service, what: str
    ) -> None:
        assert observe(incident(what).hit(service), NOW) == observe(service, NOW)

    def test_a_late_feed_ends_earlier_and_has_no_nulls(self, service: Service) -> None:
        late = incident("the feed is late").hit(service).weather

        assert len(late) == (72 - 9) * 3
        assert late.notna().all(axis=None)

    def test_one_remaining_reading_keeps_the_row(self, service: Service) -> None:
        sky = service.weather.copy()
        sky.loc[0, "wind_speed"] = np.nan

        late = incident("the feed is late").hit(replace(service, weather=sky)).weather

        assert 0 in late.index

    def test_a_frozen_feed_repeats_the_last_readings_of_each_airport(
        self, service: Service
    ) -> None:
        sky = service.weather.assign(visib=range(len(service.weather)))

        frozen = incident("the feed is frozen").hit(replace(service, weather=sky))

        last = sky["visib"].iloc[-30:-27].tolist()
        assert frozen.weather["visib"].iloc[-27:].tolist() == last * 9

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
    def test_a_full_disk_raises_its_own_error(self, service: Service) -> None:
        with pytest.raises(OSError, match="No space left on device"):
            run(incident("the disk is full").hit(service), NOW)


class TestPerform:
    def test_each_act_has_a_text(self) -> None:
        assert all(re.fullmatch("[a-z ]+", act.value) for act in Act)

    def test_last_week_fills_in_only_missing_flights(self, service: Service) -> None:
        few = service.timetable.query("origin == 'EWR' and hour < 8")

        filled = perform(Act.LAST_WEEK, replace(service, timetable=few)).timetable

        counts = filled["origin"].value_counts().to_dict()
        assert counts == {"EWR": 5, "JFK": 10, "LGA": 10}

    def test_leaving_it_changes_nothing(self, service: Service) -> None:
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
    def test_the_right_act_restores_the_healthy_board(
        self, service: Service, what: str, act: Act
    ) -> None:
        restored = perform(act, incident(what).hit(service))

        assert late_or_wrong(run(restored, NOW), run(service, NOW)) == 0

    def test_without_the_weather_there_is_a_board_despite_the_feed(
        self, service: Service
    ) -> None:
        slow = replace(service, fetch_seconds=30)

        assert len(run(perform(Act.NO_WEATHER, slow), NOW)) == 24


class TestLateOrWrong:
    def test_without_a_board_every_answer_is_late(self, service: Service) -> None:
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


class TestRunbook:
    @pytest.mark.parametrize(
        ("signal", "fine", "moved"),
        [
            ("columns missing", [0], [1]),
            ("fetch seconds", [0, 2], [2.1]),
            ("rows repeated", [0], [1]),
            ("null readings %", [0, 5], [5.1]),
            ("top wind mph", [0, 100], [100.1]),
            ("whole knots %", [95, 100], [94.9]),
            ("feed age h", [0, 2], [-1, 2.1]),
            ("feed unchanged h", [0, 5], [5.1]),
            ("weather used h", [0, 2], [-1, 2.1]),
            ("fullest airport %", [80, 999], [79.9]),
            ("emptiest airport %", [40, 999], [39.9]),
            ("clock off h", [0], [1]),
            ("model changed", [0], [1]),
            ("settings changed", [0], [1]),
            ("disk errors", [0], [1]),
            ("no board", [0], [1]),
            ("flights listed %", [0, 40], [40.1]),
        ],
    )
    def test_a_signal_has_moved_once_past_its_limit(
        self, signal: str, fine: list[float], moved: list[float]
    ) -> None:
        assert all(not triage(QUIET | {signal: value}) for value in fine)
        for value in moved:
            assert [step.signal for step in triage(QUIET | {signal: value})] == [signal]

    def test_every_step_has_an_act_and_an_owner(self) -> None:
        assert all(isinstance(step.act, Act) for step in RUNBOOK)
        assert {step.owner for step in RUNBOOK} == {
            "data engineer",
            "data scientist",
            "platform engineer",
            "desk lead",
        }

    def test_an_unknown_cause_wakes_the_owner(self) -> None:
        [step] = triage(QUIET | {"no board": 1})

        assert step.cause == "unknown: wake the owner"


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

    def test_a_signal_that_cannot_be_read_has_not_moved(self) -> None:
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
    def test_a_missing_field_is_named(
        self, change: dict[str, object], problem: str
    ) -> None:
        [found] = every_alert_has_owner([self.FINE | change], {"data engineer"})

        assert found.startswith("FeedFrozen: ")
        assert problem in found

    def test_a_rule_without_labels_has_no_owner(self) -> None:
        assert every_alert_has_owner([{"alert": "Slow"}], {"desk"}) == [
            "Slow: no role on the rota owns it"
        ]

    def test_each_missing_field_of_each_rule_is_named(self) -> None:
        page = {"alert": "Slow", "labels": {"severity": "page"}}

        assert (
            every_alert_has_owner([page, self.FINE, page], {"data engineer"})
            == [
                "Slow: no role on the rota owns it",
                "Slow: pages without a runbook",
            ]
            * 2
        )

    def test_a_ticket_needs_no_runbook(self) -> None:
        ticket = {"alert": "Slow", "labels": {"owner": "desk", "severity": "ticket"}}

        assert every_alert_has_owner([ticket], {"desk"}) == []


class TestPostmortem:
    LOG = (
        Entry(datetime(2013, 8, 9, 3, 0), "pager", "feed age h: 9"),
        Entry(datetime(2013, 8, 9, 3, 12), "on call", "no weather"),
    )

    def test_states_what_and_how_long_and_asks_for_causes(self) -> None:
        text = postmortem(self.LOG, RUNBOOK[6], hurt=211)

        assert text.splitlines() == [
            "the feed is late, 09 August 2013",
            "211 answers late or wrong, 12 minutes from alarm to end",
            "03:00  pager: feed age h: 9",
            "03:12  on call: no weather",
            "What made it possible? What hid it? What would have shown it sooner?",
            "Follow-up: data engineer, within a week",
        ]

    def test_two_entries_may_have_the_same_minute(self) -> None:
        log = (self.LOG[0], self.LOG[0])

        assert "211 answers late or wrong, 0 minutes" in postmortem(
            log, RUNBOOK[6], hurt=211
        )

    @pytest.mark.parametrize("log", [(), LOG[:1], LOG[::-1]])
    def test_a_log_must_be_in_order_from_alarm_to_end(
        self, log: tuple[Entry, ...]
    ) -> None:
        with pytest.raises(ValueError, match="log must ascend"):
            postmortem(log, RUNBOOK[6], hurt=1)
