"""Bad rows are refused by name, counted and found, and logs keep secrets."""

import json
import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.cross.errors import (
    JsonLines,
    RowError,
    bisect_rows,
    parse_all,
    parse_clock,
)


@pytest.mark.parametrize(
    ("clock", "minutes"), [(0, 0), (5, 5), (517.0, 317), (2359, 1439), (2400, 1440)]
)
def test_a_clock_is_minutes_after_midnight(clock, minutes) -> None:
    assert parse_clock(clock) == minutes


@given(minutes=st.integers(0, 1440))
def test_each_minute_of_the_day_comes_back(minutes) -> None:
    assert parse_clock(minutes // 60 * 100 + minutes % 60) == minutes


@pytest.mark.parametrize("clock", [np.nan, None, pd.NA, "5:17", "517", True])
def test_what_is_no_number_is_refused(clock) -> None:
    with pytest.raises(RowError, match="clock must be a number, got") as caught:
        parse_clock(clock)
    assert caught.value.rule == "clock must be a number"


@pytest.mark.parametrize("clock", [-1, 2401, 60, 1275, 12.5, np.inf])
def test_what_is_no_clock_is_refused(clock) -> None:
    with pytest.raises(RowError, match=f"from 0000 to 2400, got {clock}"):
        parse_clock(clock)


CLOCKS = pd.Series([517.0, np.nan, 2400.0, 1275.0], index=list("abcd"))


def test_each_row_has_its_value_or_the_rule_that_it_broke() -> None:
    table = parse_all(CLOCKS, parse_clock, at_most=0.5)

    assert list(table.index) == list("abcd")
    assert table["parsed"].fillna(-1).tolist() == [317, -1, 1440, -1]
    assert table["broke"].tolist() == [
        "",
        "clock must be a number",
        "",
        "clock must be from 0000 to 2400",
    ]


def test_too_many_bad_rows_are_refused_with_counts_and_the_first() -> None:
    with pytest.raises(ValueError, match="too many bad rows") as caught:
        parse_all(CLOCKS, parse_clock, at_most=0.49)

    assert "1 times clock must be a number, 1 times clock must be from" in str(
        caught.value
    )
    assert "row 'b': clock must be a number, got nan" in str(caught.value)


def test_a_mistake_is_not_a_bad_row() -> None:
    with pytest.raises(ZeroDivisionError):
        parse_all(CLOCKS, lambda clock: 1 // 0, at_most=1)


def test_no_rows_have_no_bad_ones() -> None:
    assert parse_all(CLOCKS[:0], parse_clock, at_most=0).shape == (0, 2)


@pytest.mark.parametrize("at_most", [-0.1, 1.1, np.nan])
def test_a_limit_that_is_no_share_is_refused(at_most) -> None:
    with pytest.raises(ValueError, match="at_most must be from 0 to 1"):
        parse_all(CLOCKS, parse_clock, at_most=at_most)


@given(rows=st.integers(1, 200), data=st.data())
def test_halving_finds_the_only_bad_row_in_a_few_calls(rows, data) -> None:
    bad = data.draw(st.integers(0, rows - 1))
    table = pd.DataFrame({"wind": [5.0] * rows}, index=range(100, 100 + rows))
    table.iloc[bad, 0] = 1048
    calls = []

    def fails(part):
        calls.append(len(part))
        return bool((part["wind"] > 253).any())

    assert bisect_rows(table, fails) == 100 + bad
    assert len(calls) <= np.ceil(np.log2(rows)) + 2


def test_of_several_bad_rows_one_is_found() -> None:
    table = pd.DataFrame({"n": [0, 9, 0, 9]})

    assert bisect_rows(table, lambda part: bool((part["n"] > 5).any())) in (1, 3)


@pytest.mark.parametrize(
    ("table", "fails", "message"),
    [
        (pd.DataFrame({"n": [1]}), lambda part: False, "must hold rows that fail"),
        (pd.DataFrame({"n": []}), lambda part: True, "must hold rows that fail"),
        (pd.DataFrame({"n": [1, 2]}, index=[0, 0]), len, "a label of its own"),
        (pd.DataFrame({"n": [1, 2]}), lambda part: len(part) > 1, "needs two or more"),
    ],
)
def test_what_cannot_be_halved_is_refused(table, fails, message) -> None:
    with pytest.raises(ValueError, match=message):
        bisect_rows(table, fails)


def line(formatter: JsonLines, **extra: object) -> dict:
    logger = logging.getLogger("test")
    record = logger.makeRecord("test", logging.INFO, "", 1, "read %s", ("a",), None)
    for key, value in extra.items():
        setattr(record, key, value)
    return json.loads(formatter.format(record))


def test_a_record_is_one_line_of_json_with_its_fields() -> None:
    assert line(JsonLines(redact=[]), fields={"rows": 3}) == {
        "level": "INFO",
        "message": "read a",
        "rows": 3,
    }


@pytest.mark.parametrize("redact", ["token", ["token"], {"token"}])
def test_a_secret_is_not_written(redact) -> None:
    fields = {"token": 42, "rows": 3}

    written = line(JsonLines(redact=redact), fields=fields)
    assert (written["token"], written["rows"]) == ("***", 3)
    assert fields["token"] == 42


def test_an_error_is_written_with_its_name() -> None:
    error = RowError("clock must be a number", 3)

    written = line(JsonLines(redact=[]), exc_info=(RowError, error, None))
    assert written["error"] == "RowError: clock must be a number, got 3"
    assert "error" not in line(JsonLines(redact=[]), exc_info=(None, None, None))
