"""A contract splits a delivery into rows that keep it and rows that don't."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.contracts import FlightSchema, receive

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
        kept, aside = receive(flights(), FlightSchema, most=0)

        assert len(kept) == 4
        assert aside.empty

    @pytest.mark.parametrize("fault", BROKEN)
    def test_names_the_check_that_a_row_fails(self, fault: str) -> None:
        column, row, value, clause = BROKEN[fault]
        delivery = flights()
        delivery[column] = delivery[column].where(delivery.index != row, value)

        kept, aside = receive(delivery, FlightSchema, most=1)

        assert aside.index.tolist() == [row]
        assert clause in aside["broken"].iloc[0]
        assert len(kept) == 3

    @pytest.mark.parametrize(("due", "early", "let_in"), [(640, -60, 4), (641, -61, 3)])
    def test_accepts_a_flight_that_leaves_up_to_an_hour_early(
        self, due: int, early: int, let_in: int
    ) -> None:
        delivery = flights()
        columns = ["sched_dep_time", "dep_time", "dep_delay"]
        delivery.loc[0, columns] = [due, 540, early]

        assert len(receive(delivery, FlightSchema, most=1)[0]) == let_in

    def test_refuses_a_duplicate_flight(self) -> None:
        delivery = pd.concat([flights(), flights().head(1)], ignore_index=True)

        _, aside = receive(delivery, FlightSchema, most=1)

        assert aside.index.tolist() == [0, 4]

    @pytest.mark.parametrize("text", [str, object])
    def test_accepts_the_strings_of_pandas_2_and_of_pandas_3(self, text: type) -> None:
        delivery = flights().astype({"carrier": text, "origin": text})

        assert len(receive(delivery, FlightSchema, most=0)[0]) == 4

    def test_does_not_change_other_columns(self) -> None:
        delivery = flights().assign(gate="B12")

        assert "gate" in receive(delivery, FlightSchema)[0]


class TestReceive:
    @unhurried
    @given(st.sets(st.integers(0, 399), max_size=400))
    def test_loses_no_row(self, bad: set[int]) -> None:
        delivery = flights(400)
        delivery.loc[list(bad), "origin"] = "BOS"

        kept, aside = receive(delivery, FlightSchema, most=1)

        assert set(aside.index) == bad
        assert set(kept.index) == set(delivery.index) - bad

    def test_refuses_a_delivery_with_too_many_broken_rows(self) -> None:
        delivery = flights(400)
        delivery.loc[:3, "origin"] = "BOS"

        assert len(receive(delivery, FlightSchema)[1]) == 4
        delivery.loc[4, "origin"] = "BOS"
        with pytest.raises(ValueError, match=r"must keep 99.0% of its .*isin.*: 5}"):
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
            (flights().set_axis([0.0, 1.0, np.nan, 2.0]), r"each index label once"),
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

        broken = receive(delivery, FlightSchema, most=1)[1]["broken"]

        assert broken.to_dict() == {
            0: "clocks_agree, is_a_clock",
            1: "less_than_or_equal_to(12), less_than_or_equal_to(31)",
        }

    def test_a_valid_delivery_has_the_same_columns_as_a_broken_one(self) -> None:
        broken = flights().assign(month=[13, 7, 7, 7])

        _, sound = receive(flights(), FlightSchema)
        _, aside = receive(broken, FlightSchema, most=1)

        assert sound.dtypes.to_dict() == aside.dtypes.to_dict()

    def test_accepts_a_delivery_without_rows(self) -> None:
        kept, aside = receive(flights().head(0), FlightSchema)

        assert kept.empty
        assert aside.empty

    def test_accepts_any_contract(self) -> None:
        class Wind(pa.DataFrameModel):
            wind_speed: float = pa.Field(le=150)

        hours = pd.DataFrame({"wind_speed": [8.0, 1048.0]}, index=["a", "b"])

        kept, _ = receive(hours, Wind, most=0.5)

        assert kept.index.tolist() == ["a"]

    def test_accepts_a_day_without_a_null_whose_numbers_are_whole(self) -> None:
        day = flights().dropna().astype({"dep_time": "int64", "dep_delay": "int64"})

        kept, _ = receive(day, FlightSchema, most=0)

        assert kept["dep_time"].tolist() == day["dep_time"].tolist()
        assert kept["dep_delay"].dtype == "float64"

    @pytest.mark.parametrize("null", [np.nan, None, pd.NA])
    def test_a_null_where_whole_numbers_are_promised_is_set_aside(
        self, null: object
    ) -> None:
        delivery = flights().assign(day=pd.Series([1, null, 1, 1], dtype=object))

        kept, aside = receive(delivery, FlightSchema, most=0.25)

        assert aside.index.tolist() == [1]
        assert aside["broken"].tolist() == ["not_nullable"]
        assert kept["day"].dtype == "int64"

    def test_nullable_numbers_come_back_as_numpy_has_them(self) -> None:
        kept, _ = receive(flights().convert_dtypes(), FlightSchema, most=0)

        numbers = ["month", "day", "flight", "sched_dep_time", "dep_time", "dep_delay"]
        pd.testing.assert_frame_equal(kept[numbers], flights()[numbers])

    def test_a_fraction_is_not_cut_to_a_whole_number(self) -> None:
        with pytest.raises(ValueError, match=r"dtype\('int64'\) float64"):
            receive(flights().assign(day=1.5), FlightSchema)

    def test_does_not_change_the_delivery(self) -> None:
        delivery = flights().convert_dtypes()
        before = delivery.copy()

        receive(delivery, FlightSchema)

        pd.testing.assert_frame_equal(delivery, before)

    def test_a_contract_may_leave_a_type_open(self) -> None:
        contract = pa.DataFrameSchema({"v": pa.Column(None, pa.Check.le(2))})

        class Open(pa.DataFrameModel):
            @classmethod
            def to_schema(cls) -> pa.DataFrameSchema:
                return contract

        kept, aside = receive(pd.DataFrame({"v": [1, 3]}), Open, most=0.5)

        assert (kept.index.tolist(), aside.index.tolist()) == ([0], [1])
