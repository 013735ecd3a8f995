"""A score is compared, dated, sliced and priced by hand, and has an interval."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import bootstrap_ci, rate_baseline
from snippets.explore.honest.slices import cost_curve, worst_slices

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
risks = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.99, 1.0])),
    min_size=1,
)


class TestRateBaseline:
    def test_predicts_the_past_rate_of_each_group_and_the_overall_rate_of_a_new_one(
        self,
    ) -> None:
        past = pd.Series([6, 6, 21, 21])
        label = pd.Series([False, True, True, True])

        rates = rate_baseline(past, label, pd.Series([21, 6, 3], index=[7, 8, 9]))

        assert rates.to_dict() == {7: 1.0, 8: 0.5, 9: 0.75}

    def test_refuses_a_past_without_rows(self) -> None:
        with pytest.raises(ValueError, match=r"at least one row, got none$"):
            rate_baseline(pd.Series(dtype=int), pd.Series(dtype=bool), pd.Series([1]))
        with pytest.raises(ValueError, match=r"same index, got two$"):
            rate_baseline(pd.Series([1]), pd.Series([True], index=[1]), pd.Series([1]))


class TestBootstrapCi:
    def test_agrees_with_the_normal_interval_if_rows_are_independent(self) -> None:
        rng = np.random.default_rng(0)
        hits = pd.Series(rng.random(2000) < 0.3)
        ones = pd.Series(1, index=hits.index)

        low, high = bootstrap_ci(hits, ones, cluster=hits.index.to_series(), rng=rng)

        half = 1.96 * np.sqrt(hits.mean() * (1 - hits.mean()) / len(hits))
        assert low == pytest.approx(hits.mean() - half, abs=half / 8)
        assert high == pytest.approx(hits.mean() + half, abs=half / 8)

    def test_is_ten_times_as_wide_if_each_row_has_a_hundred_copies(self) -> None:
        rng = np.random.default_rng(1)
        days = pd.Series(np.repeat(np.arange(50), 100))
        hits = days.map(pd.Series(rng.random(50) < 0.4))
        ones = pd.Series(1, index=hits.index)

        by_day = bootstrap_ci(hits, ones, cluster=days, rng=rng)
        by_row = bootstrap_ci(hits, ones, cluster=hits.index.to_series(), rng=rng)

        assert np.diff(by_day) / np.diff(by_row) == pytest.approx(10, rel=0.2)

    def test_weights_a_cluster_by_its_rows(self) -> None:
        part, whole = pd.Series([1, 0, 0, 0]), pd.Series([1, 1, 1, 1])
        cluster = pd.Series(["a", "b", "b", "b"])

        low, high = bootstrap_ci(
            part, whole, cluster=cluster, rng=np.random.default_rng(0), level=0.4
        )

        # of the four draws, two hold one cluster each: 1 of 4 rows
        assert (low, high) == (0.25, 0.25)

    def test_gives_the_same_ends_with_the_same_seed(self) -> None:
        part, ones = pd.Series([1, 0, 1, 1]), pd.Series([1, 1, 1, 1])

        ends = [
            bootstrap_ci(part, ones, cluster=part.index.to_series(), rng=rng)
            for rng in (np.random.default_rng(7), np.random.default_rng(7))
        ]

        assert ends[0] == ends[1]

    def test_draws_a_thousand_times_for_95_percent_by_default(self) -> None:
        part, ones = pd.Series(range(9)) ** 0.5, pd.Series([1] * 9)
        rows = part.index.to_series()

        ends = [
            bootstrap_ci(part, ones, cluster=rows, rng=np.random.default_rng(7), **args)
            for args in ({}, {"draws": 1000}, {"level": 0.95}, {"draws": 1001})
        ]

        assert ends[0] == ends[1] == ends[2] != ends[3]

    def test_may_draw_once_and_divide_by_a_whole_of_one(self) -> None:
        half, rows = pd.Series([0.5, 0.5]), pd.Series([1, 2])

        ends = bootstrap_ci(
            half, half, cluster=rows, rng=np.random.default_rng(0), draws=1
        )

        assert ends == (1, 1)

    @pytest.mark.parametrize(
        ("level", "clusters", "match"),
        [
            (1.0, [1, 2], "between 0 and 1, got 1.0"),
            (0.0, [1, 2], "between 0 and 1, got 0.0"),
            (0.95, [1, 1], "at least two values, got 1"),
            (0.95, [1, None], r"^cluster must hold no null"),
        ],
    )
    def test_refuses_input_without_an_interval(
        self, level: float, clusters: list[int | None], match: str
    ) -> None:
        one = pd.Series([1, 1])
        with pytest.raises(ValueError, match=match):
            bootstrap_ci(
                one,
                one,
                cluster=pd.Series(clusters),
                rng=np.random.default_rng(0),
                level=level,
            )

    def test_refuses_no_draw_and_a_draw_without_a_whole(self) -> None:
        one, two = pd.Series([1, 1]), pd.Series([1, 2])
        rng = np.random.default_rng(0)

        with pytest.raises(ValueError, match="draws must be 1 or more, got 0"):
            bootstrap_ci(one, one, cluster=two, rng=rng, draws=0)
        with pytest.raises(ValueError, match=r"^whole must not be 0 in a draw"):
            bootstrap_ci(pd.Series([1, 0]), pd.Series([1, 0]), cluster=two, rng=rng)


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

    def test_lists_the_best_score_first_and_ties_in_the_order_of_the_columns(
        self,
    ) -> None:
        label = pd.Series([False, True, False, True])
        names = [f"x{number}" for number in range(40)]
        frame = pd.DataFrame({name: [1, 1, 2, 2] for name in names}).assign(y=label * 1)

        assert leak_scan(frame, label, known=names).index.tolist() == ["y", *names]

    def test_ignores_nulls_of_a_column(self) -> None:
        frame = pd.DataFrame({"x": [1.0, None, None, 2.0]})

        scan = leak_scan(frame, pd.Series([False, True, False, True]), known=[])

        assert scan["auc"]["x"] == 1

    def test_has_no_score_if_there_is_only_one_outcome(self) -> None:
        frame = pd.DataFrame({"x": [1.0, 2.0, None], "y": [1.0, 2.0, 3.0]})

        scan = leak_scan(frame, pd.Series([True, True, False]), known=[])

        assert scan["auc"].isna().to_dict() == {"y": False, "x": True}

    def test_refuses_a_known_column_that_is_missing(self) -> None:
        with pytest.raises(ValueError, match=r"columns of frame, got \['dep_hour'\]"):
            leak_scan(
                pd.DataFrame({"hour": [1, 2]}),
                pd.Series([True, False]),
                known=["hour", "dep_hour"],
            )


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
        with pytest.raises(ValueError, match=r"a slice of 500 rows in two clusters$"):
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

        of_it = december.index
        single = worst_slices(december, gap[of_it], cluster=rows[of_it])["p"].iloc[0]
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
        with pytest.raises(ValueError, match="slice of 500 rows in two clusters"):
            worst_slices(frame, gap, cluster=cluster)


class TestCostCurve:
    def test_prices_misses_and_false_alarms_at_each_threshold(self) -> None:
        label = pd.Series([True, True, False, False])
        risk = pd.Series([0.9, 0.3, 0.3, 0.1])

        cost = cost_curve(label, risk, miss=3, false_alarm=1)

        assert cost[0.0] == 2 / 4  # everyone is warned: two false alarms
        assert cost[0.3] == 1 / 4
        assert cost[0.31] == 3 / 4
        assert cost[1.0] == 6 / 4

    def test_has_a_cost_for_each_hundredth(self) -> None:
        cost = cost_curve(pd.Series([True]), pd.Series([0.5]), miss=1, false_alarm=1)

        assert cost.index.tolist() == [step / 100 for step in range(101)]
        assert (cost.name, cost.index.name) == ("cost", "threshold")

    def test_accepts_costs_below_one_and_risks_of_0_and_1(self) -> None:
        label, risk = pd.Series([True, False]), pd.Series([1.0, 0.0])

        cost = cost_curve(label, risk, miss=0.5, false_alarm=0.5)

        assert (cost[0.0], cost[0.5], cost[1.0]) == (0.25, 0, 0)

    @unhurried
    @given(risks)
    def test_agrees_with_a_count_row_by_row(
        self, rows: list[tuple[bool, float]]
    ) -> None:
        label = pd.Series([happened for happened, _ in rows])
        risk = pd.Series([risk for _, risk in rows])

        cost = cost_curve(label, risk, miss=5, false_alarm=2)

        for threshold in (0.0, 0.25, 0.5, 1.0):
            by_hand = sum(
                (5 if happened else 0) if risk < threshold else (0 if happened else 2)
                for happened, risk in rows
            )
            assert cost[threshold] == pytest.approx(by_hand / len(rows))

    @pytest.mark.parametrize(
        ("miss", "false_alarm"), [(0, 1), (1, 0), (-1, 1), (np.inf, 1)]
    )
    def test_refuses_an_error_that_costs_nothing(
        self, miss: float, false_alarm: float
    ) -> None:
        with pytest.raises(ValueError, match=r"(miss|false_alarm) must be finite"):
            cost_curve(
                pd.Series([True]), pd.Series([0.5]), miss=miss, false_alarm=false_alarm
            )

    @pytest.mark.parametrize("risk", [-0.1, 1.1, float("nan"), pd.NA])
    def test_refuses_a_risk_outside_0_to_1(self, risk: float) -> None:
        with pytest.raises(ValueError, match=r"^risk must be in \[0, 1\]"):
            cost_curve(
                pd.Series([True, True]), pd.Series([0.5, risk]), miss=1, false_alarm=1
            )

    def test_refuses_a_label_of_numbers(self) -> None:
        with pytest.raises(
            ValueError, match="label must be bool, without nulls, got int64"
        ):
            cost_curve(pd.Series([1]), pd.Series([0.5]), miss=1, false_alarm=1)

    def test_refuses_another_index_and_no_row(self) -> None:
        label, risk = pd.Series([True, False]), pd.Series([0.5, 0.25])
        with pytest.raises(ValueError, match=r"^label and risk must have the same"):
            cost_curve(label[::-1], risk, miss=1, false_alarm=1)
        with pytest.raises(ValueError, match=r"one at least$"):
            cost_curve(label[:0], risk[:0], miss=1, false_alarm=1)


FLIGHTS = pd.DataFrame({"delay": [1.0, 5.0, 3.0, 7.0], "day": [1, 1, 2, 2]})
LATE = pd.Series([False, True, False, True])


class TestSomebodyElsesData:
    @pytest.mark.parametrize(
        "other", [LATE[::-1], LATE[:3], LATE.set_axis([1, 2, 3, 4])]
    )
    def test_two_indexes_are_refused_by_name(self, other: pd.Series) -> None:
        rng = np.random.default_rng(0)
        with pytest.raises(ValueError, match=r"^frame and label must have the same"):
            leak_scan(FLIGHTS, other, known=[])
        with pytest.raises(ValueError, match=r"^part, whole and cluster must have"):
            bootstrap_ci(LATE, LATE, cluster=other, rng=rng)
        with pytest.raises(ValueError, match=r"^part, whole and cluster must have"):
            bootstrap_ci(LATE, other, cluster=LATE, rng=rng)
        with pytest.raises(ValueError, match=r"^frame, gap and cluster must have"):
            worst_slices(FLIGHTS, FLIGHTS["delay"], cluster=other)
        with pytest.raises(ValueError, match=r"^frame, gap and cluster must have"):
            worst_slices(FLIGHTS, other, cluster=other)

    @pytest.mark.parametrize("label", [pd.Series([0, 1, 2, 1]), LATE.where(LATE)])
    def test_a_label_that_is_neither_true_nor_false_is_refused(
        self, label: pd.Series
    ) -> None:
        with pytest.raises(ValueError, match=r"^label must hold True and False only$"):
            leak_scan(FLIGHTS, label, known=[])

    def test_a_scan_takes_infinity_large_integers_and_one_name(self) -> None:
        large = pd.Series([2**53, 2**53 + 2, 2**53 + 1, 2**53 + 3])
        frame = FLIGHTS.assign(delay=[1.0, np.inf, 3.0, 7.0], large=large)

        scan = leak_scan(frame, LATE.astype(object), known="delay")

        assert scan["auc"].to_dict() == {"delay": 1.0, "large": 1.0, "day": 0.5}
        assert scan["known"].to_dict() == {"delay": True, "large": False, "day": False}

    def test_rates_of_categories_are_numbers(self) -> None:
        past = pd.Series(["a", "b", "b", "b"], dtype="category")

        rates = rate_baseline(past, LATE.astype(object), past[:2].where([True, False]))

        assert rates.dtype == float
        assert rates.tolist() == [0.0, 0.5]

    @pytest.mark.parametrize(
        ("past", "label"),
        [([1, None, 2, 2], [1, 0, 1, 0]), ([1, 1, 2, 2], [1, 0, None, 0])],
    )
    def test_rates_count_no_null(self, past: list, label: list) -> None:
        with pytest.raises(ValueError, match=r"^past and label must hold no null"):
            rate_baseline(pd.Series(past), pd.Series(label), pd.Series([1]))

    @pytest.mark.parametrize("value", [None, np.inf])
    def test_an_interval_counts_no_null(self, value: object) -> None:
        hits, ones = pd.Series([1.0, 0.0, 1.0]), pd.Series([1, 1, 1])
        rng, bad = np.random.default_rng(0), hits.mask(hits == 0, value)
        for part, whole in ((bad, ones), (ones, bad)):
            with pytest.raises(ValueError, match=r"^part and whole must hold numbers"):
                bootstrap_ci(part, whole, cluster=ones.cumsum(), rng=rng)

    def test_labels_that_occur_twice_change_nothing(self) -> None:
        frame, gap, day = (
            FLIGHTS[["day"]],
            FLIGHTS["delay"] / 10,
            pd.Series([1, 2, 3, 4]),
        )
        twice = [0, 0, 1, 1]

        once = worst_slices(frame, gap, cluster=day, least=2)
        again = worst_slices(
            frame.set_axis(twice),
            gap.set_axis(twice),
            cluster=day.set_axis(twice),
            least=2,
        )

        assert again.equals(once)

    def test_a_slice_without_any_gap_is_listed(self) -> None:
        frame = pd.DataFrame({"hour": [6, 6, 7, 7, 8, 8]})
        gap = pd.Series([0.0, 0.0, 0.5, 0.5, 0.25, 0.75])

        found = worst_slices(frame, gap, cluster=pd.Series([1, 2] * 3), least=2)

        assert found.loc[("hour", 6), ["rows", "gap", "p"]].tolist() == [2, 0, 1]
        assert found.loc[("hour", 7), "p"] == 0

    @pytest.mark.parametrize(
        ("gap", "cluster"),
        [([0.5, np.inf], [1, 2]), ([0.5, None], [1, 2]), ([0.5, 0.5], [1, None])],
    )
    def test_a_gap_is_a_share_of_a_known_cluster(
        self, gap: list, cluster: list
    ) -> None:
        frame = pd.DataFrame({"hour": [6, 6]})
        with pytest.raises(ValueError, match=r"^gap must be finite"):
            worst_slices(frame, pd.Series(gap), cluster=pd.Series(cluster), least=2)

    def test_a_slice_has_a_row(self) -> None:
        with pytest.raises(ValueError, match=r"^least must be 1 or more, got 0$"):
            worst_slices(FLIGHTS, FLIGHTS["delay"], cluster=FLIGHTS["day"], least=0)
