"""What the page states about the model that stayed in service in 2013, recomputed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from snippets.data import airports, flights, late, weather
from snippets.operate import monitor_before
from snippets.operate.monitor.signals import (
    calibration,
    delayed_labels,
    hours_since_news,
)

status_page: Callable[..., str] = monitor_before.status_page

EDGES: dict[str, list[float]] = {
    "precip": [0, 0.02, 0.1],
    "visib": [1, 3, 6, 9],
    "wind_speed": [5, 10, 15, 20, 25],
    "humid": [40, 50, 60, 70, 80, 90],
    "pressure": [1000, 1005, 1010, 1015, 1020, 1025, 1030],
}
READINGS = list(EDGES)
LEAD = pd.Timedelta("2h")


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="America/New_York")


STOP, BACK = at("2013-07-10"), at("2013-07-13")


def features(table: pd.DataFrame, sky: pd.DataFrame) -> pd.DataFrame:
    seen = sky[["origin", "time_hour", *READINGS]]
    seen = seen.assign(time_hour=seen["time_hour"] + LEAD)
    joined = table.merge(seen, on=["origin", "time_hour"], how="left", validate="m:1")
    joined[READINGS] = binned(joined)
    return joined[["origin", "carrier", "hour", "weekday", *READINGS]]


def binned(readings: pd.DataFrame) -> pd.DataFrame:
    bins = {
        name: pd.cut(readings[name], [-np.inf, *edges, np.inf], labels=False)
        for name, edges in EDGES.items()
    }
    return pd.DataFrame(bins)


@pytest.fixture(scope="module")
def sky() -> pd.DataFrame:
    return weather().sort_values(["origin", "time_hour"])


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    year = flights().sort_values(["time_hour", "carrier", "flight"], ignore_index=True)
    minutes = pd.to_timedelta(year["minute"], unit="min")
    year["scheduled"] = year["time_hour"].dt.tz_convert("America/New_York") + minutes
    year["day"] = year["scheduled"].dt.normalize()
    year["weekday"] = year["day"].dt.day_of_week
    year["late"] = late(year)
    airborne = pd.to_timedelta(year["dep_delay"] + year["air_time"], unit="min")
    year["known"] = year["scheduled"] + airborne + pd.Timedelta("30min")
    return year


@pytest.fixture(scope="module")
def inputs(plain: pd.DataFrame, sky: pd.DataFrame) -> pd.DataFrame:
    return features(plain, sky)


@pytest.fixture(scope="module")
def model(plain: pd.DataFrame, inputs: pd.DataFrame) -> Pipeline:
    past = plain["month"] <= 4
    steps = OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=200)
    return make_pipeline(*steps).fit(inputs[past], plain.loc[past, "late"])


@pytest.fixture(scope="module")
def year(plain: pd.DataFrame, inputs: pd.DataFrame, model: Pipeline) -> pd.DataFrame:
    return plain.assign(predicted=model.predict_proba(inputs)[:, 1])


@pytest.fixture(scope="module")
def feed(sky: pd.DataFrame) -> pd.DataFrame:
    stuck = sky["time_hour"].between(STOP, BACK, inclusive="left")
    last = sky[sky["time_hour"] < STOP].groupby("origin").tail(1).set_index("origin")
    frozen = sky.copy()
    frozen.loc[stuck, READINGS] = last.loc[
        sky.loc[stuck, "origin"], READINGS
    ].to_numpy()
    return frozen


@pytest.fixture(scope="module")
def three_days(year: pd.DataFrame, feed: pd.DataFrame, model: Pipeline) -> pd.DataFrame:
    hit = year["scheduled"].between(STOP, BACK, inclusive="left")
    blind = features(year, feed)[hit]
    return year[hit].assign(stuck=model.predict_proba(blind)[:, 1])


@pytest.fixture(scope="module")
def shares(year: pd.DataFrame, three_days: pd.DataFrame) -> pd.DataFrame:
    served = year.copy()
    served.loc[three_days.index, "predicted"] = three_days["stuck"]
    times = served["late"], served["known"], served["scheduled"]
    wait = pd.Timedelta("12h")
    labels = delayed_labels(*times, now=at("2014-01-02"), wait=wait)
    return 100 * calibration(served["predicted"], labels, served["day"], days=14)


def psi(learned: pd.Series, seen: pd.Series) -> float:
    values = learned.dropna().unique()
    p, q = (
        np.array([(rows == value).sum() / rows.notna().sum() for value in values])
        for rows in (learned, seen)
    )
    return float(((q - p) * np.log((q + 1e-4) / (p + 1e-4))).sum())


def test_the_status_page_stays_green_for_a_model_that_gets_only_nulls(
    inputs: pd.DataFrame, model: Pipeline
) -> None:
    some = inputs.tail(1000)
    nothing = some.assign(**dict.fromkeys(READINGS, np.nan))

    assert status_page(model, [some]) == status_page(model, [nothing])
    assert status_page(model, [nothing]) == "1,000 requests, 0 errors, 100.00% up"


def test_the_model_under_predicts_in_july_and_over_predicts_in_september(
    year: pd.DataFrame,
) -> None:
    stream = year[year["month"] >= 5]
    shares = 100 * stream.groupby("month")[["predicted", "late"]].mean()

    assert len(stream) == 227_657
    months = shares.loc[[7, 9]].round(1).to_numpy().tolist()
    assert months == [[24.6, 34.1], [22.9, 15.0]]
    assert shares["predicted"].agg(["min", "max"]).round(1).tolist() == [22.9, 28.1]
    july = stream[stream["month"] == 7]
    assert round(july["late"].sum() - july["predicted"].sum()) == 2_800


def test_half_an_hour_of_taxiing_comes_close(plain: pd.DataFrame) -> None:
    zones = airports().set_index("faa")["tz"].to_dict()
    zones |= dict.fromkeys(["SJU", "BQN", "PSE", "STT"], -4)
    # Phoenix and Honolulu don't change their clocks, and San Juan doesn't in summer.
    table = plain[plain["month"].isin([1, 2]) & ~plain["dest"].isin(["PHX", "HNL"])]
    clocks = [
        table[name] // 100 * 60 + table[name] % 100 for name in ("dep_time", "arr_time")
    ]
    ahead = 60 * (table["dest"].map(zones) + 5)
    gate_to_gate = (clocks[1] - clocks[0] - ahead) % 1440

    assert 25 <= (gate_to_gate - table["air_time"]).median() <= 30


def test_labels_that_come_early_are_too_good(
    year: pd.DataFrame,
) -> None:
    july = year[year["month"] == 7]
    early = july["known"] <= july["scheduled"] + pd.Timedelta("3h")

    assert round(early.mean(), 2) == 0.53
    assert round(100 * july.loc[early, "late"].mean(), 1) == 19.3
    assert round(100 * july.loc[early, "predicted"].mean(), 1) == 24.2


@pytest.mark.parametrize("after", [False, True])
def test_twelve_hours_are_enough_until_april_and_after(
    year: pd.DataFrame, after: bool
) -> None:
    rows = year[(year["month"] > 4) == after]
    for hours, all_late in {11: False, 12: True}.items():
        in_time = rows["known"] <= rows["scheduled"] + pd.Timedelta(hours=hours)
        assert rows.loc[~in_time, "late"].all() == all_late


def test_the_stuck_feed_hides_three_in_five_of_the_late_flights_on_the_list(
    three_days: pd.DataFrame,
) -> None:
    fresh, stuck = (
        three_days[three_days[name] >= 0.4] for name in ("predicted", "stuck")
    )

    assert (len(three_days), three_days["late"].sum()) == (3_012, 1_353)
    assert three_days["scheduled"].min() == STOP + pd.Timedelta("5h")
    assert (fresh["late"].sum(), stuck["late"].sum()) == (467, 189)
    assert round(100 * three_days["predicted"].mean(), 1) == 31.1
    assert round(100 * three_days["stuck"].mean(), 1) == 24.7


def test_a_feed_that_stops_at_midnight_mostly_costs_little(
    year: pd.DataFrame, inputs: pd.DataFrame, sky: pd.DataFrame, model: Pipeline
) -> None:
    local = sky["time_hour"].dt.tz_convert("America/New_York").dt.normalize()
    tail = sky.assign(since=local).groupby(["origin", "since"]).tail(1)
    last = binned(tail.set_index(["origin", "since"]))
    late_list = year["late"] & (year["predicted"] >= 0.4)
    lost = pd.Series(0, index=pd.date_range(at("2013-05-01"), at("2013-12-28")))
    for shift in range(3):
        since = year["day"] - pd.DateOffset(days=shift)
        within = since.isin(lost.index)
        before = pd.MultiIndex.from_arrays(
            [year.loc[within, "origin"], since[within] - pd.DateOffset(days=1)]
        )
        stuck = inputs[within].copy()
        # Until two hours after the stop, the weather at the decision is still fresh.
        after = year.loc[within, "time_hour"] - LEAD >= since[within]
        repeated = last.reindex(before).set_axis(stuck.index)
        stuck[READINGS] = repeated.where(after, stuck[READINGS], axis=0)
        listed = model.predict_proba(stuck)[:, 1] >= 0.4
        found = late_list[within].astype(int) - (year.loc[within, "late"] & listed)
        lost = lost.add(found.groupby(since[within]).sum(), fill_value=0)

    assert len(lost) == 242
    assert lost[STOP] == 467 - 189
    assert [(lost >= lost[STOP]).sum(), lost.median()] == [25, 4]


def test_the_weather_record_stops_three_times(sky: pd.DataFrame) -> None:
    clock = pd.date_range(at("2013-01-01 01:00"), at("2013-12-31 23:00"), freq="h")
    silence = pd.DataFrame(
        {
            airport: hours_since_news(rows.set_index("time_hour")[READINGS], clock)
            for airport, rows in sky.groupby("origin")
        }
    ).max(axis=1)
    starts = pd.DatetimeIndex(silence[silence == 3].index)

    assert starts.strftime("%d %b").tolist() == ["25 Oct", "02 Nov", "30 Dec"]
    last = sky["time_hour"].max()
    assert (flights()["time_hour"] - LEAD > last).sum() == 828


def test_the_dashboard_matches_its_alternative_text(shares: pd.DataFrame) -> None:
    shown = shares[at("2013-05-14") :]

    assert shown["predicted"].between(21, 32).all()
    assert shown.loc[at("2013-07-01") : at("2013-07-31"), "observed"].max() > 40
    assert 10 < shown.loc[at("2013-10-01") : at("2013-10-15"), "observed"].min() < 11
    assert shown.loc[at("2013-12-01") :, "observed"].max() > 45


def test_inputs_drift_most_in_august_where_the_model_is_right_on_average(
    year: pd.DataFrame, inputs: pd.DataFrame
) -> None:
    past = year["month"] <= 4
    names = inputs.columns.astype(str)
    drift = pd.Series(
        [
            max(
                psi(inputs[name][past], inputs[name][year["month"] == n])
                for name in names
            )
            for n in range(5, 13)
        ],
        index=range(5, 13),
    )
    means = year[~past].groupby("month")[["predicted", "late"]].mean()
    gap = (means["late"] - means["predicted"]).abs()

    assert (drift.idxmax(), gap.idxmin()) == (8, 8)
    assert drift.index[drift <= 0.25].tolist() == [5]
    assert drift.idxmin() == 5


def test_august_is_right_overall_and_wrong_for_expressjet(
    year: pd.DataFrame,
) -> None:
    august = year[year["month"] == 8]
    groups = august.groupby("carrier")
    shares = 100 * groups[["predicted", "late"]].mean()[groups.size() >= 1000]
    gaps = (shares["late"] - shares["predicted"]).round(1)

    assert (100 * august[["predicted", "late"]].mean()).round(1).tolist() == [
        24.7,
        25.3,
    ]
    assert len(gaps) == 9
    assert gaps["EV"] == -8.8
    assert gaps.max() == 4.4
    assert (gaps > 0).sum() == 7
