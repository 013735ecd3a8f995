"""What the page states about its tests and about the clocks of 2013."""

import inspect
from collections.abc import Callable
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from snippets.data import flights
from snippets.engineer import testing_before
from snippets.engineer.testing import delays
from snippets.engineer.testing.mutants import Mutant, killed, mutants

SOURCE = inspect.getsource(delays)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return flights()


def found_by(test: Callable[[], None]) -> int:
    def suite(version: ModuleType) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in delays.__all__:
                patch.setattr(delays, name, getattr(version, name))
            test()

    assert not killed(Mutant(0, "", SOURCE), suite)
    return sum(killed(mutant, suite) for mutant in mutants(SOURCE))


def clock(minutes: int) -> int:
    minutes = (minutes - 1) % 1440 + 1
    return minutes // 60 * 100 + minutes % 60


def four_delays() -> None:
    due, left = pd.Series([600, 2245, 600, 100]), pd.Series([555, 30, 400, 2259])
    assert delays.delay(due, left).tolist() == [-5, 105, -120, 1319]


def draft(scheduled: pd.Series, actual: pd.Series) -> pd.Series:
    late = delays.hhmm_to_minutes(actual) - delays.hhmm_to_minutes(scheduled)
    return late.where(late >= -120, late + 1440)


def test_delays_equal_the_recorded_ones_for_every_flight(table: pd.DataFrame) -> None:
    late = delays.delay(table["sched_dep_time"], table["dep_time"])

    assert late.equals(table["dep_delay"])


def test_before_the_test_that_runs_every_line_misses_38_of_51_bugs() -> None:
    every_line: Callable[[], None] = testing_before.test_every_line_runs

    assert len(mutants(SOURCE)) == 51
    assert found_by(every_line) == 13


def test_four_delays_find_more_bugs_than_every_line_does() -> None:
    assert found_by(four_delays) == 31


def test_the_draft_is_right_for_every_flight_of_2013(table: pd.DataFrame) -> None:
    late = draft(table["sched_dep_time"], table["dep_time"])

    assert late.equals(table["dep_delay"])


def test_the_draft_passes_the_unit_tests_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delays, "delay", draft)

    four_delays()


def test_no_flight_due_after_midnight_left_before_it(table: pd.DataFrame) -> None:
    due = delays.hhmm_to_minutes(table["sched_dep_time"])

    assert (due + table["dep_delay"] < 1).sum() == 0


@pytest.mark.parametrize("number", range(10))
def test_hypothesis_shrinks_the_fault_of_the_draft_to_one_minute(number: int) -> None:
    @seed(number)
    @settings(database=None, deadline=None)
    @given(due=st.integers(1, 1440), late=st.integers(-120, 1319))
    def comes_back(due: int, late: int) -> None:
        scheduled, actual = pd.Series([clock(due)]), pd.Series([clock(due + late)])
        assert draft(scheduled, actual).tolist() == [late]

    with pytest.raises(AssertionError) as error:
        comes_back()

    note = "\n".join(error.value.__notes__)
    assert "due=1,\n    late=-1," in note
