"""What the page states about its suites and about the clocks of 2013."""

import inspect

import pandas as pd
import pytest

from snippets.data import flights
from snippets.engineer import testing_before
from snippets.engineer.testing import delays
from snippets.engineer.testing.mutants import killed, mutants


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


def test_delays_equal_the_recorded_ones_for_every_flight(table: pd.DataFrame) -> None:
    late = delays.delay(table["sched_dep_time"], table["dep_time"])

    assert late.equals(table["dep_delay"])
    assert (table["dep_time"] == 2400).sum() == 29
    assert (table["dep_time"] == 0).sum() == 0


def test_before_the_suite_that_runs_every_line_kills_7_of_43_mutants() -> None:
    found = [
        killed(mutant, testing_before.suite)
        for mutant in mutants(inspect.getsource(delays))
    ]

    assert (sum(found), len(found)) == (7, 43)


def test_no_flight_due_after_midnight_left_before_it(
    table: pd.DataFrame,
) -> None:
    due = delays.hhmm_to_minutes(table["sched_dep_time"])

    assert (due + table["dep_delay"] < 1).sum() == 0
