"""The numbers in leg 1 are those that its own cells print."""

from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import jupytext
import matplotlib.pyplot as plt
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from snippets.late_flights.golden import SCORES

SOURCE = Path(__file__).parents[3] / "docs/late_flights/leg-1.py"


class Run:
    """Runs the notebook's cells from top to bottom in one namespace."""

    def __init__(self) -> None:
        cells = jupytext.read(SOURCE, fmt="py:percent").cells
        self.text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
        self.alt = " ".join(cell.metadata.get("alt", "") for cell in cells)
        self.code = [cell for cell in cells if cell.cell_type == "code"]
        self.names: dict[str, Any] = {"In": [""]}
        self.printed: list[str] = []
        for cell in self.code:
            self.names["In"].append(cell.source)
            # One thread, as on the page: the number of threads changes a sum of floats.
            with threadpool_limits(1), redirect_stdout(StringIO()) as printed:
                exec(cell.source, self.names)  # noqa: S102 - our own notebook
            self.printed.append(printed.getvalue())

    def score(self, cell: int) -> float:
        """Return the accuracy that a cell printed."""
        return float(self.printed[cell].removeprefix("accuracy "))

    @property
    def in_place(self) -> int:
        """The number of the only cell that changes `flights` in place."""
        tagged = [
            number
            for number, cell in enumerate(self.code)
            if "in-place" in cell.metadata.get("tags", [])
        ]
        (number,) = tagged
        return number


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        yield Run()


def test_the_score_in_the_notebook_is_superb(run: Run) -> None:
    first, final = run.score(run.in_place - 1), run.score(run.in_place)

    assert f"{first:.2f} at the first try!" in run.text
    assert f"**{final:.2f}.** We catch 99 of 100 late flights." in run.text
    assert f"One afternoon gave a score of {final:.2f}." in run.text


def test_the_in_place_cell_prints_another_score_on_a_second_run(run: Run) -> None:
    first, second = run.score(run.in_place), run.score(run.in_place + 1)

    assert run.code[run.in_place].source in run.names["In"]
    assert "exec(" in run.code[run.in_place + 1].source
    assert first - second > 0.05
    assert f"{first:.2f} at the first run, {second:.2f} at the second." in run.text


def test_the_cell_that_loads_the_flights_cannot_be_run_again(run: Run) -> None:
    (loading,) = [c.source for c in run.code if "flights = flights()" in c.source]

    with pytest.raises(TypeError, match="not callable"):
        exec(loading, dict(run.names))  # noqa: S102 - our own notebook


def test_the_honest_model_sees_the_same_flights(run: Run) -> None:
    assert run.names["rows"].index.equals(run.names["sample"].index)


def test_the_honest_model_sees_nothing_written_down_after_the_decision(
    run: Run,
) -> None:
    later = {"dep_time", "dep_delay", "arr_time", "arr_delay", "air_time", "took"}

    assert later - {"arr_delay"} < set(run.names["X"].columns)
    assert not later & set(run.names["known"].columns)


def test_each_fault_costs_what_the_list_states(run: Run) -> None:
    accuracy = run.names["scores"]["accuracy"]
    leak, split = accuracy["without the leak"], accuracy["and split by time"]
    caught = run.names["scores"].loc["and split by time", "late flights found"]
    baseline = accuracy['always "on time"']

    assert f"Accuracy {accuracy['as written']:.2f} instead of {leak:.2f}." in run.text
    assert f"| {leak:.2f} instead of {split:.2f}. |" in run.text
    assert f'Saying "on time" every time scores {baseline:.2f}' in run.text
    assert split < baseline - 0.02
    assert f"{accuracy['as written']:.2f} as written, {leak:.2f} without" in run.alt
    assert f"{split:.2f} when also split by time, and {baseline:.2f} for" in run.alt
    assert f"The honest model finds {100 * caught:.0f} of 100." in run.text


def test_five_of_the_columns_are_empty_before_departure(run: Run) -> None:
    later = ["dep_time", "dep_delay", "arr_time", "air_time", "took"]

    assert set(run.names["X"].columns) - set(run.names["known"].columns) - {
        "year",
        "should_take",
    } == set(later)
    assert "five of the model's columns are empty" in run.text


def test_the_dropped_rows_include_the_storm(run: Run) -> None:
    scheduled = run.names["scheduled"]
    february = scheduled[scheduled["month"] == 2].groupby("day")["dropped"]
    lost, total = february.sum(), february.size()

    assert 0.02 < scheduled["dropped"].mean() < 0.03, "under 3 % of the rows"
    assert f"{scheduled['dropped'].sum():,} flights. The storm" in run.text
    assert f"{lost[8]} of the {total[8]} flights of 8 February" in run.text
    assert f"{lost[9]} of the {total[9]} of the 9th are gone" in run.text


def test_without_the_dropped_rows_the_storm_looks_like_any_day(run: Run) -> None:
    flights, feb = run.names["flights"], run.names["feb"]
    on_the_9th = feb[feb["day"] == 9]["on_time"].mean()

    assert on_the_9th == pytest.approx(flights["on_time"].mean(), abs=0.01)
    assert f"On the 9th {on_the_9th:.0%}" in run.text
    assert round(run.names["per_day"].mean(), -2) == 900
    assert f"{run.names['per_day'].min()} on 9 February" in run.alt


def test_lateness_triples_from_morning_to_evening(run: Run) -> None:
    late = run.names["scheduled"].assign(late=lambda f: f["arr_delay"] > 15)
    by_hour = late.groupby("hour")["late"].mean()

    assert by_hour[21] > 3 * by_hour[6]
    dawn, night = (f"{run.names['by_hour'][hour]:.0f}%" for hour in (6, 21))
    assert f"{dawn} at six in the morning, {night} at nine in the evening" in run.text
    assert f"rises from {dawn} at 06 h to {night} at 21 h" in run.alt


def test_the_carriers_praised_as_punctual_are_the_three_worst_of_16(run: Run) -> None:
    late = run.names["flights"].assign(late=lambda f: f["arr_delay"] > 15)
    by_carrier = late.groupby("carrier")["late"].mean()

    assert len(by_carrier) == 16
    assert list(by_carrier.nlargest(3).index) == ["F9", "FL", "YV"]
    assert by_carrier.equals(late.groupby("carrier")["on_time"].mean())


def test_the_pasted_line_prints_the_evening_as_winter(run: Run) -> None:
    evening, winter = (run.names[n]["on_time"].mean() for n in ("evening", "winter"))

    assert f"evening: {evening:.3f}\nwinter:  {evening:.3f}\n" in run.printed
    assert f"Winter at {evening:.3f} instead of {winter:.3f}." in run.text


def test_the_notebook_measures_the_score_that_later_legs_pin(run: Run) -> None:
    assert round(run.names["score"], 3) == SCORES[1]


def test_the_notebook_lists_the_planted_faults_in_their_order(run: Run) -> None:
    table = run.text.split("fixes it |")[1].split("Even the honest")[0]
    listed = [line for line in table.splitlines() if line.startswith("| ")]
    words = [
        "A leak", "A random split", "No baseline", "catch rate", "`dropna()`",
        "in place", "hides its loader", "`on_time` is true", "Pasted lines",
    ]  # fmt: skip

    assert len(listed) == len(words)
    for line, word in zip(listed, words, strict=True):
        assert word in line
