"""What the page states about swallowed errors, recomputed."""

import pandas as pd
import pytest

from snippets.cross.errors import bisect_rows
from snippets.cross.errors_before import departures
from snippets.data import flights, late, weather


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    table = flights()
    table["late"] = late(table)
    return table


def test_a_bare_except_takes_two_points_off_july(year) -> None:
    july = year[year["month"] == 7]
    gone = july.drop(departures(july).index)

    assert len(gone) == 946
    assert gone["dep_time"].isna().sum() == 940
    assert (gone["dep_time"] == 2400).sum() == 6
    whole, read = july["late"].mean(), departures(july)["late"].mean()
    assert (round(100 * whole, 1), round(100 * read, 1)) == (34.1, 31.9)
    assert round(940 / len(july), 3) == 0.032


def test_the_impossible_hour_is_found_in_about_15_calls() -> None:
    calls = []

    def too_windy(hours):
        calls.append(len(hours))
        return bool((hours["wind_speed"] > 253).any())

    row = bisect_rows(weather(), too_windy)

    assert weather()["wind_speed"].to_dict()[row] > 1000
    assert 15 <= len(calls) <= 17


def test_the_check_would_stop_the_job_on_a_day_in_fourteen(year) -> None:
    latest = year.groupby(["month", "day"])["dep_time"].max()

    assert (latest > 2359).sum() == 25
    assert 14 < len(latest) / 25 < 15


def test_one_flight_in_two_hundred_has_no_weather(year) -> None:
    known = weather()[["origin", "time_hour", "wind_speed"]]
    joined = year.merge(known, on=["origin", "time_hour"], how="left", validate="m:1")

    assert 190 < len(joined) / joined["wind_speed"].isna().sum() < 210
