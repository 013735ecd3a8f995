"""What the page states about cells that change what they read, recomputed."""

import inspect
import textwrap

import pandas as pd
import pytest

from snippets.data import flights
from snippets.explore.notebooks import unsafe_twice
from snippets.explore.notebooks_before import CELLS
from snippets.late_flights.leg_4_before import cells


@pytest.fixture(scope="module")
def means() -> list[float]:
    """The mean delay after each number of presses."""
    left, found = flights(), []
    for _ in range(7):
        found.append(left["arr_delay"].mean())
        left = left[left["arr_delay"] < left["arr_delay"].quantile(0.99)]
    return found


def test_each_press_takes_a_minute_and_the_fifth_makes_flights_early(means) -> None:
    assert [round(mean, 2) for mean in means[:3]] == [6.90, 4.32, 2.67]
    assert round(means[5], 2) == -0.89
    assert means[4] > 0 > means[5]


def test_the_cells_on_the_page_print_what_the_presses_give(means, capsys) -> None:
    kernel: dict = {}
    for cell in (*CELLS, CELLS[2], CELLS[3]):
        exec(cell, kernel)  # noqa: S102

    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == [
        f"{means[1]:.2f}",
        f"{means[2]:.2f}",
    ]
    assert unsafe_twice(CELLS) == [(3, "table")]


def test_a_clock_that_is_converted_twice_is_wrong() -> None:
    clock = pd.Series([1730])
    once = clock // 100 * 60 + clock % 100

    assert (once.item(), (once // 100 * 60 + once % 100).item()) == (1050, 650)


def test_the_clocks_of_leg_1_are_found() -> None:
    raw = textwrap.dedent(inspect.getsource(cells).partition("\n")[2])

    names = {name for _, name in unsafe_twice([raw.replace("return ", "")])}
    clocks = {"arr_time", "dep_time", "sched_arr_time", "sched_dep_time"}
    assert {f"flights['{clock}']" for clock in clocks} < names
