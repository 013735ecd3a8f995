import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from snippets import data
from snippets.data import (
    airlines,
    airports,
    flights,
    late,
    planes,
    python_topics,
    weather,
)

FOLDER = Path(data.__file__).parent
LOADERS: dict[str, Callable[[], pd.DataFrame]] = {
    "flights": flights,
    "weather": weather,
    "planes": planes,
    "airports": airports,
    "airlines": airlines,
    "python_topics": python_topics,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with only the sheet, where the loaders look for it and the tables."""
    shutil.copy(FOLDER / "sheet.toml", tmp_path)
    monkeypatch.setattr(data, "_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("table", "shape"),
    [
        ("flights", (336_776, 19)),
        ("weather", (26_115, 15)),
        ("planes", (3_322, 9)),
        ("airports", (1_458, 8)),
        ("airlines", (16, 2)),
        ("python_topics", (79, 2)),
    ],
)
def test_table_has_the_shape_in_its_docstring(
    table: str, shape: tuple[int, int]
) -> None:
    assert LOADERS[table]().shape == shape

    assert f"DataFrame of shape {shape}".replace(",", "") in (
        (LOADERS[table].__doc__ or "").replace(",", "")
    )


def test_first_flight_equals_that_of_the_package() -> None:
    first = flights().iloc[0]

    assert first["dep_time"] == 517
    assert (first["carrier"], first["flight"], first["tailnum"]) == (
        "UA",
        1545,
        "N14228",
    )
    assert first["time_hour"] == pd.Timestamp("2013-01-01 10:00", tz="UTC")


def test_topics_equal_the_output_of_help() -> None:
    topics = python_topics().set_index("topic")["text"]

    assert topics["assert"].startswith('The "assert" statement\n*****')
    assert topics.index[[0, -1]].tolist() == ["assert", "yield"]


def test_two_calls_return_independent_tables() -> None:
    changed = airlines()
    changed.loc[0, "name"] = "changed"

    assert airlines().loc[0, "name"] == "Endeavor Air Inc."


@pytest.mark.parametrize("table", LOADERS)
def test_missing_file_is_named_with_its_fix(folder: Path, table: str) -> None:
    with pytest.raises(FileNotFoundError) as error:
        LOADERS[table]()

    path = folder / f"{table}.parquet"
    advice = f"bring it back with `git checkout -- {path}`, or copy the folder again"
    assert str(error.value) == f"{path} is missing: {advice}"


@pytest.mark.parametrize("table", LOADERS)
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],  # cut off
        lambda content: b"",  # emptied
        lambda content: (
            content[:99] + bytes([content[99] ^ 1]) + content[100:]
        ),  # one bit flipped
        lambda content: (
            b"version https://git-lfs.github.com/spec/v1\n"
        ),  # a Git LFS pointer
    ],
    ids=["truncated", "empty", "flipped", "pointer"],
)
def test_damaged_file_is_named_with_its_fix(
    folder: Path, table: str, damage: Callable[[bytes], bytes]
) -> None:
    path = folder / f"{table}.parquet"
    path.write_bytes(damage((FOLDER / path.name).read_bytes()))

    with pytest.raises(ValueError, match="is damaged") as error:
        LOADERS[table]()

    advice = f"bring it back with `git checkout -- {path}`, or copy the folder again"
    reason = "its SHA-256 is not the one in sheet.toml"
    assert str(error.value) == f"{path} is damaged, {reason}: {advice}"


def test_missing_sheet_is_named_with_its_fix(folder: Path) -> None:
    (folder / "sheet.toml").unlink()

    with pytest.raises(
        FileNotFoundError, match=r"sheet\.toml is missing: bring it back with"
    ):
        airlines()


@pytest.mark.parametrize(
    "sheet",
    [
        b"",  # no tables
        b"[tables.flights]",  # not this table
        b"[tables.airlines]\nrows = 16",  # no hash
        b"[tables.airlines",  # not TOML
        b"\xff",  # not UTF-8
    ],
)
def test_damaged_sheet_is_named_with_its_fix(folder: Path, sheet: bytes) -> None:
    (folder / "sheet.toml").write_bytes(sheet)

    message = (
        r"sheet\.toml is damaged, it gives no SHA-256 of airlines: bring it back with"
    )
    with pytest.raises(ValueError, match=message):
        airlines()


def test_a_copy_of_the_folder_loads_the_same_table(folder: Path) -> None:
    expected = pd.read_parquet(FOLDER / "airlines.parquet")
    shutil.copy(FOLDER / "airlines.parquet", folder)

    pd.testing.assert_frame_equal(expected, airlines())


def test_a_flight_is_late_after_15_minutes_or_without_an_arrival() -> None:
    delays = pd.DataFrame({"arr_delay": [15.0, 15.1, None, -3.0]}, index=[3, 1, 2, 0])

    assert late(delays).to_dict() == {3: False, 1: True, 2: True, 0: False}


@pytest.mark.parametrize("kind", ["Float64", "double[pyarrow]", "object"])
def test_late_is_a_plain_bool_for_every_kind_of_column(kind: Any) -> None:
    delays = pd.DataFrame({"arr_delay": [15.0, 16.0, None]}).astype(kind)

    assert late(delays).dtype == bool
    assert late(delays).tolist() == [False, True, True]


def test_late_shares_of_2013() -> None:
    table = flights()
    shares = late(table).groupby(table["month"]).mean()

    assert round(late(table).mean(), 3) == 0.259
    assert shares.round(3)[[9, 7, 12]].tolist() == [0.150, 0.341, 0.353]
