"""What the page states about the late and the lost flights of 2013, recomputed."""

import pandas as pd
import pytest

from snippets.basecamp.mountains.arrivals import arrivals
from snippets.basecamp.mountains_before import late_share
from snippets.data import flights


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


def test_the_four_lines_count_a_flight_that_never_arrived_as_in_time() -> None:
    one_late = pd.DataFrame({"origin": ["EWR"] * 3, "arr_delay": [None, None, 60.0]})

    assert late_share(one_late, ["origin"]).tolist() == [pytest.approx(1 / 3)]
    assert arrivals(one_late, ["origin"])["failed_share"].tolist() == [1]


@pytest.mark.parametrize("by", [["month", "day"], ["carrier"], ["origin", "hour"]])
def test_the_second_answer_begins_with_the_first(
    table: pd.DataFrame, by: list[str]
) -> None:
    assert arrivals(table, by)["late_share"].equals(late_share(table, by))


def test_the_report_calls_9_february_one_of_the_46_best_days(
    table: pd.DataFrame,
) -> None:
    days = late_share(table, ["month", "day"])

    snow = days.to_dict()[2, 9]

    assert (days < snow).sum() == 45
    assert round(snow, 3) == 0.098
    assert snow < (table["arr_delay"] > 15).mean()


def test_two_thirds_of_9_february_failed(table: pd.DataFrame) -> None:
    day = arrivals(table, ["month", "day"]).T[(2, 9)]
    snow = table.query("month == 2 and day == 9")

    assert (len(snow), snow["dep_time"].isna().sum()) == (684, 393)
    assert day["lost"] == 393
    assert round(day["failed_share"], 3) == 0.673


def test_6_march_is_the_other_green_day_when_a_third_failed(
    table: pd.DataFrame,
) -> None:
    days = arrivals(table, ["month", "day"])
    year = (table["arr_delay"] > 15).mean()
    green = days[(days["late_share"] < year) & (days["failed_share"] > 1 / 3)]

    assert green.index.tolist() == [(2, 9), (3, 6)]
    assert green["lost"].tolist() == [393, 181]


def test_28_flights_in_a_thousand_have_no_arrival_delay(table: pd.DataFrame) -> None:
    assert round(table["arr_delay"].isna().mean(), 3) == 0.028


def test_endeavor_cancels_more_than_jetblue(table: pd.DataFrame) -> None:
    cancelled = table["dep_time"].isna().groupby(table["carrier"]).mean()

    assert round(cancelled["9E"], 3) == 0.057
    assert round(cancelled["B6"], 3) == 0.009
