"""Synthetic data keep the shape of their source, and tables can be told apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.dummy.synthesise import permitted_statistics, synthesise
from snippets.engineer.dummy.unlike import told_apart, unlike_production


def flights(n: int = 4) -> pd.DataFrame:
    """Return flights: on time, past midnight, cancelled, at midnight."""
    rows = pd.DataFrame(
        {
            "month": 7,
            "day": 1,
            "carrier": ["UA", "9E", "B6", "DL"],
            "flight": [1, 2, 3, 4],
            "origin": ["EWR", "JFK", "LGA", "EWR"],
            "sched_dep_time": [600, 2245, 900, 2355],
            "dep_time": [555.0, 30.0, None, 2400.0],
            "dep_delay": [-5.0, 105.0, None, 5.0],
        }
    )
    many = pd.concat([rows] * (n // 4), ignore_index=True)
    return many.assign(flight=np.arange(1, len(many) + 1))


def are_flights(made: pd.DataFrame) -> bool:
    """Return whether clocks exist, and each departure is schedule plus delay."""
    clocks = made[["sched_dep_time", "dep_time"]]
    minutes = clocks // 100 * 60 + clocks % 100
    late = minutes["dep_time"] - minutes["sched_dep_time"] - made["dep_delay"]
    exist = clocks.isna() | ((clocks >= 1) & (clocks <= 2400) & (clocks % 100 < 60))
    return bool(exist.all(axis=None) and (late.dropna() % 1440 == 0).all())


class TestUnlikeProduction:
    def test_measures_numbers_text_and_nulls(self) -> None:
        real = pd.DataFrame(
            {"x": [1.0, 2, 3, None], "carrier": ["UA", "UA", "B6", "B6"]}
        )
        made = pd.DataFrame({"x": [3.0, 4, 5, 6], "carrier": ["UA", "UA", "UA", "DL"]})

        table = unlike_production(real, made)

        # x: up to 3 are all real values, but one of four synthetic ones
        assert table.loc["x", "distance"] == 0.75
        assert table.loc["x", "nulls"] == -0.25
        # carrier: gaps of 1/4 for UA, 1/2 for B6 and 1/4 for DL, halved
        assert table.loc["carrier", "distance"] == 0.5
        assert table.index.tolist() == ["x", "carrier"]

    def test_lists_the_most_different_first_and_keeps_ties_in_order(self) -> None:
        real = pd.DataFrame({f"c{n}": [0.0, 1.0] for n in range(40)})
        made = real.assign(c30=[5.0, 6.0])

        table = unlike_production(real, made)

        others = [name for name in real.columns if name != "c30"]
        assert table.index.tolist() == ["c30", *others]

    def test_a_table_has_no_distance_from_itself(self) -> None:
        table = unlike_production(flights(), flights())

        assert (table == 0).all(axis=None)

    @settings(deadline=None, max_examples=20)
    @given(
        st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=1),
        st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=1),
    )
    def test_a_distance_is_between_0_and_1_and_the_same_both_ways(
        self, left: list[float], right: list[float]
    ) -> None:
        one, two = (
            pd.DataFrame({"number": side, "text": [f"{each}" for each in side]})
            for side in (left, right)
        )

        there = unlike_production(one, two)["distance"].sort_index()
        back = unlike_production(two, one)["distance"].sort_index()

        assert there.tolist() == pytest.approx(back.tolist())
        assert there.between(-1e-9, 1 + 1e-9).all()

    def test_refuses_synthetic_data_without_a_column(self) -> None:
        with pytest.raises(ValueError, match=r"it has no \['origin'\]"):
            unlike_production(flights(), flights().drop(columns="origin"))

    @pytest.mark.parametrize("column", ["carrier", "dep_delay"])
    def test_refuses_a_column_without_values(self, column: str) -> None:
        blank = flights().assign(**{column: None})

        with pytest.raises(ValueError, match=rf"value in both, see \['{column}'\]"):
            unlike_production(flights(), blank)
        with pytest.raises(ValueError, match=rf"value in both, see \['{column}'\]"):
            unlike_production(blank, flights())


class TestToldApart:
    def test_cannot_distinguish_halves_of_one_table(self) -> None:
        rng = np.random.default_rng(0)
        table = pd.DataFrame(
            {"x": rng.normal(size=2000), "y": rng.choice(["a", "b"], 2000)}
        )

        assert told_apart(table[:1000], table[1000:]) == pytest.approx(0.5, abs=0.06)

    def test_finds_a_difference_that_no_single_column_shows(self) -> None:
        rng = np.random.default_rng(0)
        real = pd.DataFrame({"x": rng.choice([0, 1], 1000)})
        real["y"] = np.where(real["x"] == 1, "a", "b")
        made = real.assign(y=real["y"].to_numpy()[::-1])

        assert unlike_production(real, made)["distance"].max() < 0.01
        assert told_apart(real, made) > 0.7

    def test_is_certain_if_every_row_reveals_its_table(self) -> None:
        real = pd.DataFrame({"x": np.zeros(90), "y": "a"})
        made = pd.DataFrame({"y": ["b"] * 90, "x": np.ones(90)})

        assert told_apart(real, made) == 1

    def test_gives_the_same_answer_with_the_same_seed(self) -> None:
        rng = np.random.default_rng(0)
        table = pd.DataFrame({"x": rng.normal(size=200)})
        real, made = table[:100], table[100:]

        assert told_apart(real, made) == told_apart(real, made, seed=0)
        assert told_apart(real, made) != told_apart(real, made, seed=1)

    def test_the_order_of_the_rows_makes_no_difference(self) -> None:
        rng = np.random.default_rng(0)
        tails = [f"N{number}" for number in range(300)]  # ties: each is there once
        real = pd.DataFrame({"x": rng.normal(size=300).round(1), "tail": tails})
        made = real.assign(x=real["x"] + 0.2)

        shuffled = [table.sample(frac=1, random_state=1) for table in (real, made)]

        assert told_apart(*shuffled) == told_apart(real, made)

    @pytest.mark.parametrize(("left", "right"), [(9, 10), (10, 9)])
    def test_refuses_tables_too_small_to_judge(self, left: int, right: int) -> None:
        table = pd.DataFrame({"x": np.arange(20.0)})

        with pytest.raises(ValueError, match=f"got {left} and {right}$"):
            told_apart(table[:left], table[:right])
        assert 0 <= told_apart(table[:10], table[10:]) <= 1


class TestSynthesise:
    def test_permitted_statistics_drop_small_cells_and_count_the_rest(self) -> None:
        many = pd.concat([flights(400), flights(400).head(1)])

        statistics = permitted_statistics(many, least=100)

        cells = [("9E", "JFK", 22), ("DL", "EWR", 23), ("UA", "EWR", 6)]
        assert statistics.index.tolist() == cells
        assert statistics["flights"].tolist() == [100, 100, 101]
        assert statistics["cancelled"].tolist() == [0, 0, 0]
        assert statistics.loc[("9E", "JFK", 22), 0.5] == 105

    def test_counts_flights_that_never_left(self) -> None:
        half = flights(400).assign(carrier="UA", origin="EWR", sched_dep_time=600)
        half["dep_delay"] = np.where(half.index % 4 == 0, np.nan, 10.0)

        assert permitted_statistics(half)["cancelled"].tolist() == [0.25]

    def test_keeps_only_cells_with_fifty_departures(self) -> None:
        table = pd.DataFrame(
            {
                "carrier": ["UA"] * 60 + ["DL"] * 60,
                "origin": "EWR",
                "sched_dep_time": 600,
                "dep_delay": [1.0] * 50 + [np.nan] * 10 + [1.0] * 49 + [np.nan] * 11,
            }
        )

        kept = permitted_statistics(table)

        assert kept.index.tolist() == [("UA", "EWR", 6)]
        assert kept.columns.tolist()[:2] == ["flights", "cancelled"]

    def test_has_no_smallest_and_no_largest_delay(self) -> None:
        one = flights(400).assign(carrier="UA", origin="EWR", sched_dep_time=600)
        one["dep_delay"] = [-43.0, *[0.0] * 398, 1301.0]

        assert permitted_statistics(one).iloc[0, 2:].abs().max() == 0

    def test_refuses_too_few_flights(self) -> None:
        with pytest.raises(
            ValueError, match="flights must have 50 that left in one cell"
        ):
            permitted_statistics(flights())

    def test_draws_flights_whose_clocks_agree_and_that_keep_the_shares(self) -> None:
        statistics = permitted_statistics(flights(400), least=100)
        rng = np.random.default_rng(0)

        made = synthesise(statistics, 3000, month=7, rng=rng)

        assert are_flights(made)
        shares = made["carrier"].value_counts(normalize=True)
        third = pytest.approx(1 / 3, abs=0.03)
        assert shares.to_dict() == {"9E": third, "DL": third, "UA": third}
        assert (made["dep_time"] < made["sched_dep_time"] - 100).any()  # past midnight
        assert made.loc[made["carrier"] == "9E", "dep_delay"].eq(105).all()

    def test_draws_each_cell_at_its_frequency(self) -> None:
        many = pd.concat([flights(400), *[flights(400).query("carrier == 'UA'")] * 3])
        statistics = permitted_statistics(many, least=100)

        made = synthesise(statistics, 3000, month=7, rng=np.random.default_rng(0))

        shares = made["carrier"].value_counts(normalize=True)
        sixth = pytest.approx(1 / 6, abs=0.03)
        assert shares.to_dict() == {
            "9E": sixth,
            "DL": sixth,
            "UA": pytest.approx(2 / 3, abs=0.03),
        }

    def test_draws_delays_with_the_quantiles_of_the_cell(self) -> None:
        one = flights(400).assign(carrier="UA", origin="EWR", sched_dep_time=1200)
        one["dep_delay"] = np.arange(400.0) - 20
        statistics = permitted_statistics(one)

        made = synthesise(statistics, 4000, month=7, rng=np.random.default_rng(0))

        levels = [0.05, 0.25, 0.5, 0.75, 0.95]
        drawn = made["dep_delay"].quantile(levels)
        assert drawn.tolist() == pytest.approx(
            statistics[levels].iloc[0].tolist(), abs=8
        )
        assert (made["dep_delay"] % 1 == 0).all()

    def test_schedules_minutes_in_steps_of_five_and_days_up_to_the_28th(
        self,
    ) -> None:
        one = flights(400).assign(carrier="UA", origin="EWR", sched_dep_time=630)
        statistics = permitted_statistics(one)

        made = synthesise(statistics, 2000, month=7, rng=np.random.default_rng(0))

        assert set(made["sched_dep_time"]) == set(range(600, 660, 5))
        assert set(made["day"]) == set(range(1, 29))
        assert set(made["month"]) == {7}
        assert made["flight"].tolist() == list(range(1, 2001))

    def test_draws_a_single_flight(self) -> None:
        statistics = permitted_statistics(flights(400), least=100)

        made = synthesise(statistics, 1, month=7, rng=np.random.default_rng(0))

        assert len(made) == 1

    def test_schedules_the_hour_after_midnight_without_a_clock_of_0(self) -> None:
        night = flights(400).assign(
            carrier="UA", origin="EWR", sched_dep_time=30, dep_delay=3.0
        )
        rng = np.random.default_rng(0)

        made = synthesise(permitted_statistics(night), 200, month=7, rng=rng)

        assert are_flights(made)
        assert set(made["sched_dep_time"]) == {2400, *range(5, 60, 5)}

    def test_cancels_at_the_rate_of_the_cell(self) -> None:
        half = flights(400).assign(carrier="UA", origin="EWR", sched_dep_time=600)
        half["dep_delay"] = np.where(half.index % 4 == 0, np.nan, 10.0)
        statistics = permitted_statistics(half)

        made = synthesise(statistics, 2000, month=1, rng=np.random.default_rng(0))

        assert made["dep_delay"].isna().mean() == pytest.approx(0.25, abs=0.03)

    def test_refuses_to_draw_no_flights(self) -> None:
        statistics = permitted_statistics(flights(400), least=100)
        rng = np.random.default_rng(0)
        for n, month in ((0, 1), (1, 0), (1, 13)):
            with pytest.raises(
                ValueError, match=rf"month 1 to 12, got {n} and {month}"
            ):
                synthesise(statistics, n, month=month, rng=rng)

    @pytest.mark.parametrize("value", [None, np.inf])
    def test_refuses_statistics_without_a_number(self, value: object) -> None:
        statistics = permitted_statistics(flights(400), least=100).astype(object)
        rng = np.random.default_rng(0)
        statistics.iloc[0, 3] = value  # type: ignore[call-overload]
        for wrong in (statistics, statistics[:0]):
            with pytest.raises(ValueError, match=r"^statistics must hold a cell, and"):
                synthesise(wrong, 1, month=1, rng=rng)


class TestSomebodyElsesData:
    def test_tables_with_many_words_can_be_told_apart(self) -> None:
        tails = [f"N{number}" for number in range(300)]
        real = pd.DataFrame({"tailnum": [*tails, "N0", None], "delay": range(302)})

        assert 0 <= told_apart(real, real.assign(delay=0)) <= 1

    def test_numbers_of_dtype_object_are_numbers(self) -> None:
        real, made = (
            pd.DataFrame({"v": [1.0, 2.0, 3.0]}),
            pd.DataFrame({"v": [2.0, 4.0]}),
        )
        expected = unlike_production(real, made)

        assert unlike_production(real.astype(object), made).equals(expected)
        assert unlike_production(real, made.astype(object)).equals(expected)

    def test_a_cell_has_a_flight_and_delays_are_numbers(self) -> None:
        with pytest.raises(ValueError, match=r"^least must be 1 or more, got 0$"):
            permitted_statistics(flights(400), least=0)
        expected = permitted_statistics(flights(400), least=100)
        table = flights(400).astype({"dep_delay": object})
        assert permitted_statistics(table, least=100).equals(expected)
