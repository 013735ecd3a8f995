"""Answers are counted by group, silence is loss, and the order finds the cause."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow  # noqa: F401  convert_dtypes(dtype_backend="pyarrow") needs it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.operate.oncall import Step, burn_rate, coverage, triage

HOUR = pd.Timedelta("1h")
NOON = pd.Timestamp("2013-07-10 12:00", tz="UTC")
Change = Callable[[pd.DataFrame], pd.DataFrame]


def rows(groups: str, hours: list[int]) -> pd.DataFrame:
    frame = pd.DataFrame({"group": list(groups), "hour": hours})
    return frame.assign(hour=NOON + frame["hour"] * HOUR, answer=0.5)


EXPECTED = rows("AAABBC", [0, 0, 1, 0, 0, 1])
ANSWERS = rows("AABDD", [0, 1, 0, 0, 0])
ANSWERS["answer"] = ANSWERS["answer"].where(ANSWERS["group"] != "B")
SHARES = {"A": 2 / 3, "B": 0.0, "C": 0.0}


def by_group(answers: pd.DataFrame, expected: pd.DataFrame) -> dict[Any, float]:
    shares = coverage(answers, expected, by=["group"], value="answer")
    return dict(shares.items())


class TestCoverage:
    def test_each_expected_group_has_its_share(self) -> None:
        assert by_group(ANSWERS, EXPECTED) == SHARES

    def test_a_group_may_have_two_columns(self) -> None:
        shares = coverage(ANSWERS, EXPECTED, by=["group", "hour"], value="answer")

        assert shares.to_dict() == {
            ("A", NOON): 0.5,
            ("A", NOON + HOUR): 1.0,
            ("B", NOON): 0.0,
            ("C", NOON + HOUR): 0.0,
        }

    def test_too_many_answers_show(self) -> None:
        twice = pd.concat([EXPECTED, EXPECTED])

        assert set(by_group(twice, EXPECTED).values()) == {2.0}

    def test_a_group_smaller_than_at_least_is_left_out(self) -> None:
        shares = coverage(ANSWERS, EXPECTED, by=["group"], value="answer", at_least=2)

        assert list(shares.index) == ["A", "B"]

    def test_no_group_is_large_enough(self) -> None:
        shares = coverage(ANSWERS, EXPECTED, by=["group"], value="answer", at_least=9)

        assert shares.empty

    @pytest.mark.parametrize(
        "silence",
        [
            ANSWERS.head(0),
            pd.DataFrame(columns=["group", "hour", "answer"]),
            ANSWERS.assign(answer=None),
            ANSWERS.assign(answer=float("nan")),
        ],
    )
    def test_no_answer_is_a_share_of_0_for_all(self, silence: pd.DataFrame) -> None:
        keys = ["group", "hour"]
        shares = coverage(silence, EXPECTED, by=keys, value="answer")

        assert shares.tolist() == [0, 0, 0, 0]

    def test_an_expected_row_with_a_null_belongs_to_no_group(self) -> None:
        unknown = EXPECTED.assign(group=EXPECTED["group"].mask(EXPECTED.index == 0))

        assert by_group(ANSWERS, unknown) == SHARES | {"A": 1.0}

    @pytest.mark.parametrize(
        "change",
        [
            lambda frame: frame.sample(frac=1, random_state=0),
            lambda frame: frame.set_axis([0] * len(frame)),
            lambda frame: frame.assign(group=frame["group"].astype("category")),
            lambda frame: frame.assign(group=frame["group"].astype(object)),
            lambda frame: frame.convert_dtypes(),
            lambda frame: frame.assign(hour=frame["hour"].dt.as_unit("ns")),
            lambda frame: frame.assign(hour=frame["hour"].dt.tz_convert("Asia/Tokyo")),
        ],
        ids=["order", "index", "category", "object", "nullable", "unit", "zone"],
    )
    @pytest.mark.parametrize("side", ["answers", "expected", "both"])
    def test_the_same_rows_in_other_clothes_give_the_same(
        self, change: Change, side: str
    ) -> None:
        answers = ANSWERS if side == "expected" else change(ANSWERS)
        expected = EXPECTED if side == "answers" else change(EXPECTED)
        keys = ["group", "hour"]

        shares = coverage(answers, expected, by=keys, value="answer")

        right = coverage(ANSWERS, EXPECTED, by=keys, value="answer")
        assert shares.tolist() == right.tolist()

    def test_a_category_without_a_row_is_no_group(self) -> None:
        kinds = pd.CategoricalDtype(["A", "B", "C", "D", "E"])
        answers, expected = (
            frame.assign(group=frame["group"].astype(kinds))
            for frame in (ANSWERS, EXPECTED)
        )

        assert by_group(answers, expected) == SHARES

    def test_a_null_in_another_column_says_nothing(self) -> None:
        answers, expected = (frame.assign(note=None) for frame in (ANSWERS, EXPECTED))

        assert by_group(answers, expected) == SHARES

    def test_arrow_s_types_give_the_same(self) -> None:
        arrow = [x.convert_dtypes(dtype_backend="pyarrow") for x in (ANSWERS, EXPECTED)]

        assert by_group(*arrow) == SHARES

    @pytest.mark.parametrize(
        "change",
        [
            lambda frame: frame.assign(hour=frame["hour"].dt.tz_localize(None)),
            lambda frame: frame.assign(hour=1),
        ],
        ids=["naive", "number"],
    )
    def test_groups_of_another_type_are_refused(self, change: Change) -> None:
        with pytest.raises(ValueError, match="hour"):
            coverage(change(ANSWERS), EXPECTED, by=["hour"], value="answer")

    def test_a_generator_of_columns_is_taken_whole(self) -> None:
        keys: Any = (name for name in ["group"])

        assert coverage(ANSWERS, EXPECTED, by=keys, value="answer").to_dict() == SHARES

    @pytest.mark.parametrize("by", ["group", [], ()])
    def test_by_is_a_list_of_columns(self, by: Any) -> None:
        with pytest.raises(ValueError, match="by must be a list of columns"):
            coverage(ANSWERS, EXPECTED, by=by, value="answer")

    @pytest.mark.parametrize(
        ("answers", "expected", "message"),
        [
            (ANSWERS.drop(columns="answer"), EXPECTED, r"answers must .*\['answer'\]"),
            (ANSWERS.drop(columns="group"), EXPECTED, r"answers must .*\['group'\]"),
            (ANSWERS, EXPECTED[["hour"]], r"expected must .*\['group'\]"),
            (ANSWERS, EXPECTED.head(0), "expected must have a row"),
            (ANSWERS, EXPECTED.assign(group=None), r"expected must have a row"),
        ],
    )
    def test_a_table_that_cannot_tell_is_refused(
        self, answers: pd.DataFrame, expected: pd.DataFrame, message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            by_group(answers, expected)

    def test_the_expected_table_needs_no_answer(self) -> None:
        assert by_group(ANSWERS, EXPECTED[["group"]]) == SHARES

    @given(st.lists(st.sampled_from("ABC"), min_size=1))
    def test_what_answers_itself_is_covered(self, groups: list[str]) -> None:
        frame = pd.DataFrame({"group": groups, "answer": 1})

        assert set(by_group(frame, frame).values()) == {1.0}

    def test_it_changes_neither_table(self) -> None:
        before = ANSWERS.copy(), EXPECTED.copy()

        by_group(ANSWERS, EXPECTED)

        pd.testing.assert_frame_equal(ANSWERS, before[0])
        pd.testing.assert_frame_equal(EXPECTED, before[1])


def hourly(shares: list[Any], end: pd.Timestamp = NOON) -> pd.Series:
    index = pd.date_range(end=end, periods=len(shares), freq="h")
    return pd.Series(shares, index, dtype=float)


def rate(good: pd.Series, hours: int = 4, now: pd.Timestamp = NOON) -> float:
    return burn_rate(good, now=now, hours=hours, objective=0.75)


class TestBurnRate:
    @pytest.mark.parametrize(
        ("shares", "burns"),
        [
            ([1, 1, 1, 1], 0),
            ([0, 1, 1, 1], 1),  # a quarter is bad, and a quarter may be
            ([1, 1, 0.5, 0.5], 1),
            ([0, 0, 0, 0], 4),
        ],
    )
    def test_1_spends_just_what_the_objective_allows(
        self, shares: list[float], burns: float
    ) -> None:
        assert rate(hourly(shares)) == burns

    def test_only_the_last_hours_count(self) -> None:
        assert rate(hourly([0, 0, 1, 0]), hours=2) == 2

    def test_hours_after_now_do_not_count(self) -> None:
        assert rate(hourly([1, 1, 0]), hours=2, now=NOON - HOUR) == 0

    def test_an_hour_without_a_measurement_was_bad(self) -> None:
        measured = hourly([1, 1, 1, 1])

        assert rate(measured.drop(measured.index[1])) == 1
        assert rate(hourly([1, None, 1, 1])) == 1
        assert rate(measured, now=NOON + HOUR) == 1

    def test_a_null_of_another_type_is_no_measurement_either(self) -> None:
        measured = hourly([1, 0, 1, 1]).astype("boolean")

        assert rate(measured.mask(measured.index == measured.index[1])) == 1
        assert rate(hourly([1, None, 1, 1]).astype(object)) == 1

    def test_a_datetime_of_the_standard_library_will_do(self) -> None:
        now: Any = NOON.to_pydatetime()

        assert rate(hourly([0, 1, 1, 1]), now=now) == 1

    def test_no_measurement_at_all_is_the_worst(self) -> None:
        assert rate(hourly([])) == 4

    def test_minutes_are_cut_off(self) -> None:
        late = hourly([1, 1, 1, 0], NOON + pd.Timedelta("7min"))

        assert rate(late, now=NOON + pd.Timedelta("59min")) == 1

    @pytest.mark.parametrize(
        "change",
        [
            lambda good: good.tz_convert("America/New_York"),
            lambda good: good.iloc[::-1],
            lambda good: good.convert_dtypes(),
            lambda good: good.convert_dtypes(dtype_backend="pyarrow"),
            lambda good: good.astype(object),
            lambda good: good.astype(bool),
            lambda good: good.set_axis(good.index.as_unit("ns")),
        ],
        ids=["zone", "order", "nullable", "arrow", "object", "bool", "unit"],
    )
    def test_the_same_hours_in_other_clothes_give_the_same(
        self, change: Callable[[pd.Series], pd.Series]
    ) -> None:
        assert rate(change(hourly([0, 1, 1, 0]))) == 2

    def test_the_hour_that_comes_twice_is_two_hours(self) -> None:
        now = pd.Timestamp("2013-11-03 01:30-05:00").tz_convert("America/New_York")
        good = hourly([1, 1, 0, 1], now)

        assert rate(good, now=now) == 1

    def test_naive_times_are_taken_as_they_are(self) -> None:
        naive = hourly([0, 1, 1, 1]).tz_localize(None)

        assert rate(naive, now=NOON.tz_localize(None)) == 1

    def test_a_time_zone_on_one_side_only_is_refused(self) -> None:
        with pytest.raises(
            ValueError, match=r"^good and now must both have a time zone, or neither$"
        ):
            rate(hourly([1]).tz_localize(None))

    @pytest.mark.parametrize(
        "good",
        [
            hourly([1, 1.5]),
            hourly([-0.1, 1]),
            hourly([1, float("inf")]),
            pd.concat([hourly([1, 1]), hourly([1, 1])]),
        ],
        ids=["above", "below", "inf", "twice"],
    )
    def test_each_hour_has_one_share(self, good: pd.Series) -> None:
        with pytest.raises(
            ValueError, match=r"^good must have each hour once, and shares in \[0, 1\]$"
        ):
            rate(good)

    def test_an_index_without_times_is_refused(self) -> None:
        with pytest.raises(ValueError, match="indexed by times, is by int64"):
            rate(hourly([1, 1]).reset_index(drop=True))

    @pytest.mark.parametrize(
        "options",
        [{"objective": 1.0}, {"objective": 0.0}, {"objective": 99.0}, {"hours": 0}],
    )
    def test_an_objective_of_all_or_no_hour_is_refused(
        self, options: dict[str, Any]
    ) -> None:
        asked: dict[str, Any] = {"now": NOON, "hours": 1, "objective": 0.9}
        with pytest.raises(
            ValueError, match=r"needs 0 < objective=.* < 1 and hours=.* > 0"
        ):
            burn_rate(hourly([1]), **asked | options)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
    def test_it_is_at_most_the_inverse_of_the_budget(self, shares: list[float]) -> None:
        assert 0 <= rate(hourly(shares), hours=len(shares)) <= 4


AGE = Step("age", 0, 2, "fall back", "data engineer")
DISK = Step("disk errors", 0, 0, "make room", "platform engineer")


class TestTriage:
    @pytest.mark.parametrize("age", [0, 1.5, 2, True])
    def test_a_signal_in_its_range_is_normal(self, age: float) -> None:
        assert triage({"age": age}, [AGE]) == []

    @pytest.mark.parametrize("age", [-0.1, 2.1, float("inf")])
    def test_a_signal_outside_its_range_is_found(self, age: float) -> None:
        assert triage({"age": age}, [AGE]) == [AGE]

    @pytest.mark.parametrize("age", [float("nan"), None, pd.NA, pd.NaT])
    def test_a_null_has_left_its_range(self, age: Any) -> None:
        assert triage({"age": age}, [AGE]) == [AGE]

    def test_a_missing_signal_has_left_its_range(self) -> None:
        assert triage({}, [AGE]) == [AGE]

    def test_the_order_is_that_of_the_runbook(self) -> None:
        moved = {"disk errors": 1, "age": 9}

        assert triage(moved, [AGE, DISK]) == [AGE, DISK]
        assert triage(moved, [DISK, AGE]) == [DISK, AGE]

    def test_a_signal_without_a_step_is_ignored(self) -> None:
        assert triage({"age": 1, "other": 9}, [AGE]) == []

    def test_a_series_and_a_generator_will_do(self) -> None:
        signals: Any = pd.Series({"age": 9.0, "disk errors": 0.0})

        assert triage(signals, (step for step in [AGE, DISK])) == [AGE]
