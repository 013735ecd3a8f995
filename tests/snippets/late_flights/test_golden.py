"""The golden numbers are recomputed, and a table that changes one is refused."""

import re

import pandas as pd
import pytest

from snippets.late_flights.golden import (
    NUMBERS,
    SCORES,
    check_numbers,
    recompute,
)


def table() -> pd.DataFrame:
    """Four flights: one at 6:00 in July, three on 8 February, two of them cancelled."""
    return pd.DataFrame(
        {
            "month": [7, 2, 2, 2],
            "day": [4, 8, 8, 8],
            "hour": [6, 21, 21, 21],
            "dep_time": [600.0, None, None, 2100.0],
            "arr_delay": [16.0, None, None, 3.0],
        }
    )


def test_every_number_is_counted_by_hand_on_four_flights() -> None:
    flights = table()
    found = recompute(flights, ~(flights["arr_delay"] <= 15))

    assert list(found) == list(NUMBERS)
    assert list(found.values())[:5] == [4, 2, 2, 2, 0]
    assert list(found.values())[5:8] == [100.0, 66.7, 100.0]
    assert found["late in September, %"] != found["late in September, %"]


def test_the_day_after_and_the_months_of_autumn_are_counted_by_hand() -> None:
    flights = pd.DataFrame(
        {"month": [2, 9, 9, 9, 12, 12, 12], "day": 9, "hour": 6}
        | {"dep_time": [None, *[600.0] * 6], "arr_delay": [None, *[3.0] * 6]}
    )
    found = recompute(
        flights, pd.Series([False, True, False, False, True, True, False])
    )

    assert list(found.values())[3:6] == [0, 1, 42.9]
    assert found["late at 21:00, %"] != found["late at 21:00, %"]
    assert list(found.values())[8:] == [33.3, 66.7]


MOVED = """\
scheduled: 4, must be 336776; \
never left: 2, must be 8255; \
without an arrival delay: 2, must be 9430; \
never left, 8 February: 2, must be 472; \
never left, 9 February: 0, must be 393; \
late at 6:00, %: 100.0, must be 13.0; \
late at 21:00, %: 66.7, must be 39.1; \
late in July, %: 100.0, must be 34.1; \
late in September, %: nan, must be 15.0; \
late in December, %: nan, must be 35.3\
"""


def test_each_number_that_moved_is_named_with_its_golden_value() -> None:
    with pytest.raises(AssertionError, match=f"^{re.escape(MOVED)}$"):
        check_numbers(table(), pd.Series([True, True, True, False]))


@pytest.mark.parametrize(
    ("late", "got"),
    [
        (pd.Series([1, 1, 1, 0]), "int64"),
        (pd.Series([True]), "bool"),
        (pd.Series([True, True, True, False])[::-1], "bool"),
    ],
    ids=["ints", "too few", "another index"],
)
def test_a_label_of_the_wrong_type_or_length_is_refused(
    late: pd.Series, got: str
) -> None:
    with pytest.raises(
        ValueError, match=f"^late must be bool with the index of flights: {got}$"
    ):
        recompute(table(), late)


@pytest.mark.parametrize("column", ["month", "day", "hour"])
def test_a_flight_without_a_time_is_refused(column: str) -> None:
    flights, late = table(), pd.Series([True, True, True, False])
    flights[column] = flights[column].where(flights.index > 0)

    with pytest.raises(ValueError, match=r"^month, day and hour must have no null$"):
        recompute(flights, late)


def test_a_pinned_score_beats_a_coin() -> None:
    assert list(SCORES) == [1, 4]
    assert all(0.5 < score < 1 for score in SCORES.values())
