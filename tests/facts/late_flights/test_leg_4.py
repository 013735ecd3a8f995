"""What leg 4 states about the notebook, the flights and the planted faults."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.late_flights import leg_4_before
from snippets.late_flights.golden import NUMBERS, SCORES, check_numbers, recompute
from snippets.late_flights.leg_4.checks import CHECKS
from snippets.late_flights.leg_4.tables import known, late, minutes

Cells = Callable[[pd.DataFrame], tuple[pd.DataFrame, pd.Series, list[float]]]
cells: Cells = leg_4_before.cells

PAGE = (Path(__file__).parents[3] / "docs/late_flights/leg-4.md").read_text("utf-8")


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    return flights()


def test_the_real_flights_give_the_golden_numbers(year: pd.DataFrame) -> None:
    check_numbers(year, late(year))

    assert NUMBERS["without an arrival delay"] == 9_430
    assert "`dropna()` loses 9,430 flights" in PAGE


@pytest.mark.parametrize("name", list(NUMBERS))
def test_a_golden_number_moves_with_its_flights(name: str, year: pd.DataFrame) -> None:
    arrived = year.dropna()
    moved = recompute(arrived, late(arrived))

    assert moved[name] != NUMBERS[name]


def test_the_cells_hide_an_in_place_change_that_a_second_run_shows(
    year: pd.DataFrame,
) -> None:
    once, _, shares = cells(year)
    twice, _, _ = cells(once)

    assert shares[0] == shares[1], "the slide's winter is a copy of the evening"
    assert (once["sched_dep_time"] != twice["sched_dep_time"]).mean() > 0.99
    assert minutes(year["sched_dep_time"]).equals(minutes(year["sched_dep_time"]))


def test_every_flight_of_the_autumn_is_predicted(year: pd.DataFrame) -> None:
    assert (year["month"] >= 10).sum() == 84_292


def test_the_wind_and_the_hour_that_leg_5_will_refuse_are_there() -> None:
    sky = weather()
    newark = sky[sky["origin"] == "EWR"]
    november = newark[(newark["month"] == 11) & (newark["day"] == 3)]

    assert round(newark["wind_speed"].max()) == 1_048
    assert november["hour"].duplicated().sum() == 1


def test_a_pasted_reading_and_a_london_weekday_change_real_flights(
    year: pd.DataFrame,
) -> None:
    some = year[(year["month"] == 2) & year["day"].between(7, 10)]
    seen = known(some, weather())

    assert (seen["visib"] != seen["precip"]).any()
    assert (seen["weekday"] != some["time_hour"].dt.day_of_week).any()


def test_the_pinned_row_of_this_leg_is_the_one_that_the_page_prints() -> None:
    row = SCORES[4]

    assert f"4 {row['auc']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" in PAGE
    assert f"{row['lines']}      {len(CHECKS)}       6 of 8" in PAGE
    assert (row["tests"], row["found"], row["planted"]) == (len(CHECKS), 6, 8)
