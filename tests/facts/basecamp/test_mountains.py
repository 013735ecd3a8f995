"""What the page states about the late and the lost flights of 2013, recomputed."""

import pandas as pd
import pytest

from snippets.basecamp.mountains import arrivals
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


def so_far(table: pd.DataFrame) -> pd.Series:
    """Return the late share of the days before each day, by date."""
    late = (table["arr_delay"] > 15).groupby([table["month"], table["day"]])
    total = late.agg(["sum", "size"]).cumsum().shift(1)
    return total["sum"] / total["size"]


def test_the_report_is_green_on_9_february_by_what_is_known_that_morning(
    table: pd.DataFrame,
) -> None:
    snow = late_share(table, ["month", "day"]).to_dict()[2, 9]
    to_date = so_far(table).to_dict()[2, 9]

    assert (round(snow, 3), round(to_date, 3)) == (0.098, 0.217)


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
    green = days[(days["late_share"] < so_far(table)) & (days["failed_share"] > 1 / 3)]

    assert green.index.tolist() == [(2, 9), (3, 6)]
    assert green["lost"].tolist() == [393, 181]


def test_both_ways_have_the_same_best_month_and_the_same_three_worst(
    table: pd.DataFrame,
) -> None:
    looks = late_share(table, ["month"]), arrivals(table, ["month"])["failed_share"]
    for share in looks:
        months = share.sort_values().index.tolist()

        assert (months[0], months[-3:]) == (9, [6, 7, 12])


def test_28_flights_in_a_thousand_have_no_arrival_delay(table: pd.DataFrame) -> None:
    assert round(table["arr_delay"].isna().mean(), 3) == 0.028


def test_endeavor_cancels_more_than_jetblue(table: pd.DataFrame) -> None:
    cancelled = table["dep_time"].isna().groupby(table["carrier"]).mean()

    assert round(cancelled["9E"], 3) == 0.057
    assert round(cancelled["B6"], 3) == 0.009
