"""A null pattern is counted, and named or refused; what was lost is imputed."""

import json
from collections import Counter
from enum import StrEnum
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import sem

from snippets.explore.nulls import cause_of, co_missing, draw, pool


class Fate(StrEnum):
    FLOWN = "flown"
    DIVERTED = "diverted"
    CANCELLED = "cancelled"


CAUSES = {
    (): Fate.FLOWN,
    ("arrival",): Fate.DIVERTED,
    ("arrival", "departure"): Fate.CANCELLED,
    ("departure", "arrival", "aircraft"): Fate.CANCELLED,
}

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
masks = st.lists(st.lists(st.booleans(), min_size=3, max_size=3), max_size=30)


def frame_of(mask: list[list[bool]]) -> pd.DataFrame:
    null = np.array(mask, dtype=bool).reshape(-1, 3)
    return pd.DataFrame(np.where(null, np.nan, 1.0), columns=list("abc"))


def flight(*null: str) -> pd.DataFrame:
    names = ["aircraft", "departure", "arrival"]
    return pd.DataFrame({name: [None if name in null else 1.0] for name in names})


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


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
            (pd.DataFrame(index=[0, 1]), r"unique columns, got \[\]$"),
            (pd.DataFrame([[1, 2]], columns=["a", "a"]), r"unique .* got \['a', 'a'\]"),
        ],
    )
    def test_refuses_columns_that_it_cannot_name(
        self, frame: pd.DataFrame, match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            co_missing(frame)

    @pytest.mark.parametrize("null", [None, np.nan, pd.NA, pd.NaT], ids=repr)
    def test_counts_a_null_of_any_kind(self, null: object) -> None:
        frame = pd.DataFrame({"a": pd.Series([null, "x"], dtype=object)})

        assert co_missing(frame)["null"].tolist() == [(), ("a",)]

    @pytest.mark.parametrize("dtype", ["category", "string", "Float64", "object"])
    def test_does_not_depend_on_the_dtype(self, dtype: Any) -> None:
        frame = pd.DataFrame({"a": [1.0, None, 3.0], "b": [None, None, 3.0]})

        pd.testing.assert_frame_equal(
            co_missing(frame.astype(dtype)), co_missing(frame)
        )

    def test_a_label_that_repeats_multiplies_no_row(self) -> None:
        frame = pd.DataFrame({"a": [1, None, 3]}, index=[7, 7, 7])

        assert co_missing(frame)["rows"].tolist() == [2, 1]

    def test_an_infinite_number_is_not_null(self) -> None:
        assert co_missing(pd.DataFrame({"a": [np.inf]}))["null"].tolist() == [()]


class TestCauseOf:
    @pytest.mark.parametrize(
        ("null", "expected"),
        [
            ((), "flown"),
            (("arrival",), "diverted"),
            (("arrival", "departure"), "cancelled"),
            (("arrival", "departure", "aircraft"), "cancelled"),
        ],
    )
    def test_names_each_pattern(self, null: tuple[str, ...], expected: str) -> None:
        assert cause_of(flight(*null), CAUSES).tolist() == [expected]

    def test_each_of_the_8_patterns_agrees_with_a_lookup_by_row(self) -> None:
        names = ["aircraft", "departure", "arrival"]
        by_set = {frozenset(pattern): cause for pattern, cause in CAUSES.items()}
        for mask in product([False, True], repeat=3):
            null = frozenset(
                name for name, lost in zip(names, mask, strict=True) if lost
            )
            if null in by_set:
                assert cause_of(flight(*null), CAUSES).tolist() == [by_set[null]]
            else:
                with pytest.raises(ValueError, match="every null pattern"):
                    cause_of(flight(*null), CAUSES)

    def test_keeps_the_index_and_the_order_of_the_rows(self) -> None:
        flights = pd.concat([flight("arrival"), flight()]).set_axis([5, 3])

        found = cause_of(flights, CAUSES)

        assert found.to_dict() == {5: "diverted", 3: "flown"}
        assert list(found.index) == [5, 3]
        assert found.name == "cause"

    def test_a_label_that_repeats_multiplies_no_row(self) -> None:
        flights = pd.concat([flight("arrival"), flight()]).set_axis([7, 7])

        assert cause_of(flights, CAUSES).tolist() == ["diverted", "flown"]

    @pytest.mark.parametrize("dtype", ["category", "string", "Float64", "object"])
    def test_does_not_depend_on_the_dtype(self, dtype: Any) -> None:
        flights = flight("arrival").astype(dtype)

        assert cause_of(flights, CAUSES).tolist() == ["diverted"]

    def test_lists_each_cause_once_as_a_category_even_without_rows(self) -> None:
        empty = cause_of(flight().iloc[:0], CAUSES)

        assert list(empty.cat.categories) == ["flown", "diverted", "cancelled"]
        assert empty.empty

    def test_members_of_an_enum_leave_as_text(self, tmp_path: Path) -> None:
        found = cause_of(flight("arrival"), CAUSES)

        found.to_frame().to_parquet(tmp_path / "causes.parquet")

        read = pd.read_parquet(tmp_path / "causes.parquet")
        assert read["cause"].tolist() == json.loads(json.dumps(found.tolist()))
        assert found.tolist() == [Fate.DIVERTED]

    def test_a_new_pattern_fails_and_is_counted(self) -> None:
        new = [flight("departure"), flight("aircraft"), flight("departure")]

        with pytest.raises(
            ValueError, match=r"got none for {\('departure',\): 2, \('aircraft',\): 1}$"
        ):
            cause_of(pd.concat([flight(), *new]), CAUSES)

    def test_complete_rows_need_a_name_too(self) -> None:
        with pytest.raises(ValueError, match=r"got none for {\(\): 1}"):
            cause_of(flight(), {("arrival",): "diverted"})

    @pytest.mark.parametrize(
        ("causes", "match"),
        [
            ({"arrival": "diverted"}, "tuples of columns, got 'arrival'"),
            ({("landing",): "diverted"}, r"columns, got \('landing',\)"),
            (
                {("arrival", "departure"): "a", ("departure", "arrival"): "b"},
                r"each pattern once, got \[\('arrival', 'departure'\), ",
            ),
        ],
    )
    def test_refuses_causes_that_name_no_pattern(
        self, causes: dict[tuple[str, ...], str], match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            cause_of(flight(), causes)


class TestDraw:
    def test_keeps_what_is_known_and_fills_the_rest(
        self, rng: np.random.Generator
    ) -> None:
        values = pd.Series([1.0, None, 3.5, 4.0, None], index=[9, 8, 7, 7, 5], name="y")
        features = pd.DataFrame({"x": [1, 2, 3, 4, 5]}, index=values.index)

        drawn = draw(values, features, rng=rng)

        assert drawn[values.notna()].tolist() == [1.0, 3.5, 4.0]
        assert drawn.notna().all()
        assert list(drawn.index) == list(values.index)
        assert drawn.name == "y"
        assert values.isna().sum() == 2

    def test_on_a_line_without_noise_each_draw_is_on_the_line(
        self, rng: np.random.Generator
    ) -> None:
        x = pd.DataFrame({"x": [0.0, 1, 2, 3, 10]})
        values = (2 + 3 * x["x"]).mask(x["x"] > 3)

        assert draw(values, x, rng=rng).iloc[-1] == pytest.approx(32)

    def test_draws_have_the_mean_and_the_spread_of_bayesian_regression(
        self, rng: np.random.Generator
    ) -> None:
        x = pd.DataFrame({"x": np.linspace(-1, 1, 21)})
        noise = np.random.default_rng(1).normal(size=21)
        values = (1 + 2 * x["x"] + noise).mask(x.index == 20)
        known = np.column_stack([np.ones(20), x["x"][:20]])
        weights, rest, *_ = np.linalg.lstsq(known, values[:20], rcond=None)
        at = np.array([1, 1])
        # A Student t with 18 degrees of freedom: its variance is 18 / 16 of its scale.
        scale = rest[0] / 18 * (1 + at @ np.linalg.inv(known.T @ known) @ at)

        last = np.array([draw(values, x, rng=rng).iloc[-1] for _ in range(1000)])

        assert last.mean() == pytest.approx(weights.sum(), abs=0.15)
        assert last.var() == pytest.approx(scale * 18 / 16, rel=0.2)

    def test_gaps_share_the_regression_that_was_drawn(
        self, rng: np.random.Generator
    ) -> None:
        values = pd.Series([1.0, 2.0, 4.0, 3.0, None, None])
        features = pd.DataFrame({"x": [0, 1, 2, 3, 100, 101]})

        pairs = np.array([draw(values, features, rng=rng)[4:] for _ in range(300)])

        assert np.corrcoef(pairs.T)[0, 1] > 0.9

    def test_needs_no_feature(self, rng: np.random.Generator) -> None:
        values = pd.Series([5.0, 5.0, None])

        drawn = draw(values, pd.DataFrame(index=values.index), rng=rng)

        assert drawn.tolist() == pytest.approx([5, 5, 5])

    def test_two_known_values_are_enough_for_none(
        self, rng: np.random.Generator
    ) -> None:
        values = pd.Series([1.0, None])

        with pytest.raises(ValueError, match="must differ, and be < 0, got 0"):
            draw(values, pd.DataFrame(index=values.index), rng=rng)

    @pytest.mark.parametrize("dtype", ["Float64", "float32"])
    def test_does_not_depend_on_the_dtype(self, dtype: Any) -> None:
        values = pd.Series([1.0, 2.0, 4.0, 3.0, None])
        features = pd.DataFrame({"x": [0, 1, 2, 3, 4]})

        expected = draw(values, features, rng=np.random.default_rng(0))
        found = draw(
            values.astype(dtype), features.astype(dtype), rng=np.random.default_rng(0)
        )

        pd.testing.assert_series_equal(found, expected, rtol=1e-5)

    @pytest.mark.parametrize(
        ("values", "features", "error", "match"),
        [
            ([1, 2, 4, None], ["a", "b", "c", "d"], TypeError, "must hold numbers"),
            (["1", "2", "4", None], [1, 2, 3, 4], TypeError, "must hold numbers"),
            ([1, 2, 4, None], [1, None, 3, 4], ValueError, "features must be finite"),
            ([1, 2, np.inf, None], [1, 2, 3, 4], ValueError, "values finite or null"),
            ([1, 2, 4, None], [1, 2, np.inf, 4], ValueError, "features must be finite"),
            ([1, 2, None, None], [1, 2, 3, 4], ValueError, "be < 1, got 1"),
            ([1, 2, 4, None], [5, 5, 5, 6], ValueError, "must differ"),
            (np.empty(0), np.empty(0), ValueError, "be < -1, got 1"),
        ],
    )
    def test_refuses_what_cannot_be_fitted(
        self,
        values: list[object],
        features: list[object],
        error: type[Exception],
        match: str,
        rng: np.random.Generator,
    ) -> None:
        table = pd.DataFrame({"y": values, "x": features}).infer_objects()

        with pytest.raises(error, match=match):
            draw(table["y"], table[["x"]], rng=rng)

    def test_refuses_columns_in_another_order(self, rng: np.random.Generator) -> None:
        values = pd.Series([1.0, 2.0, 4.0, None])

        with pytest.raises(ValueError, match="values and features must have the same"):
            draw(values, values[::-1].to_frame(), rng=rng)


class TestPool:
    def test_agrees_with_rubins_rules_by_hand(self) -> None:
        estimate, low, high = pool([(1, 1), (2, 2), (3, 3)])

        # Within: (1 + 4 + 9) / 3. Between: 4 / 3 of the variance 1. Their sum: 6.
        # Degrees of freedom: 2 * (6 / (4 / 3)) ** 2 = 40.5, whose t is 2.0203.
        assert estimate == 2
        assert high - estimate == pytest.approx(2.0203 * 6**0.5, rel=1e-4)
        assert estimate - low == pytest.approx(high - estimate)

    def test_tables_that_agree_give_the_interval_of_one(self) -> None:
        assert pool([(5, 2), (5, 2)]) == pytest.approx(
            (5, 5 - 3.92, 5 + 3.92), rel=1e-4
        )

    def test_is_a_point_if_nothing_is_uncertain(self) -> None:
        assert pool([(5, 0), (5, 0)]) == (5, 5, 5)

    @unhurried
    @given(
        st.lists(st.tuples(st.floats(-9, 9), st.floats(0.1, 9)), min_size=2),
        st.floats(-9, 9),
        st.floats(0.1, 9),
    )
    def test_moves_and_stretches_with_the_unit(
        self, fits: list[tuple[float, float]], shift: float, factor: float
    ) -> None:
        moved = [(factor * value + shift, factor * error) for value, error in fits]

        expected = [factor * bound + shift for bound in pool(fits)]

        assert pool(moved) == pytest.approx(expected, abs=1e-6)

    def test_draws_and_rules_hold_the_true_mean_in_95_of_100_samples(self) -> None:
        rng = np.random.default_rng(0)
        held = 0
        for _ in range(100):
            features = pd.DataFrame({"x": rng.normal(size=60)})
            values = features["x"] + rng.normal(size=60)
            values = values.mask(features["x"] + rng.normal(size=60) > 0.5)
            copies = [draw(values, features, rng=rng) for _ in range(5)]
            _, low, high = pool([(copy.mean(), sem(copy)) for copy in copies])
            held += low <= 0 <= high

        assert held >= 88  # 95, give or take three standard errors

    @pytest.mark.parametrize(
        "fits",
        [
            [],
            [(1, 1)],
            [1, 2],
            [(1, 1, 1), (2, 2, 2)],
            [(1, -1), (2, 1)],
            [(1, np.inf), (2, 1)],
            [(None, 1), (2, 1)],
        ],
        ids=repr,
    )
    def test_refuses_what_is_no_pair_of_an_estimate_and_its_error(
        self, fits: list[tuple[float, float]]
    ) -> None:
        with pytest.raises(ValueError, match=r"^fits must be 2 or more finite pairs"):
            pool(fits)
