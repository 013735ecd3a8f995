"""What the page states about the weather, the beliefs and the contract, recomputed."""

import io

import numpy as np
import pandas as pd
import pytest

from snippets.data import flights, planes, weather
from snippets.engineer.contracts import FlightSchema, receive
from snippets.engineer.contracts_before import storms

HALF = 6  # January to June is what the beliefs and bounds were taken from


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    return weather()


def minutes(clock: pd.Series) -> pd.Series:
    return clock // 100 * 60 + clock % 100


def test_before_one_row_of_26115_hides_209_of_218_storm_hours(
    hours: pd.DataFrame,
) -> None:
    possible = hours[~(hours["wind_speed"] > 150)]
    true, found = storms(possible), storms(hours)

    assert (len(hours), len(possible)) == (26_115, 26_114)
    assert (len(true), len(found)) == (218, 10)
    assert found["wind_speed"].max() > 1_048
    assert len(true) - len(true.index.intersection(found.index)) == 209


def test_one_row_raises_the_deviation_from_5_6_to_8_5_and_the_limit_to_36_1(
    hours: pd.DataFrame,
) -> None:
    wind = hours["wind_speed"]
    possible = wind[~(wind > 150)]

    assert (round(possible.std(), 1), round(wind.std(), 1)) == (5.6, 8.5)
    limits = [round(each.mean() + 3 * each.std(), 1) for each in (possible, wind)]
    assert limits == [27.4, 36.1]
    assert (round(wind.max()), round(possible.max())) == (1_048, 43)


def test_45_days_have_a_storm_hour_and_3_of_them_are_above_the_wrong_limit(
    hours: pd.DataFrame,
) -> None:
    possible = hours[~(hours["wind_speed"] > 150)]
    day = possible["time_hour"].dt.floor("D")
    daily = possible.groupby(day)["wind_speed"].max()

    assert ((daily > 27.4).sum(), (daily > 36.1).sum()) == (45, 3)
    assert (daily.min() > 5, daily.max() < 43) == (True, True)


def test_clauses_about_what_was_seen_break_in_the_other_half(
    table: pd.DataFrame,
) -> None:
    early, later = table[table["month"] <= HALF], table[table["month"] > HALF]
    earliest = early["dep_delay"].min()

    assert earliest == -33
    assert (~later["tailnum"].isin(early["tailnum"])).sum() == 2_608
    assert (~later["dest"].isin(early["dest"])).sum() == 130
    assert (later["dep_delay"] < earliest).sum() == 1


def test_clauses_about_what_columns_mean_hold_in_both_halves(
    table: pd.DataFrame,
) -> None:
    for half in (table[table["month"] <= HALF], table[table["month"] > HALF]):
        left = half.dropna(subset=["dep_time"])
        late = minutes(left["dep_time"]) - minutes(left["sched_dep_time"])

        assert left["dep_time"].between(1, 2400).all()
        assert half["dep_time"].isna().equals(half["dep_delay"].isna())
        assert ((late - left["dep_delay"]) % 1440 == 0).all()


def test_1207_flights_leave_on_the_day_after_they_are_due(table: pd.DataFrame) -> None:
    assert (table["dep_time"] < table["sched_dep_time"] - 100).sum() == 1_207


def test_each_month_from_july_on_keeps_the_contract(table: pd.DataFrame) -> None:
    for _, month in table[table["month"] > HALF].groupby("month"):
        assert receive(month, FlightSchema, most=0)[1].empty


def test_seven_days_without_a_cancellation_are_read_as_whole_numbers_and_pass(
    table: pd.DataFrame,
) -> None:
    passed = 0
    for _, day in table.groupby(["month", "day"]):
        if day["dep_time"].notna().all():
            whole = day[list(FlightSchema.to_schema().columns)].convert_dtypes()
            read = pd.read_csv(io.StringIO(whole.to_csv(index=False)))
            assert read["dep_time"].dtype == np.dtype("int64")
            passed += receive(read, FlightSchema, most=0)[1].empty

    assert passed == 7


def test_the_registry_has_3322_aircraft_with_at_most_450_seats() -> None:
    registry = planes()

    assert len(registry) == 3_322
    assert registry["seats"].max() == 450
    assert registry["tailnum"].is_unique
    assert registry["year"].max() == 2013
