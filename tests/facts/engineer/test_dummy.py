"""What the page states about dummy and synthetic flights, recomputed."""

import numpy as np
import pandas as pd
import pytest

from snippets.data import flights
from snippets.engineer.contracts import FlightSchema, receive
from snippets.engineer.dummy.synthesise import permitted_statistics, synthesise
from snippets.engineer.dummy.unlike import told_apart
from snippets.engineer.dummy_before import departure_delay, dummy_flights

COLUMNS = ["carrier", "origin", "sched_dep_time", "dep_time", "dep_delay"]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def june(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["month"] == 6]


@pytest.fixture(scope="module")
def july(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["month"] == 7]


@pytest.fixture(scope="module")
def dummy() -> pd.DataFrame:
    return dummy_flights(29_425, np.random.default_rng(7))


@pytest.fixture(scope="module")
def draws(june: pd.DataFrame) -> list[pd.DataFrame]:
    """Twenty months of synthetic flights, from the statistics of June."""
    statistics = permitted_statistics(june)
    rngs = map(np.random.default_rng, range(20))
    return [synthesise(statistics, 10_000, month=7, rng=rng) for rng in rngs]


def wrong(rows: pd.DataFrame) -> int:
    left = rows.dropna(subset=["dep_time"])
    return int((departure_delay(left) != left["dep_delay"]).sum())


def test_before_the_delay_is_right_for_every_dummy_flight(dummy: pd.DataFrame) -> None:
    assert departure_delay(dummy).equals(dummy["dep_delay"])
    assert dummy["sched_dep_time"].max() < 2100
    assert dummy["dep_delay"].max() < 60


def test_before_the_delay_of_july_is_less_than_half_the_true_one(
    july: pd.DataFrame,
) -> None:
    assert (len(july), wrong(july)) == (29_425, 244)
    assert round(departure_delay(july).mean(), 1) == 9.4
    assert round(july["dep_delay"].mean(), 1) == 21.7


def test_a_flight_due_at_2245_that_leaves_at_0030_is_1335_minutes_early() -> None:
    one = pd.DataFrame({"sched_dep_time": [2245], "dep_time": [30]})

    assert departure_delay(one).tolist() == [-1_335]
    assert (departure_delay(one) % 1440).tolist() == [105]


def test_every_draw_of_synthetic_flights_finds_the_fault_and_no_dummy_does(
    draws: list[pd.DataFrame],
) -> None:
    made_up = [dummy_flights(10_000, np.random.default_rng(n)) for n in range(20)]

    assert min(map(wrong, draws)) > 20
    assert max(map(wrong, made_up)) == 0


def test_every_synthetic_flight_keeps_the_contract(draws: list[pd.DataFrame]) -> None:
    assert all(receive(draw, FlightSchema, most=0)[1].empty for draw in draws[:3])


def test_no_flight_is_late_by_22_hours_or_early_by_two(table: pd.DataFrame) -> None:
    assert table["dep_delay"].max() < 22 * 60
    assert table["dep_delay"].min() > -120


def test_178_cells_of_50_departures_leave_out_17_in_100_of_june(
    june: pd.DataFrame,
) -> None:
    statistics = permitted_statistics(june)

    assert len(statistics) == 178
    assert round(1 - statistics["flights"].sum() / len(june), 2) == 0.17


def test_dummies_are_told_apart_more_than_synthetic_ones_and_these_more_than_june(
    june: pd.DataFrame, july: pd.DataFrame, dummy: pd.DataFrame
) -> None:
    # The flights of a day share its weather, so days are resampled, and not flights.
    rng = np.random.default_rng(0)
    made = synthesise(permitted_statistics(june), 20_000, month=7, rng=rng)
    auc = []
    for _ in range(8):
        real, *others = (
            pd.concat(
                [
                    rows[rows["day"] == day]
                    for day in rng.choice(rows["day"].unique(), 28)
                ]
            ).sample(2_000, random_state=0)[COLUMNS]
            for rows in (july, dummy, made, june)
        )
        auc.append([told_apart(real, other) for other in others])
    pairs = -np.diff(auc, axis=1)

    assert ((pairs.mean(axis=0) - 2 * pairs.std(axis=0, ddof=1)) > 0).all()


def test_the_worst_synthetic_day_has_5_percent_cancelled_and_julys_12(
    june: pd.DataFrame, july: pd.DataFrame
) -> None:
    rng = np.random.default_rng(7)
    dummy_flights(len(july), rng)  # the page draws these before
    made = synthesise(permitted_statistics(june), len(july), month=7, rng=rng)
    worst = [
        rows["dep_time"].isna().groupby(rows["day"]).mean().max()
        for rows in (made, july)
    ]

    assert [round(each, 2) for each in worst] == [0.05, 0.12]


def test_4_flight_numbers_occur_twice_on_a_day_of_july(
    july: pd.DataFrame, draws: list[pd.DataFrame]
) -> None:
    number = ["month", "day", "carrier", "flight"]

    assert july.duplicated(number).sum() == 4
    assert draws[0].duplicated(number).sum() == 0
