"""A table's ends, keys and impossible values are found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.explore.first_hour import candidate_keys, profile, suspicious

TABLE = pd.DataFrame(
    {
        "carrier": ["UA", "UA", "B6", None],
        "flight": [1, 2, 1, 2],
        "delay": [3.0, np.nan, -1.0, 4.0],
        "day": pd.to_datetime(["2013-01-03", "2013-01-01", "2013-01-02", "NaT"]),
        "late": [True, False, True, True],
    }
)


def test_a_line_has_nulls_values_and_ends() -> None:
    lines = profile(TABLE)

    assert list(lines.columns) == ["null", "distinct", "least", "middle", "most"]
    assert [*lines.loc["carrier"]][:3] == [0.25, 2, "B6"]
    assert lines.loc["carrier", "most"] == "UA"
    assert lines["middle"].isna()["carrier"]
    assert [*lines.loc["flight"]] == [0, 2, 1, 1.5, 2]
    assert [*lines.loc["delay"]] == [0.25, 3, -1, 3, 4]
    assert lines.loc["day", "middle"] == pd.Timestamp(2013, 1, 2)
    assert [*lines.loc["late"]][:3] == [0, 2, False]
    assert lines["middle"].isna()["late"]


def test_a_column_without_values_has_no_ends() -> None:
    line = profile(pd.DataFrame({"a": [None, None]})).loc["a"]

    assert [*line[["null", "distinct"]]] == [1, 0]
    assert line[["least", "middle", "most"]].isna().all()


def test_the_smallest_keys_are_found_in_the_order_of_the_table() -> None:
    assert candidate_keys(TABLE, ["flight", "carrier"]) == [("carrier", "flight")]
    assert candidate_keys(TABLE, TABLE.columns) == [("delay",), ("day",)]


def test_a_null_is_a_value_that_may_occur_once_in_a_key() -> None:
    once = pd.DataFrame({"a": [1.0, np.nan]})

    assert candidate_keys(once, "a") == [("a",)]
    assert candidate_keys(pd.concat([once, once]), "a") == []


def test_no_key_is_longer_than_asked_for() -> None:
    assert candidate_keys(TABLE, ["carrier", "flight"], at_most=1) == []


columns = st.lists(st.integers(0, 2), min_size=6, max_size=6)


@given(columns=st.lists(columns, min_size=1, max_size=4))
def test_a_key_names_each_row_once_and_no_part_of_it_does(columns) -> None:
    table = pd.DataFrame({f"c{at}": column for at, column in enumerate(columns)})

    keys = candidate_keys(table, table.columns)

    for key in keys:
        assert not table.duplicated([*key]).any()
        for name in key:
            rest = [each for each in key if each != name]
            assert not rest or table.duplicated(rest).any()
    assert bool(keys) == (not table.duplicated().any())


@pytest.mark.parametrize(("names", "at_most"), [(["gone"], 4), (["flight"], 0)])
def test_columns_that_are_not_there_are_refused(names, at_most) -> None:
    with pytest.raises(ValueError, match="columns must be in table, at_most 1 or more"):
        candidate_keys(TABLE, names, at_most=at_most)


SPEED = pd.DataFrame({"mph": [*range(1, 100), 1048.0]}, index=range(100, 200))


def test_an_extreme_far_beyond_the_others_is_found_with_its_row() -> None:
    found = suspicious(SPEED)

    assert found["column"].tolist() == ["mph"]
    assert found["row"].tolist() == [199]
    assert found["value"].tolist() == [1048]
    far = SPEED["mph"] - 50.5
    assert found["times"].tolist() == pytest.approx([997.5 / far.quantile(0.99)])


def test_both_ends_are_looked_at_and_the_farthest_comes_first() -> None:
    both = SPEED.assign(mph=SPEED["mph"].mask(SPEED["mph"] == 1, -5000))

    assert suspicious(both)["value"].tolist() == [-5000, 1048]


def test_the_factor_is_the_limit() -> None:
    times = suspicious(SPEED)["times"].iloc[0]

    assert len(suspicious(SPEED, factor=times)) == 1
    assert suspicious(SPEED, factor=times + 0.01).empty


@pytest.mark.parametrize(
    "values", [[], [1], [5, 5, 5], [np.nan, np.nan], [np.inf, 1, 2], ["a", "b"]]
)
def test_what_has_no_spread_is_not_suspicious(values) -> None:
    assert suspicious(pd.DataFrame({"a": values})).empty


@pytest.mark.parametrize("factor", [1, 0, -3, np.nan, np.inf])
def test_a_factor_that_finds_everything_is_refused(factor) -> None:
    with pytest.raises(ValueError, match="factor must be above 1"):
        suspicious(SPEED, factor=factor)


@pytest.mark.parametrize(
    "function", [profile, suspicious, lambda table: candidate_keys(table, ["a"])]
)
def test_two_columns_of_one_name_are_refused(function) -> None:
    with pytest.raises(ValueError, match="names of their own: 'a'"):
        function(pd.DataFrame([[1, 2]], columns=["a", "a"]))
