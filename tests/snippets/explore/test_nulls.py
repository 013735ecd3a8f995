"""A null pattern is counted, assigned to its day, named, or refused."""

from collections import Counter
from itertools import product
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.explore.nulls import Outcome, by_day, co_missing, outcome

COLUMNS = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
masks = st.lists(st.lists(st.booleans(), min_size=3, max_size=3), max_size=30)


def frame_of(mask: list[list[bool]]) -> pd.DataFrame:
    null = np.array(mask, dtype=bool).reshape(-1, 3)
    return pd.DataFrame(np.where(null, np.nan, 1.0), columns=list("abc"))


def flight(*null: str) -> pd.DataFrame:
    return pd.DataFrame({name: [np.nan if name in null else 1.0] for name in COLUMNS})


class TestCoMissing:
    def test_names_the_columns_of_each_pattern_and_counts_its_rows(self) -> None:
        frame = pd.DataFrame(
            {"a": [1, None, None, 4], "b": ["x", "y", "y", "z"], "c": [None, 2, 3, 4]}
        )

        patterns = co_missing(frame)

        assert patterns["null"].tolist() == [("a",), (), ("c",)]
        assert patterns["rows"].tolist() == [2, 1, 1]

    def test_keeps_the_order_of_the_columns(self) -> None:
        patterns = co_missing(pd.DataFrame({"z": [None], "a": [None]}))

        assert patterns["null"].tolist() == [("z", "a")]

    def test_counts_nothing_in_a_table_without_rows(self) -> None:
        assert co_missing(pd.DataFrame(columns=["a"])).empty

    @unhurried
    @given(masks)
    def test_counts_the_same_as_a_loop_over_the_rows(
        self, mask: list[list[bool]]
    ) -> None:
        frame = frame_of(mask)
        loop = Counter(
            tuple(name for name, null in zip("abc", row, strict=True) if null)
            for row in mask
        )

        patterns = co_missing(frame)

        assert dict(zip(patterns["null"], patterns["rows"], strict=True)) == loop
        assert patterns["rows"].is_monotonic_decreasing

    @unhurried
    @given(masks, st.randoms())
    def test_does_not_depend_on_the_order_of_the_rows(
        self, mask: list[list[bool]], random: Random
    ) -> None:
        shuffled = random.sample(mask, len(mask))

        pd.testing.assert_frame_equal(
            co_missing(frame_of(mask)), co_missing(frame_of(shuffled))
        )

    def test_orders_patterns_of_one_count_by_their_columns(self) -> None:
        every = list(product([False, True], repeat=5))
        twice = every[::3]
        once = [mask for mask in every if mask not in twice]
        frame = pd.DataFrame([*every, *twice], columns=list("abcde")).replace(
            {True: None, False: 1}
        )

        assert co_missing(frame)["null"].tolist() == [
            tuple(name for name, null in zip("abcde", mask, strict=True) if null)
            for mask in [*twice, *once]
        ]

    @pytest.mark.parametrize(
        ("frame", "match"),
        [
            (pd.DataFrame(index=[0, 1]), r"at least one column, got none$"),
            (pd.DataFrame([[1, 2]], columns=["a", "a"]), r"unique .* got \['a', 'a'\]"),
        ],
    )
    def test_refuses_columns_that_it_cannot_name(
        self, frame: pd.DataFrame, match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            co_missing(frame)


class TestByDay:
    def test_counts_rows_and_nulls_of_each_day_whatever_the_hour(self) -> None:
        date = pd.to_datetime(
            pd.Series(["2013-02-08 07:00", "2013-02-08 19:00", "2013-02-09 00:00"])
        )

        days = by_day(pd.Series([None, 7.0, None]), date)

        assert days["rows"].tolist() == [2, 1]
        assert days["nulls"].tolist() == [1, 1]
        assert days["share"].tolist() == [0.5, 1.0]
        assert days.index.tolist() == list(pd.date_range("2013-02-08", periods=2))

    def test_shows_a_day_without_rows(self) -> None:
        date = pd.to_datetime(pd.Series(["2013-11-02", "2013-11-04"]))

        days = by_day(pd.Series([1, 2]), date)

        assert days["rows"].tolist() == [1, 0, 1]
        assert days["share"].isna().tolist() == [False, True, False]

    def test_has_a_row_for_the_day_when_the_clocks_go_back(self) -> None:
        date = pd.Series(
            pd.date_range("2013-11-02", "2013-11-04", tz="America/New_York")
        )

        assert by_day(pd.Series([1, 2, 3]), date)["rows"].tolist() == [1, 1, 1]

    def test_reads_rows_by_position_if_labels_repeat(self) -> None:
        date = pd.Series(pd.to_datetime(["2013-01-01", "2013-01-02"]), index=[7, 7])

        days = by_day(pd.Series([None, 1.0], index=[7, 7]), date)

        assert days["nulls"].tolist() == [1, 0]

    @unhurried
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1))
    def test_loses_no_row_and_no_null(self, rows: list[tuple[bool, int]]) -> None:
        values = pd.Series([None if null else 1.0 for null, _ in rows], dtype=float)
        date = pd.Timestamp("2013-01-01") + pd.to_timedelta(
            pd.Series([day for _, day in rows]), unit="D"
        )

        days = by_day(values, date)

        assert days["rows"].sum() == len(rows)
        assert days["nulls"].sum() == sum(null for null, _ in rows)
        assert days["share"].dropna().between(0, 1).all()

    @pytest.mark.parametrize(
        ("date", "error", "match"),
        [
            (pd.Series(["2013-01-01"]), TypeError, "must hold datetimes, got str"),
            (pd.Series([20130101]), TypeError, "must hold datetimes, got int64"),
            (
                pd.Series(pd.to_datetime(["2013-01-01"]), index=[1]),
                ValueError,
                r"same index, got two$",
            ),
            (pd.Series([pd.NaT]), ValueError, "no null, got 1"),
        ],
    )
    def test_refuses_dates_that_fit_no_row(
        self, date: pd.Series, error: type[Exception], match: str
    ) -> None:
        with pytest.raises(error, match=match):
            by_day(pd.Series([1.0]), date)


class TestOutcome:
    @pytest.mark.parametrize(
        ("null", "expected"),
        [
            ((), Outcome.FLOWN),
            (COLUMNS, Outcome.CANCELLED),
            (("arr_time", "arr_delay", "air_time"), Outcome.NO_ARRIVAL),
            (("arr_delay", "air_time"), Outcome.ARRIVED_UNTIMED),
        ],
    )
    def test_names_each_pattern(self, null: tuple[str, ...], expected: Outcome) -> None:
        assert outcome(flight(*null)).tolist() == [expected]

    def test_each_of_the_32_patterns_agrees_with_a_lookup_by_row(
        self,
    ) -> None:
        named = 0
        for mask in product([False, True], repeat=len(COLUMNS)):
            null = frozenset(
                name for name, is_null in zip(COLUMNS, mask, strict=True) if is_null
            )
            try:
                expected = Outcome(null)
            except ValueError:
                with pytest.raises(ValueError, match="in 1 of 1 rows"):
                    outcome(flight(*null))
            else:
                assert outcome(flight(*null)).tolist() == [expected]
                named += 1

        assert named == len(Outcome)

    def test_keeps_the_index_and_the_order_of_the_rows(self) -> None:
        flights = pd.concat([flight(*COLUMNS), flight()]).set_axis([5, 3])

        named = outcome(flights)

        assert named.to_dict() == {5: Outcome.CANCELLED, 3: Outcome.FLOWN}
        assert list(named.index) == [5, 3]

    def test_ignores_nulls_of_other_columns_and_their_order(self) -> None:
        flights = flight(*COLUMNS)[COLUMNS[::-1]].assign(tailnum=None)

        assert outcome(flights).tolist() == [Outcome.CANCELLED]

    def test_lists_all_outcomes_as_categories_even_without_flights(self) -> None:
        empty = outcome(flight().iloc[:0])

        assert list(empty.cat.categories) == list(Outcome)
        assert empty.empty
        assert empty.name == "outcome"

    def test_a_new_pattern_fails_and_the_first_is_named(self) -> None:
        flights = pd.concat([flight(), flight("dep_delay"), flight("air_time")])

        with pytest.raises(ValueError, match=r"in 2 of 3 rows: \('dep_delay',\)"):
            outcome(flights)

    def test_refuses_a_table_without_one_of_the_columns(self) -> None:
        with pytest.raises(KeyError, match="air_time"):
            outcome(flight().drop(columns="air_time"))
