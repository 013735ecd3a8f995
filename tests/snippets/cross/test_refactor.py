"""Golden files, the late table, and the metrics of code."""

import ast
import doctest
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from snippets.cross.refactor.golden import check_golden, differences, record_golden
from snippets.cross.refactor.late import (
    add_weather,
    bad_weather,
    departed,
    late_table,
    share_late,
)
from snippets.cross.refactor.measure import branches, repeats, vague_names

KEY = ["airport", "hour"]
NULL = float("nan")
KEEPS_COLUMNS = r"^table must have an index of 0, 1, \.\.\.: call reset_index\(\)$"
NO_RETURN = r"^a text does not come back from CSV as it was: is one empty\?$"


# golden files


@pytest.fixture
def answer() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "airport": ["EWR", "EWR", "JFK"],
            "hour": [5, 6, 5],
            "late": [0.1 + 0.2, NULL, 12.5],
            "busy": [True, False, True],
            "note": ["NA", None, 'a "quoted", word'],
        }
    )


@pytest.fixture
def golden(answer: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "answer.csv"
    record_golden(answer, path)
    return path


def test_an_answer_matches_its_own_golden_file(
    answer: pd.DataFrame, golden: Path
) -> None:
    check_golden(answer, golden, key=KEY)


def test_the_file_is_text_with_the_dtypes_in_its_header(golden: Path) -> None:
    assert golden.read_bytes().decode() == (
        "airport:str,hour:int64,late:float64,busy:bool,note:str\n"
        "EWR,5,0.30000000000000004,True,NA\n"
        "EWR,6,,False,\n"
        'JFK,5,12.5,True,"a ""quoted"", word"\n'
    )


def test_an_answer_without_rows_keeps_its_dtypes(
    answer: pd.DataFrame, tmp_path: Path
) -> None:
    record_golden(answer.head(0), tmp_path / "none.csv")

    check_golden(answer.head(0), tmp_path / "none.csv", key=KEY)
    with pytest.raises(AssertionError, match="9 values differ"):
        check_golden(answer, tmp_path / "none.csv", key=KEY)


def test_a_column_name_may_contain_a_colon(tmp_path: Path) -> None:
    table = pd.DataFrame({"hour": [5], "late: %": [0.5]})
    record_golden(table, tmp_path / "colon.csv")

    check_golden(table, tmp_path / "colon.csv", key=["hour"])


def test_a_text_of_digits_stays_text(tmp_path: Path) -> None:
    table = pd.DataFrame({"row": [1, 2], "flight": ["007", "1e3"]})
    record_golden(table, tmp_path / "digits.csv")

    check_golden(table, tmp_path / "digits.csv", key=["row"])


def test_a_golden_file_is_never_overwritten(answer: pd.DataFrame, golden: Path) -> None:
    before = golden.read_bytes()

    with pytest.raises(FileExistsError, match=r"answer\.csv exists: delete it in a"):
        record_golden(answer.assign(hour=0), golden)

    assert golden.read_bytes() == before


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (pd.DataFrame({"v": [1]}, index=[7]), KEEPS_COLUMNS),
        (
            pd.DataFrame({"v": [pd.Timestamp(0)]}),
            "^cast column 'v' of table to .*, is datetime64",
        ),
        (pd.DataFrame({"v": ["a", 1]}), "'v' .* is object"),
        (pd.DataFrame({"v": [1]}, dtype="int32"), "'v' .* is int32$"),
        (pd.DataFrame({"v": ["", "a"]}), NO_RETURN),  # "" reads as null
        (pd.DataFrame({"v": ["a\rb"]}), NO_RETURN),
        (pd.DataFrame({"v": ["a,\rb"]}), NO_RETURN),  # even in quotes
        (pd.DataFrame({1: ["a"]}), NO_RETURN),  # the name is read as "1"
        (pd.DataFrame([[1, 2]], columns=["v", "v"]), r"names of their own: \['v', 'v'"),
        (pd.DataFrame(), r"names of their own: \[\]"),
    ],
    ids=[
        "index",
        "datetime",
        "mixed",
        "int32",
        "empty",
        "return",
        "quoted",
        "name",
        "a duplicate name",
        "no column",
    ],
)
def test_an_answer_that_csv_cannot_hold_is_refused_and_not_written(
    table: pd.DataFrame, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "refused.csv"

    with pytest.raises(ValueError, match=reason):
        record_golden(table, path)

    assert not path.exists()


def test_a_difference_is_counted_and_named(answer: pd.DataFrame, golden: Path) -> None:
    now = answer.assign(late=[0.3, NULL, 13.5], busy=[True, True, True])

    with pytest.raises(AssertionError) as caught:
        check_golden(now, golden, key=KEY)

    assert str(caught.value).splitlines() == [
        "answer.csv: 3 values differ, 2 in late, 1 in busy",
        "airport  hour column              golden  now",
        "    EWR     5   late 0.30000000000000004  0.3",
        "    EWR     6   busy               False True",
        "    JFK     5   late                12.5 13.5",
    ]


def test_five_differences_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    hours = pd.DataFrame({"hour": range(24), "n": 0})
    record_golden(hours, tmp_path / "hours.csv")

    with pytest.raises(AssertionError, match="24 values differ, 24 in n") as caught:
        check_golden(hours.assign(n=1), tmp_path / "hours.csv", key=["hour"])

    assert len(str(caught.value).splitlines()) == 2 + 5


def test_the_order_of_rows_is_part_of_the_answer(
    answer: pd.DataFrame, golden: Path
) -> None:
    with pytest.raises(AssertionError, match="the same rows in another order"):
        check_golden(answer[::-1], golden, key=KEY)


def test_the_index_is_not_part_of_the_answer(
    answer: pd.DataFrame, golden: Path
) -> None:
    check_golden(answer.set_axis([7, 8, 9]), golden, key=KEY)


@pytest.mark.parametrize(
    "change",
    [{"hour": "float64"}, {"busy": "int64"}],
)
def test_a_dtype_is_part_of_the_answer(
    change: dict[str, str], answer: pd.DataFrame, golden: Path
) -> None:
    with pytest.raises(AssertionError, match=r"columns were .* are"):
        check_golden(answer.astype(change), golden, key=KEY)


def test_the_order_of_columns_is_part_of_the_answer(
    answer: pd.DataFrame, golden: Path
) -> None:
    with pytest.raises(AssertionError, match="columns were"):
        check_golden(answer[answer.columns[::-1]], golden, key=KEY)


@pytest.mark.parametrize(("atol", "agrees"), [(0.25, True), (0.24, False)])
def test_numbers_may_differ_by_atol_but_not_more(
    atol: float, agrees: bool, answer: pd.DataFrame
) -> None:
    now = answer.assign(late=answer["late"] + 0.25)

    found = differences(answer, now, key=KEY, atol=atol)

    assert found.empty == agrees


def test_atol_is_for_numbers_only(answer: pd.DataFrame) -> None:
    texts = answer.assign(note=["1", "2", "3"])
    now = texts.assign(note=["1", "2", "4"], busy=False)

    found = differences(texts, now, key=KEY, atol=5)

    assert found["column"].tolist() == ["busy", "busy", "note"]


def test_check_golden_uses_atol(answer: pd.DataFrame, golden: Path) -> None:
    check_golden(answer.assign(late=[0.4, NULL, 12.4]), golden, key=KEY, atol=0.11)


def test_without_atol_no_difference_is_too_small(
    answer: pd.DataFrame, golden: Path
) -> None:
    now = answer.assign(late=[0.3, NULL, 12.5])

    assert differences(answer, now, key=KEY)["now"].tolist() == [0.3]
    with pytest.raises(AssertionError, match="1 values differ, 1 in late"):
        check_golden(now, golden, key=KEY)


def test_atol_does_not_apply_to_a_text_of_digits() -> None:
    was = pd.DataFrame({"hour": [5, 6], "n": [1, 2]})
    now = pd.DataFrame({"hour": [5], "n": [1.5]})

    found = differences(was, now, key=["hour"], atol=1)

    assert found["now"].tolist() == ["(no row)"]


def test_rows_are_in_the_order_of_the_golden_table_then_of_the_other() -> None:
    was = pd.DataFrame({"hour": [9, 5, 7], "n": [1, 2, 3]})
    now = pd.DataFrame({"hour": [8, 5, 6], "n": [1, 0, 3]})

    found = differences(was, now, key=["hour"])

    assert found["hour"].tolist() == [9, 5, 7, 8, 6]


def test_columns_are_counted_in_the_order_of_their_first_difference(
    answer: pd.DataFrame, golden: Path
) -> None:
    now = answer.assign(hour=[5, 6, 5], late=[0.0, NULL, 12.5], busy=[False] * 3)

    with pytest.raises(AssertionError, match="3 values differ, 1 in late, 2 in busy"):
        check_golden(now, golden, key=KEY)


def test_a_row_that_one_table_lacks_differs_in_every_column() -> None:
    was = pd.DataFrame({"hour": [5, 6], "n": [1, 2], "late": [0.5, 0.5]})
    now = pd.DataFrame({"hour": [6, 7], "n": [2, 3], "late": [0.5, NULL]})

    found = differences(was, now, key=["hour"])

    assert found.fillna("null").to_numpy().tolist() == [
        [5, "n", 1, "(no row)"],
        [5, "late", 0.5, "(no row)"],
        [7, "n", "(no row)", 3],
        [7, "late", "(no row)", "null"],
    ]
    assert found.columns.tolist() == ["hour", "column", "golden", "now"]


def test_integers_are_compared_as_integers_even_if_a_row_is_missing() -> None:
    was = pd.DataFrame({"hour": [5, 6], "n": [2**53, 1]})
    now = pd.DataFrame({"hour": [5], "n": [2**53 + 1]})  # equal as floats

    assert differences(was, now, key=["hour"])["hour"].tolist() == [5, 6]


def test_a_null_differs_from_a_number_but_not_from_a_null() -> None:
    was = pd.DataFrame({"hour": [5, 6, 7], "late": [NULL, NULL, 0.0]})
    now = pd.DataFrame({"hour": [5, 6, 7], "late": [NULL, 0.0, NULL]})

    assert differences(was, now, key=["hour"])["hour"].tolist() == [6, 7]


@pytest.mark.parametrize(
    ("now", "key", "reason"),
    [
        (pd.DataFrame({"hour": [5], "n": [1]}), ["hour", "n"], "key must be some"),
        (pd.DataFrame({"hour": [5], "n": [1]}), "minute", r"got \['minute'\], 0.0"),
        (pd.DataFrame({"hour": [5], "n": [1]}), [], r"atol >= 0, got \[\], 0.0"),
        (pd.DataFrame({"hour": [5], "n": [1]}), ["day"], r"got \['day'\]"),
        (pd.DataFrame({"hour": [5], "late": [1]}), ["hour"], "cannot compare"),
        (pd.DataFrame({"n": [1], "hour": [5]}), ["hour"], "cannot compare"),
        (pd.DataFrame({"hour": [5, 5], "n": [1, 2]}), ["hour"], r"\{'hour': 5\} twice"),
    ],
    ids=[
        "nothing to compare",
        "a str that is not a column",
        "no key",
        "a key that is not a column",
        "columns",
        "order of columns",
        "key",
    ],
)
def test_tables_that_cannot_be_compared_are_refused(
    now: pd.DataFrame, key: str | list[str], reason: str
) -> None:
    was = pd.DataFrame({"hour": [5], "n": [1]})

    with pytest.raises(ValueError, match=reason):
        differences(was, now, key=key)


@pytest.mark.parametrize(
    "key",
    ["row", ("row",), {"row"}, iter(["row"])],
    ids=["str", "tuple", "set", "iter"],
)
def test_a_key_may_be_a_name_or_any_iterable_of_names(
    key: str | Iterable[str], tmp_path: Path
) -> None:
    was = pd.DataFrame({"n": [1, 2], "row": [5, 6]})
    record_golden(was, tmp_path / "rows.csv")

    with pytest.raises(AssertionError, match="1 values differ, 1 in n"):
        check_golden(was.assign(n=[1, 3]), tmp_path / "rows.csv", key=key)


def test_the_key_is_listed_in_the_order_of_the_columns(answer: pd.DataFrame) -> None:
    found = differences(answer, answer.assign(late=0.0), key=["hour", "airport"])

    assert found.columns.tolist() == ["airport", "hour", "column", "golden", "now"]


@pytest.mark.parametrize("atol", [-0.1, NULL, float("inf")])
def test_an_atol_that_is_no_distance_is_refused(
    atol: float, answer: pd.DataFrame
) -> None:
    with pytest.raises(ValueError, match=f"atol >= 0, got .*, {atol}$"):
        differences(answer, answer, key=KEY, atol=atol)


def test_a_duplicate_key_in_the_golden_table_is_refused() -> None:
    was = pd.DataFrame({"hour": [5, 5], "n": [1, 2]})

    with pytest.raises(ValueError, match="key must name every row once"):
        differences(was, was.head(1), key=["hour"])


VALUES = st.tuples(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=True),
    st.booleans(),
    st.none()
    | st.text(st.characters(exclude_characters="\r", codec="utf-8"), min_size=1),
)
COLUMNS = {
    "row": "int64",
    "n": "int64",
    "late": "float64",
    "bad": "bool",
    "note": "str",
}


@st.composite
def answers(draw: st.DrawFn) -> pd.DataFrame:
    rows = [(row, *draw(VALUES)) for row in range(draw(st.integers(1, 4)))]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


@settings(max_examples=30, deadline=None)
@given(answers())
def test_every_answer_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory, table: pd.DataFrame
) -> None:
    path = tmp_path_factory.mktemp("golden") / "table.csv"
    record_golden(table, path)

    check_golden(table, path, key=["row"])


@settings(max_examples=30, deadline=None)
@given(answers(), st.data())
def test_a_single_changed_value_is_found(
    table: pd.DataFrame, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.sampled_from(["n", "late", "bad", "note"]))
    changed = {"n": 2**60, "late": -0.5, "bad": not table["bad"][row], "note": "\r"}
    assume(table[column][row] != changed[column])
    now = table.copy()
    now[column] = [*table[column][:row], changed[column], *table[column][row + 1 :]]

    found = differences(table, now, key=["row"])

    assert found[["row", "column"]].to_numpy().tolist() == [[row, column]]
    assert found["now"].tolist() == [changed[column]]


# the late table

MORNING = pd.Timestamp("2013-02-08 12:00", tz="UTC")


def flights(*rows: tuple[str, int, float | None]) -> pd.DataFrame:
    """Return a flight for each airport, hour and delay; null means cancelled."""
    columns = {"origin": "str", "hour": "int64", "dep_delay": "float64"}
    table = pd.DataFrame(list(rows), columns=list(columns)).astype(columns)
    return table.assign(
        dep_time=table["dep_delay"] + 700,
        time_hour=MORNING + pd.to_timedelta(table["hour"], unit="h"),
    )


def weather(*rows: tuple[str, int, float | None, float | None]) -> pd.DataFrame:
    """Return a record for each airport, hour, rain (inches) and visibility (miles)."""
    columns = {
        "origin": "str",
        "hour": "int64",
        "precip": "float64",
        "visib": "float64",
    }
    table = pd.DataFrame(list(rows), columns=list(columns)).astype(columns)
    return table.assign(time_hour=MORNING + pd.to_timedelta(table["hour"], unit="h"))


def test_a_flight_without_a_departure_time_has_not_departed() -> None:
    table = flights(("EWR", 6, None), ("JFK", 6, -3), ("LGA", 6, 40))

    assert departed(table)["origin"].tolist() == ["JFK", "LGA"]


def test_every_flight_keeps_its_place_with_or_without_weather() -> None:
    table = flights(("EWR", 6, 0), ("JFK", 6, 0), ("EWR", 7, 0), ("EWR", 6, 1))
    sky = weather(("EWR", 6, 0.1, 2.0), ("JFK", 9, 0.2, 1.0))

    found = add_weather(table, sky)

    assert found["origin"].tolist() == table["origin"].tolist()
    assert found["precip"].fillna(-1).tolist() == [0.1, -1, -1, 0.1]
    assert found["visib"].fillna(-1).tolist() == [2.0, -1, -1, 2.0]
    assert found.columns.tolist() == [*table.columns, "precip", "visib"]


def test_a_flight_keeps_its_label_when_its_weather_is_added() -> None:
    table = flights(("EWR", 6, 0), ("JFK", 6, 0)).set_axis([7, 7])

    found = add_weather(table, weather(("JFK", 6, 0.1, 2.0)))

    assert found.index.tolist() == [7, 7]
    assert found["precip"].fillna(-1).tolist() == [-1, 0.1]


def test_an_hour_with_two_weather_records_is_refused() -> None:
    sky = weather(("EWR", 6, 0.0, 10.0), ("EWR", 6, 0.1, 2.0))

    with pytest.raises(pd.errors.MergeError, match="not a many-to-one merge"):
        add_weather(flights(("EWR", 6, 0)), sky)


@pytest.mark.parametrize(
    ("precip", "visib", "bad"),
    [
        (0.0, 10.0, False),
        (0.01, 10.0, True),
        (0.0, 2.99, True),
        (0.0, 3.0, False),
        (0.01, 1.0, True),
        (None, 1.0, True),
        (0.01, None, True),
        (None, None, False),
    ],
)
def test_weather_is_bad_in_rain_or_below_three_miles(
    precip: float | None, visib: float | None, bad: bool
) -> None:
    frame = pd.DataFrame({"precip": [precip], "visib": [visib]}, dtype="float64")

    assert bad_weather(frame).tolist() == [bad]


def test_shares_are_percentages_of_the_flights_in_a_slot() -> None:
    flown = pd.DataFrame(
        {
            "origin": ["EWR", "EWR", "EWR", "JFK", "JFK"],
            "hour": [6, 6, 6, 6, 7],
            "late": [True, False, False, True, False],
            "bad": [True, True, False, True, False],
        }
    )

    found = share_late(flown, min_bad=2)

    assert found.index.tolist() == [("EWR", 6), ("JFK", 6), ("JFK", 7)]
    assert found["n"].tolist() == [3, 1, 1]
    assert found["late"].tolist() == [33.3, 100.0, 0.0]
    assert found["late_bad"].fillna(-1).tolist() == [50.0, -1, -1]


@pytest.mark.parametrize("column", ["origin", "hour", "late", "bad"])
def test_a_null_is_not_counted_in_a_share(column: str) -> None:
    flown = pd.DataFrame(
        {"origin": ["EWR"] * 2, "hour": 6, "late": True, "bad": [True, False]}
    )
    null = flown.astype({column: object})
    null.loc[1, column] = None

    with pytest.raises(ValueError, match=r"^flown must have no null in origin, hour, "):
        share_late(null)


@pytest.mark.parametrize("dtype", ["object", "boolean", "int64"])
def test_shares_are_numbers_whatever_holds_late_and_bad(dtype: str) -> None:
    flown = pd.DataFrame(
        {"origin": "EWR", "hour": 6, "late": [True, False], "bad": [True, False]}
    )

    found = share_late(flown.astype({"late": dtype, "bad": dtype}), min_bad=1)

    assert found["late_bad"].tolist() == [100.0]
    assert found["late"].dtype == found["late_bad"].dtype == "float64"


@pytest.mark.parametrize("column", ["origin", "hour", "dep_delay"])
def test_a_flight_that_left_with_a_null_is_refused(column: str) -> None:
    table = flights(("EWR", 6, 0), ("JFK", 7, 20)).astype({column: object})
    table.loc[1, column] = None

    with pytest.raises(ValueError, match=r"^flights that left must have an origin, an"):
        late_table(table, weather())


def test_every_airport_has_rows_and_the_city_has_all_flights() -> None:
    found = late_table(flights(("EWR", 6, 0), ("BOS", 6, 60)), weather())

    assert found["airport"].tolist() == ["BOS", "EWR", "NYC"]
    assert found["n"].tolist() == [1, 1, 2]


@pytest.mark.parametrize(("copies", "share"), [(29, -1), (30, 100.0)])
def test_thirty_flights_in_bad_weather_make_a_share(copies: int, share: float) -> None:
    table = flights(*[("EWR", 6, 20)] * copies)
    sky = weather(("EWR", 6, 0.1, 10.0))
    flown = table.assign(late=True, bad=True)

    assert late_table(table, sky)["late_bad"].fillna(-1).tolist() == [share, share]
    assert share_late(flown)["late_bad"].fillna(-1).tolist() == [share]


@pytest.mark.parametrize(("delay", "late"), [(15, 0.0), (16, 100.0), (None, None)])
def test_a_flight_is_late_after_fifteen_minutes(
    delay: float | None, late: float | None
) -> None:
    found = late_table(flights(("EWR", 6, delay)), weather())

    assert found["late"].tolist() == ([] if late is None else [late, late])


def test_late_after_and_min_bad_are_used() -> None:
    table = flights(("EWR", 6, 3), ("EWR", 6, 4))
    sky = weather(("EWR", 6, 0.1, 10.0))

    found = late_table(table, sky, late_after=3, min_bad=2)

    assert found[["late", "late_bad"]].to_numpy().tolist() == [[50, 50], [50, 50]]


def test_the_city_weighs_flights_and_not_airports() -> None:
    table = flights(("EWR", 22, 60), *[("JFK", 22, 0)] * 9)

    found = late_table(table, weather()).set_index("airport")

    assert found["late"].to_dict() == {"EWR": 100.0, "JFK": 0.0, "NYC": 10.0}
    assert found["n"].to_dict() == {"EWR": 1, "JFK": 9, "NYC": 10}


def test_without_flights_the_table_is_empty_and_keeps_its_dtypes() -> None:
    found = late_table(flights(("EWR", 6, None)), weather())

    assert found.empty
    assert found.dtypes.astype(str).to_dict() == {
        "airport": "str",
        "hour": "int64",
        "n": "int64",
        "late": "float64",
        "late_bad": "float64",
    }


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["EWR", "JFK", "LGA"]),
        st.integers(5, 7),
        st.none() | st.sampled_from([0.0, 15.0, 16.0]),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_airports_and_city_both_count_every_departed_flight(
    rows: list[tuple[str, int, float | None]],
) -> None:
    table = flights(*rows)
    given_ = table.copy()

    found = late_table(table, weather(("EWR", 6, 0.1, 2.0)))
    is_city = found["airport"] == "NYC"

    assert found.loc[is_city, "n"].sum() == table["dep_time"].count()
    assert found.loc[~is_city, "n"].sum() == table["dep_time"].count()
    pd.testing.assert_frame_equal(table, given_)


@settings(max_examples=15, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_flights_makes_no_difference(
    rows: list[tuple[str, int, float | None]], random: Random
) -> None:
    sky = weather(("EWR", 6, 0.1, 2.0))
    shuffled = random.sample(rows, len(rows))

    pd.testing.assert_frame_equal(
        late_table(flights(*shuffled), sky), late_table(flights(*rows), sky)
    )


# metrics

FRAGMENTS = {
    "late = delay > 15\n": 0,
    "if late:\n    print(1)\nelif bad:\n    print(2)\nelse:\n    print(3)\n": 2,
    "for hour in hours:\n    while hour:\n        hour -= 1\n": 2,
    "try:\n    load()\nexcept OSError:\n    pass\nexcept ValueError:\n    pass\n": 2,
    "share = 0 if n == 0 else late / n\n": 1,
    "found = [x for x in rows if x if x > 1]\n": 3,
    "pairs = {a: b for a in one for b in two}\n": 2,
    "match code:\n    case 1:\n        pass\n    case _:\n        pass\n": 2,
    "def share(n):\n    return 1 / n\n": 0,
}


@pytest.mark.parametrize(("source", "count"), FRAGMENTS.items())
def test_branches_are_counted(source: str, count: int) -> None:
    assert branches(source) == count


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(list(FRAGMENTS))))
def test_branches_add_up(fragments: list[str]) -> None:
    expected = sum(FRAGMENTS[fragment] for fragment in fragments)

    assert branches("".join(fragments)) == expected


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("", 0),
        ("a = 1\nb = 1\n", 0),
        ("a = 1\nb = 2\na  =  1  # again\n", 1),
        ("a = f(\n    1,\n)\na = f(1)\na = f(1)\n", 2),
        ("for h in x:\n    a = h\nfor h in x:\n    b = h\n", 1),  # heads only
        ('"""Text."""\n"""Text."""\n', 0),
        ("...\n...\n", 1),
        ("def one():\n    return 1\ndef two():\n    return 1\n", 1),
    ],
)
def test_repeats_are_statements_that_occur_again(source: str, count: int) -> None:
    assert repeats(source) == count


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(list(FRAGMENTS)), min_size=1))
def test_code_pasted_twice_repeats_each_of_its_statements(fragments: list[str]) -> None:
    source = "".join(fragments)
    statements = sum(isinstance(n, ast.stmt) for n in ast.walk(ast.parse(source)))

    assert repeats(source + source) == repeats(source) + statements


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("df = load()\ndf2 = df.dropna()\ntmp_1 = 3\n", ["df", "df2", "tmp_1"]),
        ("x, late = pair\n", ["x"]),
        ("for h in hours:\n    pass\n", ["h"]),
        ("late = [q for q in rows]\n", ["q"]),
        ("data2 = _res = ab = 1\n", ["_res", "ab", "data2"]),
        ("data = df = out = res = 1\n", ["data", "df", "out", "res"]),
        ("ret = temp = tmp = val = 1\n", ["ret", "temp", "tmp", "val"]),
        ("late = bad = abc = 1\n", []),
        ("Xab = abX = 1\n", []),
        ("for _ in hours:\n    pass\n", []),  # means: not used
        ("late = df + x\n", []),  # used, not assigned
    ],
)
def test_short_names_and_fillers_are_vague(source: str, names: list[str]) -> None:
    assert vague_names(source) == names


@pytest.mark.parametrize("measure", [branches, repeats, vague_names])
def test_text_that_is_not_python_is_refused(measure: Callable[[str], object]) -> None:
    with pytest.raises(SyntaxError):
        measure("late = =")


def test_the_example_of_branches_gives_what_it_shows() -> None:
    assert doctest.testmod(sys.modules[branches.__module__]).failed == 0
