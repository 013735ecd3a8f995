"""What the page states about carriers and stakes, recomputed."""

import numpy as np
import pandas as pd
import pytest

from snippets.data import airlines, flights, late
from snippets.explore.questions import shares_above, stake
from snippets.explore.questions_before import worst_carrier


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def delay(table) -> pd.Series:
    return table["arr_delay"].fillna(np.inf)


def test_any_delay_names_airtran_and_an_hour_names_expressjet(table, delay) -> None:
    limits = [0, 15, 20, 30, 60, 90, 120]
    shares = shares_above(delay, table["carrier"], limits, at_least=1000)
    names = airlines().set_index("carrier")["name"]

    assert worst_carrier(table) == "FL"
    assert [*shares.idxmax()] == ["FL", "FL", *["EV"] * 5]
    assert "AirTran" in names["FL"]
    assert "ExpressJet" in names["EV"]


def test_beyond_an_hour_expressjet_is_worse_than_airtran_in_resampled_weeks(
    table, delay
) -> None:
    day = pd.to_datetime(table[["year", "month", "day"]])
    week = (day.dt.day_of_year - 1) // 7
    long = pd.crosstab(
        week, table["carrier"], values=(delay > 60).astype(float), aggfunc="sum"
    )[["EV", "FL"]].to_numpy()
    size = pd.crosstab(week, table["carrier"])[["EV", "FL"]].to_numpy()
    rng = np.random.default_rng(2013)
    drawn = rng.integers(len(size), size=(2000, len(size)))
    shares = long[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    low, high = np.quantile(shares[:, 0] - shares[:, 1], [0.025, 0.975])

    assert 0 < low < 0.045 < high


def test_the_desk_would_meet_360_flights_instead_of_6803(table) -> None:
    hour_late = table["arr_delay"] > 60
    counts = table[hour_late].groupby("carrier").size()
    flown = table.groupby("carrier").size()

    assert (counts["FL"], counts["EV"]) == (360, 6803)
    assert round(flown["EV"] / flown["FL"]) == 17


def test_half_of_what_aircraft_seem_to_explain_is_chance(table) -> None:
    above, chance = stake(late(table), table["tailnum"])

    assert table["tailnum"].nunique() == 4043
    assert 0.45 < chance / above < 0.5
    assert table.groupby("tailnum").size().median() < 100


def test_with_the_chance_subtracted_aircraft_fall_from_second_to_fourth(table) -> None:
    columns = ["hour", "month", "carrier", "tailnum", "origin"]
    stakes = {name: stake(late(table), table[name]) for name in columns}
    above = sorted(columns, key=lambda name: -stakes[name][0])
    left = sorted(columns, key=lambda name: stakes[name][1] - stakes[name][0])

    assert above.index("tailnum") == 1
    assert left.index("tailnum") == 3


def test_the_order_holds_for_four_meanings_of_late_but_for_the_airport(
    table, delay
) -> None:
    columns = ["hour", "month", "carrier", "origin"]
    for limit in (0, 15, 30, 60):
        label = delay > limit
        left = {}
        for name in columns:
            above, chance = stake(label, table[name])
            left[name] = above - chance
        if limit < 60:
            assert sorted(columns, key=lambda name: -left[name]) == columns
        assert max(left, key=lambda name: left[name]) == "hour"
