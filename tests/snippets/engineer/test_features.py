"""The joins don't read the future, and serving computes the same as training."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.features.asof import point_in_time
from snippets.engineer.features.late_share import late_share
from snippets.engineer.features.online import LateShare
from snippets.engineer.features.skew import replay, skew

START = pd.Timestamp("2013-08-28", tz="UTC")
THREE_HOURS = timedelta(hours=3)

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=25)
minutes = st.integers(0, 400)
airports = st.sampled_from(["EWR", "JFK"])
asked_list = st.lists(st.tuples(airports, minutes), max_size=90)
left_list = st.lists(st.tuples(airports, minutes, st.integers(-20, 60)), max_size=60)


def moments(minutes_after: list[int]) -> pd.Series:
    return START + pd.to_timedelta(pd.Series(minutes_after, dtype="int64"), unit="min")


def asking(*rows: tuple[str, int]) -> pd.DataFrame:
    origin = pd.Series([row[0] for row in rows], dtype="str")
    decided_at = moments([row[1] for row in rows])
    return pd.DataFrame({"origin": origin, "decided_at": decided_at})


def knowing(*rows: tuple[str, int, float | None]) -> pd.DataFrame:
    origin = pd.Series([row[0] for row in rows], dtype="str")
    value = pd.Series([row[2] for row in rows], dtype="float64")
    known_at = moments([row[1] for row in rows])
    return pd.DataFrame({"origin": origin, "known_at": known_at, "value": value})


def leaving(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return knowing(*rows).rename(columns={"value": "delay"})


class TestPointInTime:
    def test_returns_the_newest_fact_of_the_entity_that_was_known_before(self) -> None:
        questions = asking(("EWR", 10), ("EWR", 11), ("JFK", 30), ("LGA", 30))
        facts = knowing(("EWR", 20, 3), ("EWR", 10, 1), ("EWR", 0, 0), ("JFK", 5, 7))

        found = point_in_time(questions, facts, by="origin")["value"]

        assert found.tolist()[:3] == [0, 1, 7]
        assert math.isnan(found[3])

    def test_keeps_the_index_the_order_the_columns_and_the_types(self) -> None:
        questions = asking(("JFK", 30), ("EWR", 30)).set_axis([7, 7])
        facts = knowing(("EWR", 1, 1), ("JFK", 2, 2))

        found = point_in_time(questions, facts, by="origin")

        assert found.index.tolist() == [7, 7]
        assert found["origin"].tolist() == ["JFK", "EWR"]
        assert found.dtypes.equals(facts.dtypes)

    def test_ignores_a_fact_older_than_the_limit(self) -> None:
        questions = asking(("EWR", 60), ("EWR", 61))
        facts = knowing(("EWR", 0, 1), ("JFK", 0, 2))

        an_hour = pd.Timedelta(hours=1)
        found = point_in_time(questions, facts, by="origin", max_age=an_hour)

        assert found["value"].notna().tolist() == [True, False]
        assert found["known_at"].notna().tolist() == [True, False]

    def test_returns_the_newest_fact_even_if_its_value_is_null(self) -> None:
        facts = knowing(("EWR", 0, 1), ("EWR", 5, None))

        found = point_in_time(asking(("EWR", 9)), facts, by="origin")

        assert found["value"].isna().all()
        assert found["known_at"].tolist() == [START + pd.Timedelta(minutes=5)]

    def test_one_question_has_the_same_answer_as_among_a_hundred(self) -> None:
        questions = asking(*(("EWR", minute) for minute in range(100)))
        facts = knowing(*(("EWR", minute, minute) for minute in range(0, 100, 7)))

        together = point_in_time(questions, facts, by="origin")
        single = point_in_time(questions.iloc[[50]], facts, by="origin")

        pd.testing.assert_frame_equal(together.iloc[[50]], single)

    @unhurried
    @given(asked_list, st.dictionaries(st.tuples(airports, minutes), minutes))
    def test_agrees_with_a_loop_over_the_facts(
        self, asked: list[tuple[str, int]], known: dict[tuple[str, int], int]
    ) -> None:
        facts = [(origin, at, value) for (origin, at), value in known.items()]
        loop = [
            max(
                (
                    (at, value)
                    for where, at, value in facts
                    if where == origin and at < now
                ),
                default=(0, -1),
            )[1]
            for origin, now in asked
        ]

        found = point_in_time(asking(*asked), knowing(*facts), by="origin")

        assert found["value"].fillna(-1).tolist() == loop

    @unhurried
    @given(asked_list, st.dictionaries(st.tuples(airports, minutes), minutes), minutes)
    def test_answers_do_not_depend_on_the_future(
        self, asked: list[tuple[str, int]], known: dict[tuple[str, int], int], now: int
    ) -> None:
        facts = knowing(*((origin, at, v) for (origin, at), v in known.items()))
        questions = asking(*((origin, min(at, now)) for origin, at in asked))
        past = facts[facts["known_at"] < START + pd.Timedelta(minutes=now)]

        pd.testing.assert_frame_equal(
            point_in_time(questions, facts, by="origin"),
            point_in_time(questions, past, by="origin"),
        )

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_compares_times_of_any_unit(self, unit: str) -> None:
        questions = asking(("EWR", 10), ("EWR", 11))
        facts = knowing(("EWR", 10, 1)).astype({"known_at": f"datetime64[{unit}, UTC]"})

        found = point_in_time(questions, facts, by="origin")["value"]

        assert found.notna().tolist() == [False, True]

    def test_tells_a_nanosecond(self) -> None:
        a_moment = pd.Series([START + pd.Timedelta(1, "ns")])
        questions = asking(("EWR", 0)).assign(decided_at=a_moment)

        found = point_in_time(questions, knowing(("EWR", 0, 1)), by="origin")

        assert found["value"].tolist() == [1]

    def test_keeps_questions_of_one_moment_in_their_order(self) -> None:
        questions = asking(("JFK", 9), ("EWR", 9), ("JFK", 5), ("EWR", 9))
        facts = knowing(("EWR", 1, 1), ("JFK", 6, 2))

        found = point_in_time(questions, facts, by="origin")["value"]

        assert found.fillna(-1).tolist() == [2, 1, -1, 1]

    def test_has_no_limit_below_zero(self) -> None:
        limit = pd.Timedelta(-1, "s")

        with pytest.raises(ValueError, match=r"^max_age must not be negative, got -1"):
            point_in_time(asking(), knowing(), by="origin", max_age=limit)

    def test_a_limit_of_zero_leaves_nothing(self) -> None:
        facts = knowing(("EWR", 8, 1))
        limit = pd.Timedelta(0)

        found = point_in_time(asking(("EWR", 9)), facts, by="origin", max_age=limit)

        assert found["value"].isna().all()

    @pytest.mark.parametrize(
        ("questions", "facts", "error", "match"),
        [
            (
                asking(("EWR", 9)),
                knowing(("EWR", 0, 1), ("EWR", 0, 2)),
                ValueError,
                "one row per origin and known_at, 1 tie",
            ),
            (
                asking(("EWR", 9)).assign(
                    decided_at=pd.Series([pd.NaT], dtype="M8[us, UTC]")
                ),
                knowing(("EWR", 0, 1)),
                ValueError,
                "questions.decided_at must have no null, got 1",
            ),
            (
                asking(("EWR", 9)),
                knowing(("EWR", 0, 1)).assign(origin=None),
                ValueError,
                "facts.origin must have no null, got 1",
            ),
            (
                asking(("EWR", 9)),
                knowing(("EWR", 0, 1)).assign(known_at=pd.Timestamp("2013-08-28")),
                TypeError,
                r"facts.known_at must be in UTC, got datetime64\[us\]",
            ),
            (
                asking(("EWR", 9)).assign(
                    decided_at=START.tz_convert("America/New_York")
                ),
                knowing(("EWR", 0, 1)),
                TypeError,
                "questions.decided_at must be in UTC, got .*New_York",
            ),
        ],
    )
    def test_refuses_ambiguous_tables(
        self,
        questions: pd.DataFrame,
        facts: pd.DataFrame,
        error: type[Exception],
        match: str,
    ) -> None:
        with pytest.raises(error, match=match):
            point_in_time(questions, facts, by="origin")


class TestLateShare:
    def test_counts_from_the_start_of_the_window_to_before_the_decision(self) -> None:
        departures = leaving(
            ("EWR", 0, 99),  # a minute before the window
            ("EWR", 1, 16),  # its first minute
            ("EWR", 60, 15),  # just not late
            ("EWR", 60, 20),  # in the same minute
            ("EWR", 181, 99),  # in the minute of the decision
            ("JFK", 90, 0),
        )

        share = late_share(
            asking(("EWR", 181), ("JFK", 181), ("LGA", 181)),
            departures,
            window=THREE_HOURS,
            late_after=15,
        )

        assert share.tolist()[:2] == [2 / 3, 0]
        assert math.isnan(share[2])

    def test_keeps_the_index_of_the_questions(self) -> None:
        questions = asking(("EWR", 9), ("JFK", 9)).set_axis([7, 7])

        share = late_share(
            questions, leaving(("JFK", 0, 99)), window=THREE_HOURS, late_after=15
        )

        assert share.index.tolist() == [7, 7]
        assert share.fillna(-1).tolist() == [-1, 1]

    def test_the_answer_for_one_moment_equals_that_in_the_table(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)
        for minute, delay in ((0, 99), (1, 16), (60, 15), (60, 20), (181, 99)):
            known_at = datetime(2013, 8, 28, tzinfo=UTC) + timedelta(minutes=minute)
            online.observe("EWR", known_at, delay)

        now = datetime(2013, 8, 28, 3, 1, tzinfo=UTC)
        assert online.at("EWR", now) == 2 / 3
        assert math.isnan(online.at("JFK", now))

    def test_refuses_a_report_out_of_order(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)
        online.observe("EWR", datetime(2013, 8, 28, 12, tzinfo=UTC), 0)
        online.observe("JFK", datetime(2013, 8, 28, 11, tzinfo=UTC), 0)

        with pytest.raises(ValueError, match="in order, got 2013-08-28 11:59"):
            online.observe("EWR", datetime(2013, 8, 28, 11, 59, tzinfo=UTC), 0)

    def test_keeps_no_report_older_than_the_window(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)
        start = datetime(2013, 8, 28, tzinfo=UTC)

        for minute in range(600):
            online.observe("EWR", start + timedelta(minutes=minute), minute % 2 * 60)

        assert len(online._known_at["EWR"]) == len(online._late["EWR"]) == 181
        assert online.at("EWR", start + timedelta(minutes=599)) == 0.5

    def test_refuses_a_question_about_the_past_which_it_forgot(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)
        online.observe("EWR", datetime(2013, 8, 28, 12, tzinfo=UTC), 0)

        with pytest.raises(
            ValueError, match="before the last report, got 2013-08-28 11"
        ):
            online.at("EWR", datetime(2013, 8, 28, 11, 59, tzinfo=UTC))
        assert math.isnan(online.at("EWR", datetime(2013, 8, 28, 12, tzinfo=UTC)))

    def test_refuses_minutes_that_are_none(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)

        with pytest.raises(ValueError, match=r"^delay must be minutes, got nan"):
            online.observe("EWR", datetime(2013, 8, 28, tzinfo=UTC), math.nan)
        with pytest.raises(ValueError, match=r"^late_after must be minutes, got nan"):
            LateShare(window=THREE_HOURS, late_after=math.nan)
        with pytest.raises(ValueError, match=r"^late_after must be minutes, got nan"):
            late_share(asking(), leaving(), window=THREE_HOURS, late_after=math.nan)

    def test_remembers_what_two_threads_tell(self) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)
        now = datetime(2013, 8, 28, tzinfo=UTC)
        with ThreadPoolExecutor(2) as pool:
            for _ in range(500):
                pool.submit(online.observe, "EWR", now, 60)

        assert len(online._late["EWR"]) == 500

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2013, 8, 28, 12),
            datetime(2013, 8, 28, 12, tzinfo=timezone(-THREE_HOURS)),
        ],
    )
    def test_refuses_a_moment_that_is_not_in_utc(self, moment: datetime) -> None:
        online = LateShare(window=THREE_HOURS, late_after=15)

        with pytest.raises(ValueError, match="must be in UTC, got 2013-08-28 12:00"):
            online.observe("EWR", moment, 0)
        with pytest.raises(ValueError, match="must be in UTC, got 2013-08-28 12:00"):
            online.at("EWR", moment)

    @pytest.mark.parametrize(
        ("questions", "departures", "match"),
        [
            (
                asking(("EWR", 9)),
                leaving(("EWR", 0, math.nan)),
                "delay must have no null, got 1",
            ),
            (
                asking(("EWR", 9)).assign(origin=None),
                leaving(("EWR", 0, 1)),
                "origin must have no null, got 1",
            ),
            (
                asking(("EWR", 9)).assign(decided_at=pd.Timestamp("2013-08-28")),
                leaving(("EWR", 0, 1)),
                "decided_at must have a time zone",
            ),
            (
                asking(("EWR", 9)),
                leaving(("EWR", 0, 1)).assign(known_at=pd.Timestamp("2013-08-28")),
                "known_at must have a time zone",
            ),
        ],
    )
    def test_refuses_tables_with_nulls_or_clocks_without_a_zone(
        self,
        questions: pd.DataFrame,
        departures: pd.DataFrame,
        match: str,
    ) -> None:
        with pytest.raises(ValueError, match=match):
            late_share(questions, departures, window=THREE_HOURS, late_after=15)


class TestReplay:
    @unhurried
    @given(asked_list, left_list, st.integers(1, 300), st.integers(-5, 30))
    def test_serving_computes_what_training_computes(
        self,
        asked: list[tuple[str, int]],
        left: list[tuple[str, int, int]],
        span: int,
        late_after: int,
    ) -> None:
        questions, departures = asking(*asked), leaving(*left)
        window = timedelta(minutes=span)

        batch = late_share(questions, departures, window=window, late_after=late_after)
        online = LateShare(window=window, late_after=late_after)

        assert skew(batch, replay(online, questions, departures)).empty

    def test_uses_no_departure_before_it_was_known(self) -> None:
        departures = leaving(("EWR", 10, 60))
        slow = departures.assign(known_at=departures["known_at"] + THREE_HOURS / 6)
        questions = asking(("EWR", 45), ("EWR", 39), ("EWR", 40)).set_axis([5, 5, 6])

        online = LateShare(window=THREE_HOURS, late_after=15)
        answers = replay(online, questions, slow)

        assert answers.index.tolist() == [5, 5, 6]
        assert answers.fillna(-1).tolist() == [1, -1, -1]

    def test_replays_departures_in_the_order_when_they_were_known(self) -> None:
        departures = leaving(("EWR", 10, 60), ("JFK", 20, 60))
        slow_at_newark = departures["known_at"] + pd.to_timedelta([90, 0], unit="min")

        online = LateShare(window=THREE_HOURS, late_after=15)
        records = departures.assign(known_at=slow_at_newark)

        assert replay(online, asking(("JFK", 50)), records).tolist() == [1]

    def test_keeps_the_order_of_the_questions(self) -> None:
        records = leaving(("EWR", 10, 60), ("EWR", 20, 0))
        questions = asking(("EWR", 25), ("EWR", 5), ("EWR", 15))

        online = LateShare(window=THREE_HOURS, late_after=15)
        answers = replay(online, questions, records)

        assert answers.fillna(-1).tolist() == [0.5, -1, 1]

    def test_handles_the_hour_that_occurs_twice(self) -> None:
        ten_to_two = pd.Timestamp("2013-11-03 05:50", tz="UTC")  # before the change
        ten_past_one = pd.Timestamp("2013-11-03 06:10", tz="UTC")  # after it
        zone = "America/New_York"
        records = leaving(("EWR", 0, 60)).assign(known_at=ten_to_two.tz_convert(zone))
        asked = asking(("EWR", 0)).assign(decided_at=ten_past_one.tz_convert(zone))

        online = LateShare(window=THREE_HOURS, late_after=15)

        assert replay(online, asked, records).tolist() == [1]


class TestSkew:
    def test_lists_the_values_that_differ_and_treats_nulls_as_equal(self) -> None:
        batch = pd.Series([0.5, 0.5, None, None, 1.0], index=list("abcde"))
        online = pd.Series([0.5, 0.6, None, 0.0, None], index=list("abcde"))

        differ = skew(batch, online)

        assert differ.index.tolist() == ["b", "d", "e"]
        assert differ.loc["b"].to_dict() == {"batch": 0.5, "online": 0.6}

    def test_allows_a_difference_up_to_the_tolerance(self) -> None:
        batch, online = pd.Series([0.0, 0.0]), pd.Series([0.25, -0.5])

        assert skew(batch, online, atol=0.25).index.tolist() == [1]

    @unhurried
    @given(st.lists(st.floats(allow_infinity=False) | st.none(), max_size=20))
    def test_no_series_differs_from_itself(self, values: list[float | None]) -> None:
        series = pd.Series(values, dtype="float64")

        assert skew(series, series.copy()).empty

    def test_refuses_other_rows(self) -> None:
        with pytest.raises(
            ValueError, match=r"^batch and online must have the same index, got two$"
        ):
            skew(pd.Series([1.0]), pd.Series([1.0], index=[1]))

    def test_allows_no_difference_by_default(self) -> None:
        batch, online = pd.Series([0.5, 0.5]), pd.Series([0.5, 0.5 + 1e-9])

        assert skew(batch, online).index.tolist() == [1]
        assert list(skew(batch, online)) == ["batch", "online"]

    def test_refuses_a_negative_tolerance(self) -> None:
        with pytest.raises(ValueError, match=r"not be negative or infinite, got -0\.1"):
            skew(pd.Series([1.0]), pd.Series([1.0]), atol=-0.1)


class TestSomebodyElsesData:
    @pytest.mark.parametrize(
        "types", ["Float64", pd.ArrowDtype(pa.float64()), "object"]
    )
    def test_a_null_on_one_side_is_skew_in_any_type(self, types: Any) -> None:
        batch = pd.Series([1.0, None, None], dtype=types)

        found = skew(batch, pd.Series([1.0, 2.0, None]))

        assert found.index.tolist() == [1]
        assert found["online"].tolist() == [2.0]

    @pytest.mark.parametrize("atol", [-1.0, float("nan"), float("inf")])
    def test_a_tolerance_is_finite(self, atol: float) -> None:
        with pytest.raises(ValueError, match=r"^atol must not be negative or infinite"):
            skew(pd.Series([1.0]), pd.Series([1.0]), atol=atol)
