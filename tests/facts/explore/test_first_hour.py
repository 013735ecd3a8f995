"""What the page states about the ends and keys of the tables, recomputed."""

import numpy as np
import pandas as pd
import pytest

from snippets.data import flights, planes, weather
from snippets.explore.first_hour import candidate_keys, suspicious
from snippets.explore.first_hour_before import windiest_day

RECORD = 253
"""Miles per hour at Barrow Island, the highest gust ever measured (WMO, 2010)."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    table = flights()
    table["date"] = pd.to_datetime(table[["year", "month", "day"]])
    return table


@pytest.fixture(scope="module")
def newark() -> pd.DataFrame:
    hours = weather()
    return hours[hours["origin"] == "EWR"]


def test_one_hour_of_1048_mph_moves_the_windiest_day_by_12_days(newark) -> None:
    day, mean = windiest_day(newark)
    fastest = newark.loc[newark["wind_speed"].idxmax()]

    assert (day, round(mean, 1)) == ((2, 12), 56.4)
    assert round(fastest["wind_speed"]) == 1_048
    assert (fastest["month"], fastest["day"], fastest["hour"]) == (2, 12, 3)
    windy = newark[newark["wind_speed"] < RECORD]
    days = windy.groupby(["month", "day"])["wind_speed"].mean()
    assert (days.idxmax(), round(days.max(), 1)) == ((1, 31), 28.3)
    assert pd.Timestamp(2013, 2, 12) - pd.Timestamp(2013, 1, 31) == pd.Timedelta("12D")
    assert round(len(newark), -2) == 8_700


def test_the_hour_makes_the_standard_deviation_half_as_large_again() -> None:
    speed = weather()["wind_speed"]

    assert 1.5 < speed.std() / speed[speed < RECORD].std() < 1.55


def test_only_the_wind_is_beyond_belief_and_the_rain_is_a_thunderstorm() -> None:
    found = suspicious(weather(), factor=9).set_index("column")

    assert found.index.tolist() == ["wind_speed", "precip"]
    assert found["times"].round().tolist() == [64, 9]
    assert found.loc["precip", "value"] == 1.21
    assert suspicious(flights()).empty
    assert suspicious(planes()).empty


def test_no_column_but_the_wind_is_outside_what_is_known() -> None:
    hours = weather()

    assert (hours["wind_speed"] > RECORD).sum() == 1
    assert hours["temp"].between(-15, 106).sum() == hours["temp"].notna().sum()
    assert hours["humid"].between(0, 100).sum() == hours["humid"].notna().sum()


def test_a_number_flies_twice_on_a_day_from_two_airports(table) -> None:
    three = ["date", "carrier", "flight"]
    twice = table[table.duplicated(three, keep=False)]

    assert len(table) == 336_776
    assert len(twice) == 48
    assert twice.groupby(three)["origin"].nunique().eq(2).all()
    known = [*three, "origin", "dest"]
    assert candidate_keys(table, known) == [
        ("carrier", "flight", "origin", "date"),
        ("carrier", "flight", "dest", "date"),
    ]
    assert len(table.merge(table[three], on=three)) == len(table) + 48


def test_the_ends_are_what_the_page_says(table) -> None:
    longest = table.loc[table["dep_delay"].idxmax()]
    shortest = table.loc[table["distance"].idxmin()]

    assert table["dep_time"].max() == 2_400
    assert (longest["dep_delay"], longest["carrier"]) == (1_301, "HA")
    assert (shortest["origin"], shortest["dest"]) == ("EWR", "LGA")
    assert np.isnan(shortest["dep_time"])
