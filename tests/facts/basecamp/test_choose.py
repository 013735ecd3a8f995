"""What the page states about the sayings, the flights and its own table, recomputed.

`python tests/facts/basecamp/test_choose.py` rewrites the page's table.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from snippets.basecamp.choose.advice import recommend, table
from snippets.basecamp.choose.situation import Situation
from snippets.basecamp.choose_before import by_the_sayings, due
from snippets.data import flights

PAGE = Path(__file__).parents[3] / "docs/basecamp/choose.md"
# From the summary of the folded block to its end.
TABLE = re.compile(
    r'(<details id="choose-table".*?</summary>\n\n)(.*?)(\n</details>)', re.S
)

GRID = Situation.grid()
PAIRS = [(a, b) for a in GRID for b in GRID if b.covers(a) and a != b]


def with_table(text: str) -> str:
    return TABLE.sub(lambda found: found[1] + table() + found[3], text)


def test_the_page_holds_the_table_that_the_function_writes() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert TABLE.search(text), "the page has no <details id='choose-table'>"
    assert with_table(text) == text, (
        "the page's table isn't the ladder's; rewrite it with "
        "`.venv/bin/python tests/facts/basecamp/test_choose.py`"
    )


class TestSayings:
    def test_the_more_is_at_stake_the_sooner_it_is_due(self) -> None:
        assert due(GRID[0]) == "when it is done"
        assert due(Situation(users="a team")) == "when it is done"
        assert due(Situation(users="a team", harm="money")) == "this week"
        assert due(GRID[-1]) == "this week"

    def test_in_288_of_594_pairs_more_at_stake_gets_less_rigour(self) -> None:
        lapses = [by_the_sayings(b) < by_the_sayings(a) for a, b in PAIRS]

        assert (sum(lapses), len(PAIRS)) == (288, 594)

    @pytest.mark.parametrize("soon", range(6))
    def test_no_threshold_ever_raises_the_rigour(self, soon: int) -> None:
        assert not any(
            by_the_sayings(b, soon=soon) > by_the_sayings(a, soon=soon)
            for a, b in PAIRS
        )

    def test_most_at_stake_gets_a_hack_and_least_a_service(self) -> None:
        assert by_the_sayings(GRID[-1]) == 0
        assert by_the_sayings(GRID[0]) == 5

    def test_points_cannot_distinguish_a_service_from_a_script(self) -> None:
        scales = {
            "users": ["you", "a team", "the public"],
            "harm": ["an hour", "money", "health or rights"],
            "runs": ["once", "by hand", "unattended"],
        }
        found = {
            recommend(s).rung.name: sum(
                scale.index(getattr(s, name)) for name, scale in scales.items()
            )
            for s in (
                Situation("answered", "you", "health or rights", "unattended"),
                Situation("answered", "the public", "money", "by hand"),
            )
        }

        assert found == {"service": 4, "script": 4}


@pytest.fixture(scope="module")
def late() -> pd.DataFrame:
    table = flights()
    day = pd.to_datetime(table[["year", "month", "day"]])
    return table.assign(late=table["arr_delay"] > 15, date=day)


@pytest.fixture(scope="module")
def served(late: pd.DataFrame) -> float:
    return float(late.loc[late["month"] <= 4, "late"].mean())


class TestFlights:
    def test_january_to_april_are_late_in_23_4_percent(self, served: float) -> None:
        assert served == 25_493 / 109_119
        assert round(100 * served, 1) == 23.4

    def test_september_july_and_december_are_far_from_it(
        self, late: pd.DataFrame
    ) -> None:
        share = 100 * late.groupby("month")["late"].mean()

        assert share[[9, 7, 12]].round(1).tolist() == [13.0, 30.3, 31.3]

    def test_a_cancelled_flight_is_scheduled_and_not_late(
        self, late: pd.DataFrame
    ) -> None:
        cancelled = late[late["dep_time"].isna()]

        assert len(late) == 336_776
        assert len(cancelled) == 8_255
        assert not cancelled["late"].any()

    def test_1175_flights_left_without_an_arrival_delay_and_are_not_late(
        self, late: pd.DataFrame
    ) -> None:
        lost = late[late["dep_time"].notna() & late["arr_delay"].isna()]

        assert len(lost) == 1_175
        assert not lost["late"].any()

    def test_the_promise_for_september_is_80_percent_too_high(
        self, late: pd.DataFrame, served: float
    ) -> None:
        september = late.loc[late["month"] == 9, "late"]

        assert round(served * len(september) / september.sum() - 1, 2) == 0.80

    @pytest.mark.parametrize(("month", "missing"), [(7, 2_028), (12, 2_239)])
    def test_july_and_december_get_over_2000_more_than_promised(
        self, late: pd.DataFrame, served: float, month: int, missing: int
    ) -> None:
        happened = late.loc[late["month"] == month, "late"]

        assert round(happened.sum() - served * len(happened)) == missing

    def test_over_eight_months_the_promise_is_two_percent_off(
        self, late: pd.DataFrame, served: float
    ) -> None:
        rest = late.loc[late["month"] >= 5, "late"]

        assert round(served * len(rest) / rest.sum() - 1, 2) == 0.02

    @pytest.mark.parametrize(
        ("points", "first"), [(4, "2013-04-26"), (5, "2013-06-28")]
    )
    def test_five_points_stay_silent_until_28_june_and_four_do_not(
        self, late: pd.DataFrame, served: float, points: int, first: str
    ) -> None:
        weeks = late.groupby("date")["late"].agg(["sum", "size"]).rolling(28).sum()
        gap = (weeks["sum"] / weeks["size"] - served).abs()

        assert gap.index.size == 365  # no day without a flight: 28 rows are four weeks
        assert gap[100 * gap > points].index[0] == pd.Timestamp(first)


class TestLateFlights:
    """The page's own case, once as a memo and once as a service."""

    @pytest.mark.parametrize(
        ("runs", "name"), [("once", "memo"), ("unattended", "job")]
    )
    def test_a_one_off_answer_takes_a_memo_and_a_service_a_job(
        self, runs: str, name: str
    ) -> None:
        [case] = [
            s
            for s in GRID
            if (s.question, s.users, s.harm, s.runs)
            == ("answered", "a team", "money", runs)
        ]

        assert recommend(case).rung.name == name


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
