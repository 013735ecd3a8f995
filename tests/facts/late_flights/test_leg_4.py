"""What leg 4 states about the notebook, the flights and the planted faults."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.late_flights import leg_4_before
from snippets.late_flights.golden import NUMBERS, SCORES, check_numbers, recompute
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


def printed(name: str) -> tuple[float, float, float]:
    """Return a gain that the page prints, with its interval."""
    (line,) = [each for each in PAGE.splitlines() if each.startswith(name)]
    numbers = re.findall(r"-?\d\.\d+", line)
    gain, low, high = map(float, numbers[-3:])
    return gain, low, high


def test_the_pinned_scores_are_those_that_the_page_prints() -> None:
    assert f"the notebook's model       {SCORES[1]}, gain" in PAGE
    assert f"and weather, 2 h before    {SCORES[4]}, gain" in PAGE
    assert f"raises the AUC from {SCORES[1]} to {SCORES[4]}" in PAGE


@pytest.mark.parametrize(
    "name", ["all flights, timetable", "and weather, 2 h before", "in all"]
)
def test_the_new_model_and_the_weather_pay(name: str) -> None:
    _, low, _ = printed(name)

    assert low > 0


@pytest.mark.parametrize("name", ["or weather of its own hour", "its own hour, once"])
def test_the_weather_of_the_own_hour_changes_nothing_measurable(name: str) -> None:
    _, low, high = printed(name)

    assert low < 0 < high


def test_a_missing_tail_number_is_a_perfect_leak(year: pd.DataFrame) -> None:
    missing = year[year["tailnum"].isna()]

    assert len(missing) == 2_512
    assert missing["dep_time"].isna().all()
    assert late(missing).all()


def test_the_two_golden_numbers_in_the_prose_are_pinned() -> None:
    assert NUMBERS["scheduled"] == 336_776
    assert NUMBERS["late in December, %"] == 35.3
    assert "336,776 scheduled flights and 35.3% late in December" in PAGE
    assert PAGE.count("NOT FOUND\n") == 2
