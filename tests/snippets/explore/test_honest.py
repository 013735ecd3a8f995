"""A score is scanned for leaks and sliced, and has an interval over clusters."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp
from sklearn.metrics import roc_auc_score

from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import bootstrap_ci
from snippets.explore.honest.slices import worst_slices

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def mean(frame: pd.DataFrame) -> float:
    return float(frame["x"].mean())


class TestBootstrapCi:
    def test_agrees_with_the_normal_interval_if_rows_are_independent(
        self, rng: np.random.Generator
    ) -> None:
        frame = pd.DataFrame({"x": rng.random(500) < 0.3, "row": range(500)})

        low, high = bootstrap_ci(frame, mean, cluster="row", rng=rng)

        share = frame["x"].mean()
        half = 1.96 * np.sqrt(share * (1 - share) / 500)
        assert low == pytest.approx(share - half, abs=half / 6)
        assert high == pytest.approx(share + half, abs=half / 6)

    def test_is_ten_times_as_wide_if_each_row_has_a_hundred_copies(
        self, rng: np.random.Generator
    ) -> None:
        week = np.repeat(np.arange(50), 100)
        frame = pd.DataFrame(
            {"x": (rng.random(50) < 0.4)[week], "week": week, "row": range(5000)}
        )

        by_week, by_row = (
            np.diff(bootstrap_ci(frame, mean, cluster=by, rng=rng, draws=300))
            for by in ("week", "row")
        )

        assert by_week / by_row == pytest.approx(10, rel=0.25)

    def test_draws_whole_clusters_in_which_rows_stay_together(
        self, rng: np.random.Generator
    ) -> None:
        frame = pd.DataFrame({"x": [0, 1, 5, 6, 7], "week": ["a", "a", "b", "b", "b"]})
        seen = set()

        def remember(drawn: pd.DataFrame) -> float:
            seen.add(tuple(drawn["x"]))
            return 0

        assert bootstrap_ci(frame, remember, cluster="week", rng=rng, draws=50) == (
            0,
            0,
        )
        a, b = (0, 1), (5, 6, 7)
        assert seen == {a + a, a + b, b + a, b + b}

    def test_a_difference_has_an_interval_of_its_own(
        self, rng: np.random.Generator
    ) -> None:
        good_week = np.repeat(rng.normal(size=30), 10)
        frame = pd.DataFrame({"week": np.arange(300) // 10, "a": good_week})
        frame["b"] = frame["a"] - 0.1

        def gain(rows: pd.DataFrame) -> float:
            return float(rows["a"].mean() - rows["b"].mean())

        assert bootstrap_ci(frame, gain, cluster="week", rng=rng, draws=50) == (
            pytest.approx((0.1, 0.1))
        )

    @pytest.mark.parametrize("dtype", ["category", "string", "Int64", "object"])
    def test_does_not_depend_on_the_dtype_of_the_cluster(self, dtype: Any) -> None:
        frame = pd.DataFrame({"x": [1.0, 2, 3, 4], "week": [1, 1, 2, 2]})

        expected, found = (
            bootstrap_ci(
                each, mean, cluster="week", rng=np.random.default_rng(7), draws=20
            )
            for each in (frame, frame.astype({"week": dtype}))
        )

        assert found == expected

    def test_does_not_depend_on_the_order_or_the_labels_of_the_rows(self) -> None:
        frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "week": [1, 1, 2, 2, 3]})
        other = frame.sample(frac=1, random_state=1).set_axis([7] * 5)

        expected, found = (
            bootstrap_ci(
                each, mean, cluster="week", rng=np.random.default_rng(7), draws=20
            )
            for each in (frame, other)
        )

        assert found == pytest.approx(expected)

    def test_draws_a_thousand_times_by_default(self) -> None:
        frame = pd.DataFrame({"x": np.arange(9) ** 0.5, "row": range(9)})

        ends = [
            bootstrap_ci(
                frame, mean, cluster="row", rng=np.random.default_rng(7), **draws
            )
            for draws in ({}, {"draws": 1000}, {"draws": 1001})
        ]

        assert ends[0] == ends[1] != ends[2]

    @pytest.mark.parametrize(
        ("weeks", "match"),
        [
            ([1, None], "cluster week must have no null"),
            ([1, 1], "cluster week must have 2 values or more, got 1"),
        ],
    )
    def test_refuses_clusters_without_an_interval(
        self, weeks: list[int | None], match: str, rng: np.random.Generator
    ) -> None:
        frame = pd.DataFrame({"x": [1, 2], "week": weeks})

        with pytest.raises(ValueError, match=match):
            bootstrap_ci(frame, mean, cluster="week", rng=rng)

    def test_refuses_an_empty_frame_and_no_draw(self, rng: np.random.Generator) -> None:
        frame = pd.DataFrame({"x": [1, 2], "week": [1, 2]})

        with pytest.raises(ValueError, match="2 values or more, got 0"):
            bootstrap_ci(frame[:0], mean, cluster="week", rng=rng)
        with pytest.raises(ValueError, match="finite in each of 0 draws"):
            bootstrap_ci(frame, mean, cluster="week", rng=rng, draws=0)

    def test_refuses_a_statistic_that_a_draw_does_not_have(
        self, rng: np.random.Generator
    ) -> None:
        frame = pd.DataFrame({"x": [1, np.nan], "week": [1, 2]})

        with pytest.raises(ValueError, match="finite in each of 50 draws"):
            bootstrap_ci(frame, mean, cluster="week", rng=rng, draws=50)


class TestLeakScan:
    def test_scores_each_column_in_either_direction_and_marks_known_ones(
        self,
    ) -> None:
        label = pd.Series([False, False, True, True])
        frame = pd.DataFrame(
            {"coin": [1, 2, 1, 2], "leak": [9, 8, 2, 1], "some": [1, 3, 2, 4]}
        )

        scan = leak_scan(frame, label, known=["coin", "some"])

        assert scan["auc"].to_dict() == {"leak": 1.0, "some": 0.75, "coin": 0.5}
        assert scan["known"].to_dict() == {"leak": False, "some": True, "coin": True}

    def test_a_column_that_tells_by_being_null_comes_first(self) -> None:
        label = pd.Series([False, False, True, True])
        frame = pd.DataFrame(
            {"some": [1, 3, 2, 4], "tail": [7, 7, None, None], "all": 1}
        )

        scan = leak_scan(frame, label, known=[])

        assert scan["null_auc"].to_dict() == {"tail": 1.0, "some": 0.5, "all": 0.5}
        assert list(scan.index) == ["tail", "some", "all"]
        assert scan["auc"].isna()["tail"]

    def test_ties_stay_in_the_order_of_the_columns(
        self,
    ) -> None:
        label = pd.Series([False, True, False, True])
        names = [f"x{number}" for number in range(40)]
        frame = pd.DataFrame({name: [1, 1, 2, 2] for name in names}).assign(y=label * 1)

        assert leak_scan(frame, label, known=names).index.tolist() == ["y", *names]

    def test_refuses_two_columns_of_one_name(self) -> None:
        frame = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])

        with pytest.raises(ValueError, match=r"unique columns: \['x', 'x'\]"):
            leak_scan(frame, pd.Series([True, False]), known=[])

    @unhurried
    @given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2))
    def test_agrees_with_scikit_learn(self, rows: list[tuple[bool, int]]) -> None:
        label = pd.Series([happened for happened, _ in rows])
        values = pd.Series([value for _, value in rows])

        scan = leak_scan(values.to_frame("x"), label, known=["x"])

        if label.nunique() == 2:
            area = roc_auc_score(label, values)
            assert scan["auc"]["x"] == pytest.approx(max(area, 1 - area))
        else:
            assert np.isnan(scan["auc"]["x"])

    def test_ranks_infinite_numbers_and_integers_beyond_a_float(self) -> None:
        label = pd.Series([False, True, True])
        frame = pd.DataFrame({"x": [0, 1, np.inf], "big": [2**53, 2**53 + 1, 2**60]})

        assert leak_scan(frame, label, known=[])["auc"].to_dict() == {"x": 1, "big": 1}

    @pytest.mark.parametrize("dtype", ["Float64", "float32", "Int64"])
    def test_does_not_depend_on_the_dtype(self, dtype: Any) -> None:
        label = pd.Series([False, True, False, True])
        frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, None]})

        found = leak_scan(frame.astype(dtype), label.astype("boolean"), known=[])

        pd.testing.assert_frame_equal(found, leak_scan(frame, label, known=[]))

    def test_a_label_that_repeats_multiplies_no_row(self) -> None:
        label = pd.Series([False, False, True, True], index=[7] * 4)
        frame = pd.DataFrame({"some": [1, 3, 2, 4]}, index=[7] * 4)

        assert leak_scan(frame, label, known=[])["auc"].to_dict() == {"some": 0.75}

    def test_has_no_score_without_rows(self) -> None:
        frame = pd.DataFrame({"x": [1.0]})
        label = pd.Series([True])

        scan = leak_scan(frame[:0], label[:0], known=[])

        assert scan[["auc", "null_auc"]].isna().all(axis=None)

    @pytest.mark.parametrize(
        ("label", "known", "error", "match"),
        [
            (
                [True, False],
                ["dep_hour"],
                ValueError,
                r"known must be of unique columns: \['dep_hour'\]",
            ),
            (
                [True, False],
                "hour",
                ValueError,
                r"known must be of unique columns: \['hour'\]",
            ),
            ([1, 0], [], TypeError, "label must be bool without a null, got int64"),
            ([True, None], [], TypeError, "label must be bool without a null"),
        ],
    )
    def test_refuses_labels_and_names_that_fit_no_column(
        self, label: list[Any], known: Any, error: type[Exception], match: str
    ) -> None:
        with pytest.raises(error, match=match):
            leak_scan(pd.DataFrame({"hour": [1, 2]}), pd.Series(label), known=known)

    def test_refuses_rows_in_another_order_and_words(self) -> None:
        frame = pd.DataFrame({"hour": [1, 2]})
        label = pd.Series([True, False])

        with pytest.raises(ValueError, match="frame and label must have the same"):
            leak_scan(frame, label[::-1], known=[])
        with pytest.raises(TypeError, match="hour must hold numbers, got str"):
            leak_scan(frame.astype(str), label, known=[])


class TestWorstSlices:
    def test_finds_only_the_slice_that_was_made_wrong(self) -> None:
        rng = np.random.default_rng(0)
        frame = pd.DataFrame({"month": np.repeat([10, 11, 12], 2000)})
        gap = pd.Series(rng.normal(0, 0.4, 6000)) + 0.1 * (frame["month"] == 12)

        found = worst_slices(frame, gap, cluster=pd.Series(np.arange(6000) // 20))

        assert found.index[0] == ("month", 12)
        assert found["gap"].iloc[0] == pytest.approx(0.1, abs=0.03)
        assert (found["p"] < 0.01).tolist() == [True, False, False]

    def test_names_each_slice_and_lists_the_largest_gap_of_either_sign_first(
        self,
    ) -> None:
        hour = np.arange(40)
        gaps = np.where(hour == 7, -0.9, np.where(hour == 3, 0.8, 0.1))
        frame = pd.DataFrame({"hour": hour.repeat(4)})
        gap = pd.Series(gaps.repeat(4) + np.tile([0.01, -0.01], 80))

        found = worst_slices(frame, gap, cluster=pd.Series(range(160)), least=4)

        assert list(found.index.names) == ["column", "value"]
        assert list(found.columns) == ["rows", "gap", "p"]
        others = [each for each in range(40) if each not in (7, 3)]
        assert [value for _, value in found.index] == [7, 3, *others]

    def test_tests_only_slices_with_500_rows_and_two_clusters(self) -> None:
        gap = pd.Series([0.1, 0.3] * 250)
        frame, two = pd.DataFrame({"a": ["x"] * 500}), pd.Series([1, 2] * 250)

        assert worst_slices(frame, gap, cluster=two)["rows"].tolist() == [500]
        with pytest.raises(ValueError, match=r"^frame must have a slice of 500 rows"):
            worst_slices(frame[:499], gap[:499], cluster=two[:499])

    def test_measures_the_spread_between_clusters(self) -> None:
        days = pd.Series(np.repeat([0, 1, 2, 3], 1000))
        gap = days.map({0: 0.5, 1: -0.5, 2: 0.6, 3: -0.3})
        frame = pd.DataFrame({"all": np.zeros(4000)})

        p = worst_slices(frame, gap, cluster=days)["p"].iloc[0]

        # days are rows here, so it is the t-test of four numbers
        assert p == pytest.approx(ttest_1samp([0.5, -0.5, 0.6, -0.3], 0).pvalue)

    def test_does_not_test_a_slice_of_one_cluster(self) -> None:
        frame = pd.DataFrame({"day": [1] * 4 + [2] * 4, "all": ["x"] * 8})
        gap = pd.Series([0.1, 0.2, 0.3, 0.1, 0.4, 0.2, 0.1, 0.5])

        found = worst_slices(frame, gap, cluster=frame["day"], least=4)

        assert found.index.tolist() == [("all", "x")]

    def test_corrects_for_the_number_of_slices(self) -> None:
        rng = np.random.default_rng(0)
        month = pd.DataFrame({"month": np.repeat([10, 11, 12], 1000)})
        gap = pd.Series(rng.normal(0, 0.4, 3000)) + 0.06 * (month["month"] == 12)
        rows = gap.index.to_series()
        december = month[month["month"] == 12]

        alone = december.index
        single = worst_slices(december, gap[alone], cluster=rows[alone])["p"].iloc[0]
        of_three = worst_slices(month, gap, cluster=rows)["p"].iloc[0]

        assert single < 0.05
        assert of_three == pytest.approx(3 * single)

    def test_ignores_small_slices_and_refuses_a_table_without_others(self) -> None:
        frame = pd.DataFrame({"a": ["x"] * 5 + ["y"]})
        gap = pd.Series([0.1, 0.2, 0.1, 0.3, 0.2, 0.9])
        cluster = pd.Series(range(6))

        found = worst_slices(frame, gap, cluster=cluster, least=5)

        assert found.index.tolist() == [("a", "x")]
        assert found["rows"].tolist() == [5]
        with pytest.raises(ValueError, match="500 rows and two clusters"):
            worst_slices(frame, gap, cluster=cluster)

    def test_a_slice_without_any_gap_leaves_the_others_in(self) -> None:
        frame = pd.DataFrame({"carrier": ["x"] * 4 + ["y"] * 4})
        gap = pd.Series([0.0] * 4 + [0.1, 0.2, 0.3, 0.1])

        found = worst_slices(frame, gap, cluster=gap.index.to_series(), least=4)

        assert found.index.tolist() == [("carrier", "y"), ("carrier", "x")]
        assert found["p"].tolist()[1] == 1

    def test_a_gap_that_never_varies_is_certain(self) -> None:
        frame = pd.DataFrame({"carrier": ["x"] * 4})
        gap = pd.Series([0.25] * 4)

        found = worst_slices(frame, gap, cluster=gap.index.to_series(), least=4)

        assert found["p"].tolist() == [0]

    @pytest.mark.parametrize("dtype", ["category", "string", "object"])
    def test_does_not_depend_on_the_dtype_and_a_null_is_in_no_slice(
        self, dtype: Any
    ) -> None:
        frame = pd.DataFrame({"carrier": ["x", "x", "y", "y", None]})
        gap = pd.Series([0.1, 0.2, -0.1, -0.4, 9])
        week = pd.Series([1, 2, 1, 2, 1])

        found = worst_slices(frame.astype(dtype), gap, cluster=week, least=2)

        assert found["gap"].round(3).to_dict() == {
            ("carrier", "y"): -0.25,
            ("carrier", "x"): 0.15,
        }

    def test_a_label_that_repeats_multiplies_no_row(self) -> None:
        frame = pd.DataFrame({"carrier": ["x", "x"]}, index=[7, 7])
        gap = pd.Series([0.1, 0.3], index=[7, 7])

        found = worst_slices(frame, gap, cluster=pd.Series([1, 2], [7, 7]), least=2)

        assert found["rows"].tolist() == [2]

    @pytest.mark.parametrize(
        ("gap", "cluster"),
        [
            (pd.Series([0.1, 0.2], index=[1, 0]), pd.Series([1, 2])),
            (pd.Series([0.1, 0.2]), pd.Series([1, 2, 3])),
            (pd.Series([0.1, None]), pd.Series([1, 2])),
            (pd.Series([0.1, 0.2]), pd.Series([1, None])),
        ],
        ids=["other order", "other length", "null gap", "null cluster"],
    )
    def test_refuses_a_gap_or_cluster_that_fits_no_row(
        self, gap: pd.Series, cluster: pd.Series
    ) -> None:
        frame = pd.DataFrame({"carrier": ["x", "x"]})

        with pytest.raises(
            ValueError, match="must have no null, and the index of frame"
        ):
            worst_slices(frame, gap, cluster=cluster, least=1)
