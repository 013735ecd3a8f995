"""What the page states about the nulls of 2013, recomputed."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from snippets.data import flights, planes, weather
from snippets.explore.nulls import Outcome, by_day, co_missing, outcome
from snippets.explore.nulls_before import flights_per_day

TIMES = ("arr_delay", "air_time")
NEVER_LEFT = ("dep_time", "dep_delay", "arr_time", "arr_delay")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    return weather()


@pytest.fixture(scope="module")
def cancelled(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["dep_time"].isna()]


def test_dropna_deletes_9430_flights_and_half_of_8_february(
    table: pd.DataFrame,
) -> None:
    scheduled = table.groupby(["month", "day"]).size()
    after = flights_per_day(table)

    assert len(table) - after.sum() == 9_430
    assert (scheduled[2, 8], after[2, 8]) == (930, 455)
    assert after.nsmallest(2).index.tolist() == [(2, 9), (2, 8)]
    assert (scheduled < 930).sum() == 135


def test_the_remaining_flights_of_9_february_look_better_than_the_year(
    table: pd.DataFrame,
) -> None:
    delay = table.groupby(["month", "day"])["arr_delay"].mean()

    assert round(delay[2, 9], 1) == 6.6
    assert round(table["arr_delay"].mean(), 1) == 6.9


def test_the_nulls_of_the_flights_have_five_patterns(table: pd.DataFrame) -> None:
    patterns = co_missing(table)

    assert dict(zip(patterns["null"], patterns["rows"], strict=True)) == {
        (): 327_346,
        (*NEVER_LEFT, "air_time"): 5_743,
        (*NEVER_LEFT, "tailnum", "air_time"): 2_512,
        TIMES: 717,
        ("arr_time", *TIMES): 458,
    }
    assert table.isna().sum().sum() == 46_595


def test_four_carriers_never_name_the_aircraft_of_a_cancelled_flight(
    cancelled: pd.DataFrame,
) -> None:
    unnamed = cancelled["tailnum"].isna().groupby(cancelled["carrier"])
    never = unnamed.all()

    assert never[never].index.tolist() == ["9E", "F9", "UA", "US"]
    assert unnamed.sum()[never].sum() == 2_396
    others = unnamed.sum()[~never]
    assert others[others > 0].to_dict() == {"AA": 84, "MQ": 2, "WN": 30}
    assert others.sum() == 116


def test_the_two_days_of_the_storm_lead_the_year(table: pd.DataFrame) -> None:
    share = by_day(table["dep_time"], pd.to_datetime(table[["year", "month", "day"]]))[
        "share"
    ]

    assert share.nlargest(2).round(3).to_dict() == {
        pd.Timestamp("2013-02-09"): 0.575,
        pd.Timestamp("2013-02-08"): 0.508,
    }
    assert share.nlargest(3).iloc[2].round(3) == 0.224
    assert len(share) == 365
    assert (share >= 0.1).sum() - 2 == 16
    assert (share < 0.02).sum() == 269


def test_chance_would_give_no_day_above_5_percent(table: pd.DataFrame) -> None:
    days = by_day(table["dep_time"], pd.to_datetime(table[["year", "month", "day"]]))
    share = days["nulls"].sum() / days["rows"].sum()
    expected = binom.sf(np.floor(0.05 * days["rows"]), days["rows"], share).sum()

    assert round(share, 3) == 0.025
    assert expected < 0.01
    assert (days["share"] > 0.05).sum() == 48


def test_the_evening_was_cancelled_before_the_worst_of_the_snow(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    evening = table.query("month == 2 and day == 8 and hour >= 17")
    visibility = hours.query("month == 2 and day == 8").groupby("hour")["visib"].max()

    assert (len(evening), evening["dep_time"].count()) == (272, 0)
    assert visibility[visibility <= 0.5].index.tolist() == [23]


def test_every_flight_has_one_outcome(table: pd.DataFrame) -> None:
    counts = outcome(table).value_counts()

    assert counts.sum() == 336_776
    assert counts.to_dict() == {
        Outcome.FLOWN: 327_346,
        Outcome.CANCELLED: 8_255,
        Outcome.ARRIVED_UNTIMED: 717,
        Outcome.NO_ARRIVAL: 458,
    }


def test_the_fast_outcome_equals_the_lookup_by_row(table: pd.DataFrame) -> None:
    columns = sorted(Outcome.CANCELLED.value)
    some = table.iloc[::50]
    by_row = [
        Outcome(frozenset(name for name in columns if pd.isna(row[name])))
        for row in some[columns].to_dict("records")
    ]

    assert outcome(some).tolist() == by_row
    assert set(by_row) == set(Outcome)


def test_a_flight_that_arrived_untimed_is_hours_behind_its_schedule(
    table: pd.DataFrame,
) -> None:
    clocks = ["dep_time", "sched_dep_time", "arr_time", "sched_arr_time"]
    dep, sched_dep, arr, sched_arr = (
        table[clock] // 100 * 60 + table[clock] % 100 for clock in clocks
    )
    extra = ((arr - dep) - (sched_arr - sched_dep) + 120) % 1440 - 120
    flown = table["arr_delay"].notna()

    assert extra[flown].median() == -7
    assert extra[~flown].median() == 139
    # The wrap at midnight is harmless: no flight is two hours ahead of its schedule.
    assert (table["arr_delay"] - table["dep_delay"]).min() > -120


def test_a_null_gust_is_a_weak_wind(hours: pd.DataFrame) -> None:
    null = hours["wind_gust"].isna()
    speed = hours["wind_speed"]

    assert (null.sum(), len(hours)) == (20_778, 26_115)
    assert round(null[speed < 5].mean(), 3) == 0.998
    assert round(null[speed >= 25].mean(), 3) == 0.055
    assert hours["wind_gust"].min() == pytest.approx(14 * 1.15078)
    assert (null & speed.isna()).sum() == 4
    assert (null & (speed >= 25)).sum() == 23
    assert (hours["wind_gust"] - speed).min() == pytest.approx(3 * 1.15078)
    assert round(speed[null].max()) == 1048


def test_the_four_hours_without_wind_are_on_four_dates(hours: pd.DataFrame) -> None:
    unknown = hours[hours["wind_speed"].isna()]

    assert len(unknown) == 4
    assert len(unknown[["month", "day"]].drop_duplicates()) == 4


def test_the_pressure_is_null_in_the_rain(hours: pd.DataFrame) -> None:
    null = hours["pressure"].isna()
    wet = hours["precip"] > 0

    assert null.sum() == 2_729
    assert (round(null[wet].mean(), 2), round(null[~wet].mean(), 2)) == (0.53, 0.07)
    for column in ("month", "hour", "origin"):
        assert null.groupby(hours[column]).any().all()


def test_1556_flights_have_no_hour_of_weather(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    joined = table.merge(
        hours, on=["origin", "time_hour"], how="left", indicator=True, validate="m:1"
    )

    assert (joined["_merge"] == "left_only").sum() == 1_556


def test_eight_null_years_lead_to_27_wrong_aircraft(table: pd.DataFrame) -> None:
    registry = planes()
    single = registry[registry["engines"] == 1]
    legs = table[table["tailnum"].isin(single["tailnum"])]

    assert (registry["year"].isna().sum(), (registry["year"] == 0).sum()) == (70, 0)
    assert (len(single), single["year"].isna().sum()) == (27, 8)
    assert set(legs["carrier"]) == {"AA", "B6", "FL", "MQ"}
    assert legs[legs["carrier"].isin(["AA", "MQ"])]["tailnum"].nunique() == 23
    assert legs.groupby("tailnum")["distance"].max().min() >= 700
    assert set(table.loc[table["tailnum"] == "N531JB", "carrier"]) == {"B6"}
