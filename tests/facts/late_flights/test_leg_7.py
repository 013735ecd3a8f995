"""What leg 7 states about the year that it replays."""

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


def printed(row: str) -> dict[int, float]:
    """Return a row of the table of months."""
    (line,) = [each for each in PAGE.splitlines() if each.startswith(f"{row}  ")][:1]
    return dict(zip(range(5, 13), map(float, line.split()[1:]), strict=True))


def test_july_and_december_are_the_worst_and_september_the_best(
    late: pd.Series,
) -> None:
    assert late.nlargest(2).index.tolist() == [12, 7]
    assert late.idxmin() == 9


def test_the_model_does_not_expect_the_fall_in_september(late: pd.Series) -> None:
    predicted, came = printed("predicted"), printed("late")

    assert came == late.loc[5:].round(1).to_dict()
    assert round(came[8] - came[9], 1) == 10.3
    assert round(predicted[8] - predicted[9], 1) == 1.6


def test_the_weather_ends_on_30_december_in_the_evening() -> None:
    last = weather().groupby("origin")["time_hour"].max()
    local = last.dt.tz_convert("America/New_York")

    assert {f"{hour:%d %B %H}" for hour in local} == {"30 December 18"}


def test_the_scoreboard_has_the_rows_of_earlier_legs() -> None:
    for leg, row in SCORES.items():
        score = f"{leg} {row['auc']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"

        assert f"   {score}" in PAGE
