"""What the page states about the cell, its refactoring and the flights, recomputed."""

import ast
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.cross import refactor_before
from snippets.cross.refactor import late
from snippets.cross.refactor.golden import check_golden, differences
from snippets.cross.refactor.late import departed, late_table
from snippets.cross.refactor.measure import branches, repeats, vague_names
from snippets.data import flights, weather

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/cross/refactor.md").read_text(encoding="utf-8")
GOLDEN = Path(__file__).with_name("late_table.csv")
KEY = ["airport", "hour"]

TableOf = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
late_cell: TableOf = refactor_before.late_cell
tidy_rewrite: TableOf = refactor_before.tidy_rewrite


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return weather()


@pytest.fixture(scope="module")
def pinned(year: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """The cell's answer, computed by the cell and equal to the golden file."""
    table = late_cell(year, records)
    check_golden(table, GOLDEN, key=KEY)
    return table


def city(table: pd.DataFrame) -> pd.Series:
    return table[table["airport"] == "NYC"].set_index("hour")["late"]


def moved(was: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """How much each share of late flights moved, in points, by airport and hour."""
    changed = differences(was, now, key=KEY).query("column == 'late'").set_index(KEY)
    return (changed["now"] - changed["golden"]).astype(float).round(1)


# The steps: the page's own diffs, applied in order.


def apply(source: str, diff: str) -> str:
    """Apply a unified diff strictly: the lines that it removes must be there."""
    before, after = source.splitlines(), list[str]()
    position = 0
    for line in diff.splitlines():
        head = re.match(r"@@ -(\d+),\d+ \+\d+,\d+ @@$", line)
        if head:
            start = int(head[1]) - 1
            after += before[position:start]
            position = start
        elif line.startswith("+"):
            after.append(line[1:])
        else:  # removed or context: a blank context line has lost its space
            assert before[position] == line[1:]
            after += [line[1:]] * (not line.startswith("-"))
            position += 1
    return "\n".join(after + before[position:]) + "\n"


def steps() -> list[str]:
    """The source of the cell, then of every step of the page."""
    versions = [inspect.getsource(late_cell)]
    for indented in re.findall(r"    ```diff\n(.*?)\n    ```", PAGE, re.DOTALL):
        diff = "\n".join(line[4:] for line in indented.splitlines())
        versions.append(apply(versions[-1], diff))
    return versions


def run(source: str) -> TableOf:
    names: dict[str, TableOf] = {"pd": pd}  # type: ignore[dict-item]
    exec(source, names)  # noqa: S102  the page's own code
    return names["late_table" if "def late_table" in source else "late_cell"]


def test_there_are_four_steps_and_one_commit_after_them() -> None:
    assert len(steps()) == 1 + 4 + 1
    assert PAGE.count("```diff") == 5


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_every_step_returns_the_pinned_table(
    step: int, year: pd.DataFrame, records: pd.DataFrame
) -> None:
    check_golden(run(steps()[step])(year, records), GOLDEN, key=KEY)


def test_the_last_step_is_the_module_without_types_and_docstrings() -> None:
    def bare(source: str) -> list[str]:
        functions = [
            n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)
        ]
        for function in functions:
            function.returns = None
            for argument in [*function.args.args, *function.args.kwonlyargs]:
                argument.annotation = None
            if ast.get_docstring(function):
                del function.body[0]
        return [ast.unparse(function) for function in functions]

    assert bare(steps()[-1]) == bare(inspect.getsource(late))


def test_branches_repeats_and_vague_names_fall_step_by_step() -> None:
    found = [(branches(s), repeats(s), len(vague_names(s))) for s in steps()]

    assert found[:5] == [(12, 26, 10), (5, 0, 10), (5, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert found[5] == (2, 0, 0)
    assert steps()[5].count("raise ") == 2


def test_only_the_commit_after_the_steps_refuses_what_the_cell_counts_wrongly(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    day = year[(year["month"] == 3) & (year["day"] == 1)]
    twice = pd.concat([records, records])
    null = day.assign(dep_delay=day["dep_delay"].where(day["dep_delay"] < 15))
    cell, *_, refactored, refusing = map(run, steps())

    pd.testing.assert_frame_equal(refactored(day, twice), cell(day, twice))
    pd.testing.assert_frame_equal(refactored(null, records), cell(null, records))
    with pytest.raises(pd.errors.MergeError):
        refusing(day, twice)
    with pytest.raises(ValueError, match="must have an origin, an hour and a delay"):
        refusing(null, records)
    assert not cell(null, records)["late"].any()  # a null delay is on time


def test_2013_has_nothing_that_the_commit_after_the_steps_refuses(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    known = departed(year)[["origin", "hour", "dep_delay"]]

    assert not known.isna().any(axis=None)
    assert not records.duplicated(["origin", "time_hour"]).any()


# The proof: the year (the page runs its months), and made-up tables for the rest.


def test_the_functions_return_the_pinned_table(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    check_golden(late_table(year, records), GOLDEN, key=KEY)


SLOT = st.tuples(st.sampled_from(["EWR", "JFK", "LGA"]), st.integers(21, 23))
SKY = st.tuples(st.sampled_from([None, 0, 0.1]), st.sampled_from([None, 2.9, 3]))
DELAY = st.none() | st.integers(14, 17)
COPIES = st.sampled_from([1, 29, 30])
MIDNIGHT = pd.Timestamp("2013-02-08", tz="UTC")

Group = tuple[
    tuple[str, int], int | None, int, tuple[float | None, float | None] | None
]
Example = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def typed(rows: list[tuple[object, ...]], *columns: str) -> pd.DataFrame:
    types = {"origin": "str", "hour": "int64"} | dict.fromkeys(columns, "float64")
    frame = pd.DataFrame(rows, columns=list(types)).astype(types)
    return frame.assign(time_hour=MIDNIGHT + pd.to_timedelta(frame["hour"], unit="h"))


@pytest.fixture(scope="module")
def made_up() -> list[Example]:
    """Flights and weather that 2013 lacks, and what the cell returns for them."""
    examples: list[Example] = []

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(SLOT, DELAY, COPIES, st.none() | SKY)))
    def collect(groups: list[Group]) -> None:
        rows = [(*slot, delay) for slot, delay, n, _ in groups for _ in range(n)]
        skies = {slot: sky for slot, _, _, sky in groups if sky is not None}
        flown = typed([*rows], "dep_delay")
        flown["dep_time"] = flown["dep_delay"] + 600
        flown["arr_delay"] = flown["dep_delay"]
        sky = typed([(*slot, *both) for slot, both in skies.items()], "precip", "visib")
        examples.append((flown, sky, late_cell(flown, sky)))

    collect()
    return examples


def agree(table_of: TableOf, examples: list[Example], *, dtypes: bool = False) -> None:
    """Compare with the cell; AssertionError at the first difference."""
    for flown, sky, old in examples:
        new = table_of(flown, sky)
        strict = dtypes or not old.empty
        pd.testing.assert_frame_equal(old, new, check_exact=True, check_dtype=strict)


def test_the_functions_agree_with_the_cell_on_made_up_tables(
    made_up: list[Example],
) -> None:
    agree(late_table, made_up)


def test_the_only_difference_is_the_dtypes_of_an_empty_table(
    made_up: list[Example],
) -> None:
    with pytest.raises(AssertionError, match="dtype"):
        agree(late_table, made_up, dtypes=True)


def test_the_functions_agree_with_the_cell_on_each_month(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    for _, month in year.groupby("month"):
        pd.testing.assert_frame_equal(
            late_cell(month, records), late_table(month, records), check_exact=True
        )


def test_a_fourth_airport_has_rows_in_the_functions_table_only(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    boston = pd.concat([year.head(99), year.head(99).assign(origin="BOS")])
    cell, table = late_cell(boston, records), late_table(boston, records)

    assert (cell["airport"] == "BOS").sum() == 0
    assert (table["airport"] == "BOS").sum() > 0
    others = table[table["airport"] != "BOS"].reset_index(drop=True)
    pd.testing.assert_frame_equal(cell, others)


def test_made_up_tables_have_cases_that_2013_lacks(made_up: list[Example]) -> None:
    flown = [flown for flown, _, _ in made_up]

    assert any(table.empty for table in flown)
    assert any(len(t) and t["dep_time"].isna().all() for t in flown)
    assert any(sky.empty and not old.empty for _, sky, old in made_up)
    assert any(old["late_bad"].notna().any() for _, _, old in made_up)


@pytest.mark.parametrize(
    ("there", "wrong"),
    [
        (">= min_bad", "> min_bad"),
        ('["precip"] > 0', '["precip"] >= 0'),
        ('["visib"] < 3', '["visib"] <= 3'),
        ("> late_after", ">= late_after"),
        ('how="left"', 'how="inner"'),
        ('flown[flown["bad"]]', "flown"),
        ("late_after: float = 15", "late_after: float = 16"),
        ("min_bad=min_bad", "min_bad=31"),
        (".notna()", ".isna()"),
    ],
)
def test_made_up_tables_catch_a_wrong_step(
    there: str, wrong: str, made_up: list[Example]
) -> None:
    source = inspect.getsource(late)
    assert source.count(there) == 1

    with pytest.raises((AssertionError, ValueError)):  # or it's refused
        agree(run(source.replace(there, wrong)), made_up)


def test_made_up_tables_catch_the_rewrite(made_up: list[Example]) -> None:
    with pytest.raises(AssertionError):
        agree(tidy_rewrite, made_up)


# The rewrite, and the cost of each of its lines.


def test_the_rewrite_moves_the_worst_hour_from_21_to_22(
    pinned: pd.DataFrame, year: pd.DataFrame, records: pd.DataFrame
) -> None:
    rewrite = tidy_rewrite(year, records)

    assert len(rewrite) == len(pinned) == 75
    assert round(pinned["late"].mean(), 1) == 22.4
    assert round(rewrite["late"].mean(), 1) == 22.5
    assert (city(pinned).idxmax(), city(pinned).max()) == (21, 37.2)
    assert (city(rewrite).idxmax(), city(rewrite).max()) == (22, 38.0)
    assert city(pinned)[22] == 31.8
    assert len(moved(pinned, rewrite)["NYC"]) == 16


def test_the_rewrite_fails_the_golden_test(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    with pytest.raises(AssertionError, match="181 values differ, 73 in n, 56 in late_"):
        check_golden(tidy_rewrite(year, records), GOLDEN, key=KEY)


def test_22_has_a_quarter_of_the_flights_of_21(pinned: pd.DataFrame) -> None:
    flown = pinned[pinned["airport"] == "NYC"].set_index("hour")["n"]

    assert round(flown[22] / flown[21], 2) == 0.24


def test_only_dropna_loses_1175_flights_and_little_of_the_citys_share(
    pinned: pd.DataFrame, year: pd.DataFrame, records: pd.DataFrame
) -> None:
    points = moved(pinned, late_table(year.dropna(), records))

    assert len(departed(year)) - len(year.dropna()) == 1_175
    assert departed(year)["arr_delay"].isna().sum() == 1_175
    assert points["NYC"].abs().max() == 0.2
    assert city(late_table(year.dropna(), records)).idxmax() == 21


def test_only_an_inner_join_loses_1528_flights_and_moves_newark_at_23(
    pinned: pd.DataFrame, year: pd.DataFrame, records: pd.DataFrame
) -> None:
    known = year.merge(records[["origin", "time_hour"]])
    points = moved(pinned, late_table(known, records))

    assert len(departed(year)) - len(departed(known)) == 1_528
    assert points.abs().idxmax() == ("EWR", 23)
    assert points["EWR", 23] == 3.8
    assert city(late_table(known, records)).idxmax() == 21


def test_only_a_mean_of_means_moves_the_worst_hour(pinned: pd.DataFrame) -> None:
    flown = pinned[pinned["hour"] == 22].set_index("airport")["n"].to_dict()
    airports = pinned[pinned["airport"] != "NYC"]
    means = airports.groupby("hour")["late"].mean().round(1)

    assert flown == {"EWR": 61, "LGA": 192, "JFK": 2_308, "NYC": 2_561}
    assert round(means[22] - city(pinned)[22], 1) == 6.3
    assert means.idxmax() == 22


# What looked wrong during the refactoring.


def test_2140_flights_left_exactly_15_minutes_late(year: pd.DataFrame) -> None:
    assert (departed(year)["dep_delay"] == 15).sum() == 2_140


def test_no_n_counts_the_8255_cancelled_flights(
    pinned: pd.DataFrame, year: pd.DataFrame
) -> None:
    counted = pinned.loc[pinned["airport"] == "NYC", "n"].sum()

    assert len(year) - counted == 8_255


def test_no_clock_reads_0000_so_both_filters_agree(year: pd.DataFrame) -> None:
    assert year["dep_time"].min() == 1
    assert year["dep_time"].max() == 2_400


def test_neither_the_cell_nor_the_functions_change_their_input(
    year: pd.DataFrame, records: pd.DataFrame
) -> None:
    day = year[(year["month"] == 3) & (year["day"] == 1)]
    given_ = day.copy()

    late_cell(day, records)
    late_table(day, records)

    pd.testing.assert_frame_equal(day, given_)


# The metrics.


def test_ruff_counts_the_same_branches_and_one_for_each_function() -> None:
    paths = [refactor_before.__file__, late.__file__]
    options = ["--isolated", "--select=C901", "--config=lint.mccabe.max-complexity=0"]
    ruff = [sys.executable, "-m", "ruff", "check", *options, "--output-format=json"]
    report = subprocess.run(
        [*ruff, *[str(path) for path in paths]],
        capture_output=True,
        text=True,
        check=False,  # ruff exits with 1 if it finds something
    )
    pattern = re.compile(r"`(\w+)` is too complex \((\d+) > 0\)")
    found = {
        match[1]: int(match[2]) - 1
        for message in json.loads(report.stdout)
        if (match := pattern.match(message["message"]))
    }

    assert found.pop("late_cell") == branches(inspect.getsource(late_cell)) == 12
    refusals = {"share_late": 1, "late_table": 1}
    assert found == dict.fromkeys(["tidy_rewrite", *late.__all__], 0) | refusals


def test_the_cell_has_67_lines_and_the_rewrite_16() -> None:
    cell, rewrite = (inspect.getsource(f) for f in (late_cell, tidy_rewrite))

    assert len(cell.splitlines()) == 67
    assert len(rewrite.splitlines()) == 16


# The exercise.


def test_the_mean_of_each_flights_speed_moves_15_of_16_carriers(
    year: pd.DataFrame,
) -> None:
    landed = year[year["air_time"] > 0]
    landed = landed.assign(mph=landed["distance"] / (landed["air_time"] / 60))
    total = landed.groupby("carrier")[["distance", "air_time"]].sum()
    speed = (total["distance"] / (total["air_time"] / 60)).round(1)
    mean = landed.groupby("carrier")["mph"].mean().round(1)

    assert (len(speed), (mean != speed).sum()) == (16, 15)
    assert (mean - speed).abs().idxmax() == "US"
    assert (speed["US"], mean["US"]) == (379.9, 341.9)


def test_pandas_rounds_the_made_up_carrier_up_and_python_rounds_it_down() -> None:
    mph = 2007 / (1200 / 60)

    assert mph == 100.35
    assert Decimal(mph) < Decimal("100.35")
    assert (pd.Series([mph]).round(1)[0], round(mph, 1)) == (100.4, 100.3)
