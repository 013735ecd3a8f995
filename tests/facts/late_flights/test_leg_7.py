"""What leg 7 states about the year that it replays."""

import re
from pathlib import Path

import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.late_flights.golden import SCORES

PAGE = (Path(__file__).parents[3] / "docs/late_flights/leg-7.md").read_text("utf-8")


@pytest.fixture(scope="module")
def late() -> pd.Series:
    year = flights()
    return (~(year["arr_delay"] <= 15)).groupby(year["month"]).mean() * 100


def printed(name: str) -> tuple[float, float, float]:
    """Return the gain that the page prints last for a policy, with its interval."""
    lines = [each for each in PAGE.splitlines() if each.strip().startswith(f"{name} ")]
    gain, low, high = map(float, re.findall(r"-?\d+\.\d+", lines[-1])[-3:])
    return gain, low, high


def test_july_and_december_are_the_worst_and_september_the_best(
    late: pd.Series,
) -> None:
    assert late.nlargest(2).index.tolist() == [12, 7]
    assert late.idxmin() == 9


def test_the_model_does_not_expect_the_fall_in_september(late: pd.Series) -> None:
    rows = [line.split() for line in PAGE.splitlines() if re.match(r"\d+ +\d+\.", line)]
    months = {int(row[0]): [float(value) for value in row[1:]] for row in rows}
    august, september = months[8], months[9]

    assert {month: row[0] for month, row in months.items()} == late.loc[5:].round(
        1
    ).to_dict()
    assert round(august[0] - september[0], 1) == 10.3
    assert round(august[1] - september[1], 1) == 1.6


@pytest.mark.parametrize("name", ["monthly, all so far", "triggered, all so far"])
def test_fitting_again_on_all_flights_so_far_pays(name: str) -> None:
    _, low, _ = printed(name)

    assert low > 0


@pytest.mark.parametrize(
    "name", ["triggered, last 28 days", "trigger over calendar", "over leg 4:"]
)
def test_these_differences_are_not_measurable(name: str) -> None:
    _, low, high = printed(name)

    assert low < 0 < high


def test_the_share_of_the_last_28_days_is_not_measurably_closer() -> None:
    _, low, high = printed("off by")

    assert low < 0 < high


def test_the_wait_that_january_to_april_choose_has_false_alarms_after() -> None:
    waits = [line for line in PAGE.splitlines() if re.match(r"wait \d h", line)]
    spring = [float(line.split("to April ")[1].split()[0]) for line in waits]

    assert [rate == 0 for rate in spring] == [False, True, True]
    assert "from May 1.0 [0.4, 1.9]" in waits[1]


def test_the_weather_ends_on_30_december_in_the_evening() -> None:
    last = weather().groupby("origin")["time_hour"].max()
    local = last.dt.tz_convert("America/New_York")

    assert {f"{hour:%d %B %H}" for hour in local} == {"30 December 18"}


def test_leg_4_is_quoted_with_its_pinned_score() -> None:
    assert SCORES[4] == 0.686
    assert f"and leg 4 with {SCORES[4]}, on the same flights" in PAGE
