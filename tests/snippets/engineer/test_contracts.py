"""A contract splits a delivery, and synthetic data keep the shape of their source."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.contracts.schema import FlightSchema, receive
from snippets.engineer.contracts.synthesise import permitted_statistics, synthesise
from snippets.engineer.contracts.unlike import told_apart, unlike_production

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=12)


def flights(n: int = 4) -> pd.DataFrame:
    """Return valid flights: on time, past midnight, cancelled, at midnight."""
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


BROKEN = {
    "hour 24": ("dep_time", 0, 2460.0, "less_than_or_equal_to(2400)"),
    "minute 60": ("dep_time", 0, 560.0, "is_a_clock"),
    "no such month": ("month", 0, 13, "less_than_or_equal_to(12)"),
    "no month": ("month", 0, 0, "greater_than_or_equal_to(1)"),
    "no such day": ("day", 0, 32, "less_than_or_equal_to(31)"),
    "no day": ("day", 0, 0, "greater_than_or_equal_to(1)"),
    "departure at 0": ("dep_time", 0, 0.0, "greater_than_or_equal_to(1)"),
    "schedule at 0": ("sched_dep_time", 0, 0, "greater_than_or_equal_to(1)"),
    "schedule in hour 24": ("sched_dep_time", 0, 2460, "less_than_or_equal_to(2400)"),
    "minute 60 on schedule": ("sched_dep_time", 0, 660, "is_a_clock"),
    "another airport": ("origin", 0, "BOS", "isin(['EWR', 'JFK', 'LGA'])"),
    "a name instead of a code": (
        "carrier",
        0,
        "United",
        "str_matches('^[A-Z0-9]{2}$')",
    ),
    "flight 0": ("flight", 0, 0, "greater_than_or_equal_to(1)"),
    "a delay without a departure": ("dep_delay", 2, 3.0, "left_or_not"),
    "a departure without delay": ("dep_delay", 0, None, "left_or_not"),
    "another delay": ("dep_delay", 1, 104.0, "clocks_agree"),
    "twelve hours off": ("dep_delay", 0, 715.0, "clocks_agree"),
    "two hours early": ("dep_delay", 0, -125.0, "greater_than_or_equal_to(-60)"),
}


class TestFlightSchema:
    def test_accepts_midnight_late_nights_and_cancelled_flights(self) -> None:
        received = receive(flights(), FlightSchema, most=0)

        assert len(received.rows) == 4
        assert received.quarantined.empty

    @pytest.mark.parametrize("fault", BROKEN)
    def test_names_the_check_that_a_row_fails(self, fault: str) -> None:
        column, row, value, clause = BROKEN[fault]
        delivery = flights()
        delivery[column] = delivery[column].where(delivery.index != row, value)

        received = receive(delivery, FlightSchema, most=1)

        assert received.quarantined.index.tolist() == [row]
        assert clause in received.quarantined["broken"].iloc[0]
        assert len(received.rows) == 3

    @pytest.mark.parametrize(("due", "early", "let_in"), [(640, -60, 4), (641, -61, 3)])
    def test_accepts_a_flight_that_leaves_up_to_an_hour_early(
        self, due: int, early: int, let_in: int
    ) -> None:
        delivery = flights()
        columns = ["sched_dep_time", "dep_time", "dep_delay"]
        delivery.loc[0, columns] = [due, 540, early]

        assert len(receive(delivery, FlightSchema, most=1).rows) == let_in

    def test_refuses_a_duplicate_flight(self) -> None:
        delivery = pd.concat([flights(), flights().head(1)], ignore_index=True)

        received = receive(delivery, FlightSchema, most=1)

        assert received.quarantined.index.tolist() == [0, 4]

    @pytest.mark.parametrize("text", [str, object])
    def test_accepts_the_strings_of_pandas_2_and_of_pandas_3(self, text: type) -> None:
        delivery = flights().astype({"carrier": text, "origin": text})

        assert len(receive(delivery, FlightSchema, most=0).rows) == 4

    def test_does_not_change_other_columns(self) -> None:
        delivery = flights().assign(gate="B12")

        assert "gate" in receive(delivery, FlightSchema).rows


class TestReceive:
    @unhurried
    @given(st.sets(st.integers(0, 399), max_size=400))
    def test_loses_no_row(self, bad: set[int]) -> None:
        delivery = flights(400)
        delivery.loc[list(bad), "origin"] = "BOS"

        received = receive(delivery, FlightSchema, most=1)

        assert set(received.quarantined.index) == bad
        assert set(received.rows.index) == set(delivery.index) - bad

    def test_refuses_a_delivery_with_too_many_broken_rows(self) -> None:
        delivery = flights(400)
        delivery.loc[:3, "origin"] = "BOS"

        assert len(receive(delivery, FlightSchema).quarantined) == 4
        delivery.loc[4, "origin"] = "BOS"
        with pytest.raises(ValueError, match=r"at most 1.0% .*isin.*: 5}"):
            receive(delivery, FlightSchema)

    @pytest.mark.parametrize(
        ("delivery", "match"),
        [
            (flights().drop(columns="origin"), "column_in_dataframe origin"),
            (flights().astype({"dep_delay": str}), r"dep_delay dtype\('float64'\) "),
            (
                flights().set_axis([0, 1, 1, 2]),
                "^delivery must have each index label once, on one level$",
            ),
            (flights().set_index(["carrier", "day"], drop=False), r"on one level$"),
        ],
    )
    def test_refuses_a_table_that_is_not_a_delivery(
        self, delivery: pd.DataFrame, match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            receive(delivery, FlightSchema)

    @pytest.mark.parametrize("most", [-0.1, 1.1, float("nan")])
    def test_refuses_a_share_outside_0_to_1(self, most: float) -> None:
        with pytest.raises(ValueError, match=rf"most must be in \[0, 1\], got {most}"):
            receive(flights(), FlightSchema, most=most)

    def test_names_every_check_that_a_row_fails_once_and_in_order(self) -> None:
        delivery = flights().assign(month=[7, 13, 7, 7], day=[1, 32, 1, 1])
        delivery.loc[0, ["sched_dep_time", "dep_time"]] = 660

        broken = receive(delivery, FlightSchema, most=1).quarantined["broken"]

        assert broken.to_dict() == {
            0: "clocks_agree, is_a_clock",
            1: "less_than_or_equal_to(12), less_than_or_equal_to(31)",
        }

    def test_a_valid_delivery_has_the_same_columns_as_a_broken_one(self) -> None:
        broken = flights().assign(month=[13, 7, 7, 7])

        sound = receive(flights(), FlightSchema).quarantined

        assert list(sound) == list(receive(broken, FlightSchema, most=1).quarantined)

    def test_accepts_a_delivery_without_rows(self) -> None:
        received = receive(flights().head(0), FlightSchema)

        assert received.rows.empty
        assert received.quarantined.empty

    def test_accepts_any_contract(self) -> None:
        class Wind(pa.DataFrameModel):
            wind_speed: float = pa.Field(le=150)

        hours = pd.DataFrame({"wind_speed": [8.0, 1048.0]}, index=["a", "b"])

        received = receive(hours, Wind, most=0.5)

        assert received.rows.index.tolist() == ["a"]


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

    def test_draws_flights_that_pass_the_contract_and_keep_the_shares(self) -> None:
        statistics = permitted_statistics(flights(400), least=100)
        rng = np.random.default_rng(0)

        made = synthesise(statistics, 3000, month=7, rng=rng)

        assert receive(made, FlightSchema, most=0).quarantined.empty
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

        assert receive(made, FlightSchema, most=0).quarantined.empty
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
