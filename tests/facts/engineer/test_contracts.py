"""What the page states about the flights that break an assumption, recomputed."""

import numpy as np
import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.engineer.contracts.schema import FlightSchema, receive
from snippets.engineer.contracts.synthesise import permitted_statistics
from snippets.engineer.contracts_before import departure_delay, dummy_flights


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


def test_before_the_delay_is_right_for_every_dummy_flight() -> None:
    dummy = dummy_flights(29_425, np.random.default_rng(7))

    assert departure_delay(dummy).equals(dummy["dep_delay"])
    assert dummy["sched_dep_time"].max() < 2100
    assert dummy["dep_delay"].max() < 60


def test_before_the_delay_of_july_is_less_than_half_the_true_one(
    table: pd.DataFrame,
) -> None:
    july = table[table["month"] == 7]
    left = july.dropna(subset=["dep_time"])

    assert len(july) == 29_425
    assert (departure_delay(left) != left["dep_delay"]).sum() == 244
    assert round(departure_delay(july).mean(), 1) == 9.4
    assert round(july["dep_delay"].mean(), 1) == 21.7


def test_a_flight_due_at_2245_that_leaves_at_0030_is_1335_minutes_early() -> None:
    one = pd.DataFrame({"sched_dep_time": [2245], "dep_time": [30]})

    assert departure_delay(one).tolist() == [-1_335]


def test_no_flight_is_late_by_22_hours_or_early_by_two(table: pd.DataFrame) -> None:
    assert table["dep_delay"].max() < 22 * 60
    assert table["dep_delay"].min() > -120


def test_the_year_keeps_the_contract(table: pd.DataFrame) -> None:
    assert len(receive(table, FlightSchema, most=0).rows) == 336_776


def test_26114_hours_have_plausible_wind() -> None:
    hours = weather()

    assert (hours["wind_speed"] > 150).sum() == 1
    assert len(hours) - 1 == 26_114


def test_cells_under_50_flights_are_17_in_100_of_june(table: pd.DataFrame) -> None:
    june = table[table["month"] == 6]

    statistics = permitted_statistics(june)

    assert len(statistics) == 178
    assert round(1 - statistics["flights"].sum() / len(june), 2) == 0.17
