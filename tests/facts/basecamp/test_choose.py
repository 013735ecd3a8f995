"""What the page states about the ladder, the flights and its own table, recomputed.

`python tests/facts/basecamp/test_choose.py` rewrites the page's table.
"""

import re
from pathlib import Path

import pandas as pd
import pytest

from snippets.basecamp.choose.advice import recommend, table
from snippets.basecamp.choose.situation import Situation
from snippets.data import flights, late

PAGE = Path(__file__).parents[3] / "docs/basecamp/choose.md"
# From the summary of the folded block to its end.
TABLE = re.compile(
    r'(<details id="choose-table".*?</summary>\n\n)(.*?)(\n</details>)', re.S
)


def with_table(text: str) -> str:
    return TABLE.sub(lambda found: found[1] + table() + found[3], text)


def test_the_page_holds_the_table_that_the_function_writes() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert TABLE.search(text), "the page has no <details id='choose-table'>"
    assert with_table(text) == text, (
        "the page's table isn't the ladder's; rewrite it with "
        "`.venv/bin/python tests/facts/basecamp/test_choose.py`"
    )


class TestPoints:
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
def year() -> pd.DataFrame:
    table = flights()
    day = pd.to_datetime(table[["year", "month", "day"]])
    return table.assign(late=late(table), date=day)


@pytest.fixture(scope="module")
def served(year: pd.DataFrame) -> float:
    return float(year.loc[year["month"] <= 4, "late"].mean())


class TestFlights:
    def test_january_to_april_are_late_in_26_7_percent(self, served: float) -> None:
        assert served == 29_137 / 109_119
        assert f"{served:.1%}" == "26.7%"

    def test_september_july_and_december_are_far_from_it(
        self, year: pd.DataFrame
    ) -> None:
        share = year.groupby("month")["late"].mean()

        assert f"{share[9]:.1%} {share[7]:.1%} {share[12]:.1%}" == "15.0% 34.1% 35.3%"

    def test_the_promise_for_september_is_78_percent_too_high(
        self, year: pd.DataFrame, served: float
    ) -> None:
        september = year.loc[year["month"] == 9, "late"]

        assert f"{served * len(september) / september.sum() - 1:.0%}" == "78%"

    @pytest.mark.parametrize("month", [7, 12])
    def test_july_and_december_get_over_2000_more_than_promised(
        self, year: pd.DataFrame, served: float, month: int
    ) -> None:
        happened = year.loc[year["month"] == month, "late"]

        assert happened.sum() - served * len(happened) > 2_000

    def test_over_eight_months_the_promise_is_5_percent_off(
        self, year: pd.DataFrame, served: float
    ) -> None:
        rest = year.loc[year["month"] >= 5, "late"]

        assert f"{served * len(rest) / rest.sum() - 1:.0%}" == "5%"

    def test_five_points_are_the_first_that_stay_silent_until_may(
        self, year: pd.DataFrame, served: float
    ) -> None:
        weeks = year.groupby("date")["late"].agg(["sum", "size"]).rolling(28).sum()
        gap = 100 * (weeks["sum"] / weeks["size"] - served).abs()
        learnt = gap[:"2013-04-30"]

        assert gap.index.size == 365  # no day without a flight: 28 rows are four weeks
        assert 4 < learnt.max() < 5
        assert gap[gap > 5].index[0] == pd.Timestamp("2013-06-28")


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
            for s in Situation.grid()
            if (s.question, s.users, s.harm, s.runs)
            == ("answered", "a team", "money", runs)
        ]

        assert recommend(case).rung.name == name


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
