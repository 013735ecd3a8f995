"""Clocks become minutes and delays, and each mutant differs in one place."""

import ast
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.testing.delays import delay, delay_by_carrier, hhmm_to_minutes
from snippets.engineer.testing.mutants import Mutant, killed, mutants

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=100)


def clock(minutes: int) -> int:
    minutes = (minutes - 1) % 1440 + 1
    return minutes // 60 * 100 + minutes % 60


class TestHhmmToMinutes:
    def test_counts_each_minute_of_the_day_once(self) -> None:
        clocks = pd.Series([clock(minute) for minute in range(1, 1441)])

        assert hhmm_to_minutes(clocks).tolist() == list(range(1, 1441))

    def test_keeps_nulls(self) -> None:
        assert hhmm_to_minutes(pd.Series([600.0, None])).isna().tolist() == [
            False,
            True,
        ]

    @pytest.mark.parametrize(
        "no_clock", [-5, 0, 60, 1260, 1299, 2401, 2460, 0.5, 600.5, float("inf")]
    )
    def test_refuses_an_invalid_clock_and_names_the_first(
        self, no_clock: float
    ) -> None:
        with pytest.raises(
            ValueError, match=f"^clock must be HHMM from 1 to 2400, got {no_clock}$"
        ):
            hhmm_to_minutes(pd.Series([600, no_clock, 9999]))

    def test_names_the_column_too(self) -> None:
        with pytest.raises(ValueError, match=r"^clock arr_time must be HHMM"):
            hhmm_to_minutes(pd.Series([None, 2401], name="arr_time"))


class TestDelay:
    @unhurried
    @given(st.integers(1, 1440), st.integers(-120, 1319))
    def test_recovers_the_delay_that_made_the_clock(self, due: int, late: int) -> None:
        minutes = delay(pd.Series([clock(due)]), pd.Series([clock(due + late)]))

        assert minutes.tolist() == [late]

    @pytest.mark.parametrize(
        ("due", "left", "late"),
        [(600, 555, -5), (2245, 30, 105), (1, 2359, -2), (600, 400, -120)],
    )
    def test_crosses_midnight_both_ways(self, due: int, left: int, late: int) -> None:
        assert delay(pd.Series([due]), pd.Series([left])).tolist() == [late]

    def test_names_the_clock_that_is_wrong(self) -> None:
        good, wrong = pd.Series([600]), pd.Series([2401])

        with pytest.raises(ValueError, match=r"^scheduled must be HHMM"):
            delay(wrong, good)
        with pytest.raises(ValueError, match=r"^actual must be HHMM"):
            delay(good, wrong)

    def test_refuses_clocks_of_other_rows(self) -> None:
        clocks = pd.Series([600, 700])

        with pytest.raises(ValueError, match=r"must have the same index, got two$"):
            delay(clocks, clocks[::-1])

    def test_is_null_if_a_flight_never_left(self) -> None:
        assert delay(pd.Series([600]), pd.Series([None], dtype=float)).isna().all()


class TestDelayByCarrier:
    def test_counts_the_cancelled_and_averages_the_others(self) -> None:
        flights = pd.DataFrame(
            {
                "carrier": ["UA", "UA", "UA", "UA", "B6"],
                "sched_dep_time": [600, 600, 2350, 600, 700],
                "dep_time": [605, None, 10, 555, 700],
            }
        )

        carriers = delay_by_carrier(flights)

        assert carriers["cancelled"].to_dict() == {"B6": 0, "UA": 0.25}
        assert carriers["mean"].to_dict() == {"B6": 0, "UA": pytest.approx(20 / 3)}

    @pytest.mark.parametrize("column", ["carrier", "sched_dep_time"])
    def test_refuses_a_flight_without_a_carrier_or_a_schedule(
        self, column: str
    ) -> None:
        flights = pd.DataFrame(
            {"carrier": ["UA"], "sched_dep_time": [600], "dep_time": [605]}
        )

        with pytest.raises(ValueError, match=r"^flights must have no null in carrier"):
            delay_by_carrier(flights.assign(**{column: None}))


SOURCE = '''
"""Text 1 is not changed."""


def is_late(minutes, limit=15):
    return minutes > limit
'''


class TestMutants:
    def test_changes_one_comparison_operator_or_number_at_a_time(self) -> None:
        changes = [(mutant.line, mutant.change) for mutant in mutants(SOURCE)]

        assert changes == [
            (5, "15 -> 16"),
            (5, "15 -> 14"),
            (6, "minutes > limit -> minutes >= limit"),
            (6, "minutes > limit -> minutes <= limit"),
        ]

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("a + b", ["a - b"]),
            ("a - b", ["a + b"]),
            ("a * b", ["a // b"]),
            ("a / b", ["a * b"]),
            ("a // b", ["a * b"]),
            ("a % b", ["a // b"]),
            ("a | b", ["a & b"]),
            ("a < b", ["a <= b", "a >= b"]),
            ("a <= b", ["a < b", "a > b"]),
            ("a >= b", ["a > b", "a < b"]),
            ("7", ["8", "6"]),
            ("True", []),
            ("'7'", []),
            ("1.5", []),
            ("a < b < c", []),
            ("a == b", ["a != b"]),
            ("a != b", ["a == b"]),
            ("a ** b", []),
        ],
    )
    def test_makes_exactly_these_wrong_versions(
        self, source: str, expected: list[str]
    ) -> None:
        assert [mutant.source for mutant in mutants(source)] == expected

    def test_does_not_change_the_rest_of_the_module(self) -> None:
        for mutant in mutants(SOURCE):
            before, after = mutant.change.split(" -> ")
            undone = mutant.source.replace(after, before)
            assert ast.dump(ast.parse(undone)) == ast.dump(ast.parse(SOURCE))

    def test_refuses_text_that_is_not_python(self) -> None:
        with pytest.raises(SyntaxError):
            mutants("def")


def _stop(module: ModuleType) -> None:
    module.stop()


class TestKilled:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("def double(x): return x * 2", False),
            ("def double(x): return x * 3", True),
            ("def double(x): raise KeyError(x)", True),
            ("HALF = 1 // 0\ndef double(x): return x * 2", True),
        ],
    )
    def test_is_true_if_the_suite_raises(self, source: str, expected: bool) -> None:
        def suite(module: ModuleType) -> None:
            assert module.double(4) == 8

        assert killed(Mutant(1, "", source), suite) is expected

    def test_counts_an_error_that_pytest_missed(self) -> None:
        def suite(module: ModuleType) -> None:
            with pytest.raises(ValueError, match="refused"):
                module.refuse()

        assert killed(Mutant(1, "", "def refuse(): pass"), suite)

    def test_does_not_catch_a_keyboard_interrupt(self) -> None:
        with pytest.raises(KeyboardInterrupt):
            killed(Mutant(1, "", "def stop(): raise KeyboardInterrupt"), _stop)

    def test_each_mutant_has_its_own_module(self) -> None:
        def suite(module: ModuleType) -> None:
            module.seen.append(1)
            assert module.seen == [1]

        mutant = Mutant(1, "", "seen = []")

        assert [killed(mutant, suite), killed(mutant, suite)] == [False, False]

    def test_refuses_a_mutant_that_is_not_python(self) -> None:
        with pytest.raises(SyntaxError):
            killed(Mutant(1, "", "def"), print)
