"""What the page states about the nulls of 2013, recomputed."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, sem
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer

from snippets.data import flights, late, planes, weather
from snippets.explore.nulls import co_missing, draw, pool
from snippets.explore.nulls_before import flights_per_day

PREDICTORS = ["temp", "precip", "visib", "wind_speed"]
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
    date = pd.to_datetime(table[["year", "month", "day"]])
    share = table["dep_time"].isna().groupby(date).mean()

    assert share.nlargest(2).round(3).to_dict() == {
        pd.Timestamp("2013-02-09"): 0.575,
        pd.Timestamp("2013-02-08"): 0.508,
    }
    assert round(float(share.nlargest(3).iloc[2]), 3) == 0.224
    assert len(share) == 365
    assert (share >= 0.1).sum() - 2 == 16
    assert (share < 0.02).sum() == 269


def test_chance_would_give_no_day_above_5_percent(table: pd.DataFrame) -> None:
    date = pd.to_datetime(table[["year", "month", "day"]])
    null = table["dep_time"].isna()
    days = null.groupby(date).agg(["size", "mean"])
    expected = binom.sf(np.floor(0.05 * days["size"]), days["size"], null.mean()).sum()

    assert round(null.mean(), 3) == 0.025
    assert expected < 0.01
    assert (days["mean"] > 0.05).sum() == 48


def test_the_evening_was_cancelled_before_the_worst_of_the_snow(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    evening = table.query("month == 2 and day == 8 and hour >= 17")
    visibility = hours.query("month == 2 and day == 8").groupby("hour")["visib"].max()

    assert (len(evening), evening["dep_time"].count()) == (272, 0)
    assert visibility[visibility <= 0.5].index.tolist() == [23]


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
    assert speed.isna().sum() == 4
    assert (null & (speed >= 25)).sum() == 23
    assert (hours["wind_gust"] - speed).min() == pytest.approx(3 * 1.15078)
    assert round(speed[null].max()) == 1048


def test_the_pressure_is_null_in_poor_visibility(hours: pd.DataFrame) -> None:
    null = hours["pressure"].isna()
    poor = hours["visib"] < 10

    assert (round(null[poor].mean(), 2), round(null[~poor].mean(), 2)) == (0.37, 0.05)


def test_a_null_tail_number_tells_that_the_flight_was_cancelled(
    table: pd.DataFrame,
) -> None:
    unnamed = table["tailnum"].isna()

    assert unnamed.sum() == 2_512
    assert table.loc[unnamed, "dep_time"].isna().all()


def test_the_share_of_late_flights_is_between_231_and_259_per_mille(
    table: pd.DataFrame,
) -> None:
    assert round((table["arr_delay"] > 15).mean(), 3) == 0.231
    assert round(late(table).mean(), 3) == 0.259


def test_flights_are_late_where_the_pressure_is_null_and_some_have_no_weather(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    joined = table.merge(
        hours[["origin", "time_hour", "pressure"]],
        on=["origin", "time_hour"],
        how="left",
        indicator=True,
        validate="m:1",
    )
    known = joined[joined["_merge"] == "both"]
    was_late = late(known)
    week = pd.to_datetime(known[["year", "month", "day"]]).dt.day_of_year // 7
    share = was_late.groupby([week, known["pressure"].isna()]).mean().unstack()

    assert len(joined) - len(known) == 1_556
    assert was_late.groupby(known["pressure"].isna()).mean().round(3).to_dict() == {
        False: 0.236,
        True: 0.438,
    }
    # Not of a few bad weeks only: it holds in most weeks of the year.
    assert (share[True] > share[False]).mean() > 0.75


@pytest.fixture(scope="module")
def humid(hours: pd.DataFrame) -> pd.DataFrame:
    """The humidity in poor visibility, and hidden where the pressure is null."""
    poor = hours[hours["visib"] < 10].dropna(subset=["humid", *PREDICTORS])
    return poor.assign(hidden=poor["humid"].mask(poor["pressure"].isna()))


def test_dropping_and_the_mean_miss_by_2_points_and_one_looks_too_sure(
    humid: pd.DataFrame,
) -> None:
    filled = humid["hidden"].fillna(humid["hidden"].mean())

    assert len(humid) == 4_265
    assert round(humid["humid"].mean(), 1) == 86.6
    assert humid["humid"].mean() - humid["hidden"].mean() > 2
    assert filled.mean() == pytest.approx(humid["hidden"].mean())
    assert filled.std() < 0.9 * humid["humid"].std()


def test_pooled_draws_hold_the_truth_more_often_than_one_draw_dropping_or_the_mean(
    humid: pd.DataFrame,
) -> None:
    truth, rng = humid["humid"].mean(), np.random.default_rng(0)
    held = []
    for seed in range(100):
        rows = humid.sample(200, random_state=seed)
        gaps = rows["hidden"]
        copies = [draw(gaps, rows[PREDICTORS], rng=rng) for _ in range(5)]
        filled = gaps.fillna(gaps.mean())
        ways = [copies, [copies[0]] * 2, [gaps.dropna()] * 2, [filled] * 2]
        bounds = [pool([(copy.mean(), sem(copy)) for copy in way]) for way in ways]
        held.append([low <= truth <= high for _, low, high in bounds])
    pooled, *others = np.array(held, dtype=float).T

    # Samples are independent, so the paired differences are: two standard errors.
    for other in others:
        more = pooled - other
        assert more.mean() - 2 * more.std() / 10 > 0


def test_copies_whose_gaps_are_drawn_one_by_one_differ_too_little(
    humid: pd.DataFrame,
) -> None:
    rng = np.random.default_rng(2013)
    ratios = []
    for seed in range(3):
        rows = humid.sample(200, random_state=seed)
        alone = [
            IterativeImputer(sample_posterior=True, max_iter=1, random_state=again)
            .fit_transform(rows[["hidden", *PREDICTORS]])[:, 0]
            .mean()
            for again in range(20)
        ]
        together = [
            draw(rows["hidden"], rows[PREDICTORS], rng=rng).mean() for _ in range(20)
        ]
        ratios.append(np.std(alone) / np.std(together))

    assert np.mean(ratios) < 0.9


def test_eight_null_years_lead_to_27_wrong_aircraft(table: pd.DataFrame) -> None:
    registry = planes()
    single = registry[registry["engines"] == 1]
    legs = table[table["tailnum"].isin(single["tailnum"])]

    assert (registry["year"].isna().sum(), (registry["year"] == 0).sum()) == (70, 0)
    assert (len(single), single["year"].isna().sum()) == (27, 8)
    assert set(legs["carrier"]) == {"AA", "B6", "FL", "MQ"}
    assert legs[legs["carrier"].isin(["AA", "MQ"])]["tailnum"].nunique() == 23
    assert legs.groupby("tailnum")["distance"].max().min() >= 700
    assert table.loc[table["tailnum"] == "N531JB", "distance"].max() == 2_586
    assert set(table.loc[table["tailnum"] == "N531JB", "carrier"]) == {"B6"}
