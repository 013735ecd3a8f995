"""A small service that can break in many places, and what can be seen from outside.

Each hour it writes a board: how likely each flight of the next eight hours is late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["Release", "Service", "observe", "run"]

_READINGS = ["wind_speed", "precip", "visib"]
_KEY = ["time_hour", "carrier", "flight"]
_PATIENCE = 2  # seconds: the board is written within the hour, whatever the feed does
_MPH_PER_KNOT = 1.15078
_HOUR = pd.Timedelta("1h")


@dataclass(frozen=True, kw_only=True)
class Release:
    """What goes live together: weights of the model, threshold, time zone.

    `ordinary` holds a mean of each reading, for an answer without the weather.
    """

    weights: Mapping[str, float]
    ordinary: Mapping[str, float]
    threshold: float
    zone: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """The service as it stands; `kept` is a feed that its memory did not let go."""

    weather: pd.DataFrame
    timetable: pd.DataFrame
    last_week: pd.DataFrame
    live: Release
    released: Release
    older: Release
    board: Path
    spare: Path
    fetch_seconds: float = 0.1
    kept: pd.DataFrame | None = None
    use_weather: bool = True


def run(service: Service, now: pd.Timestamp) -> pd.DataFrame:
    """Write the board.

    Parameters
    ----------
    service : Service
        Where the board comes from, and goes to.
    now : Timestamp
        The moment, with a time zone.

    Returns
    -------
    DataFrame of shape (n, 5)
        One row per flight of the next eight hours: its key, `chance` in [0, 1], and
        `listed`, whether the desk must look after it.

    Raises
    ------
    TimeoutError
        If the feed takes longer than 2 seconds.
    """
    live, sky = service.live, service.weather
    hour = service.timetable["time_hour"].dt.tz_convert(live.zone).dt.hour
    first = now.tz_convert(live.zone).hour
    soon = service.timetable[service.timetable["hour"].between(first, first + 7)]
    inputs = pd.DataFrame(dict(live.ordinary), index=soon.index)
    if service.use_weather:
        if service.fetch_seconds > _PATIENCE:
            raise TimeoutError(f"feed must answer in {_PATIENCE} s, took longer")
        sky = sky if service.kept is None else service.kept
        hours = sky.pivot(index="time_hour", columns="origin", values=_READINGS)
        newest = hours.iloc[-1].unstack(level=0).astype(float)
        inputs = newest.reindex(soon["origin"]).set_axis(soon.index)
    inputs = inputs.assign(hour=hour[soon.index], one=1.0)
    logit = inputs[list(live.weights)] @ pd.Series(live.weights)
    board = soon[_KEY].assign(chance=1 / (1 + np.exp(-logit)))
    board["listed"] = board["chance"] >= live.threshold
    board.to_csv(service.board, index=False)
    return board


def observe(service: Service, now: pd.Timestamp) -> dict[str, float]:
    """Run the service, and read every signal that it gives.

    Parameters
    ----------
    service : Service
        The service as it stands.
    now : Timestamp
        The moment, with a time zone.

    Returns
    -------
    dict of str to float
        Each signal, from the feed down to the board. NaN: it cannot be read.
    """
    live, released, table = service.live, service.released, service.timetable
    used = service.weather if service.kept is None else service.kept
    hour = table["time_hour"].dt.tz_convert(live.zone).dt.hour
    flights = 100 * table["origin"].value_counts()
    volume = (flights / service.last_week["origin"].value_counts()).fillna(0)
    board, error = pd.DataFrame({"listed": []}), None
    try:
        board = run(service, now)
    except (KeyError, ValueError, OSError) as raised:
        error = type(raised)
    return {
        "fetch seconds": service.fetch_seconds,
        **_weather(service.weather, now),
        "weather used h": (now - used["time_hour"].max()) / _HOUR,
        "fullest airport %": float(volume.max()),
        "emptiest airport %": float(volume.min()),
        "clock off h": float((hour - table["hour"]).abs().max()),
        "model changed": float(live.weights != released.weights),
        "settings changed": float(live.threshold != released.threshold),
        "disk errors": float(error not in (None, KeyError, ValueError, TimeoutError)),
        "no board": float(error is not None),
        "flights listed %": 100 * float(board["listed"].mean()),
    }


def _weather(sky: pd.DataFrame, now: pd.Timestamp) -> dict[str, float]:
    shown = sky.reindex(columns=_READINGS)
    recent = sky["time_hour"] > sky["time_hour"].max() - 6 * _HOUR
    knots = shown["wind_speed"].dropna() / _MPH_PER_KNOT
    rows = sky[["origin", "time_hour"]]
    change = shown.fillna(-1).groupby(sky["origin"]).diff().fillna(1).ne(0).any(axis=1)
    news = sky["time_hour"].where(change).groupby(sky["origin"]).max().min()
    return {
        "columns missing": float(len(set(_READINGS) - set(sky.columns))),
        "rows repeated": float(rows.duplicated().sum()),
        "null readings %": 100 * float(shown[recent].isna().to_numpy().mean()),
        "top wind mph": float(shown.loc[recent, "wind_speed"].max()),
        "whole knots %": 100 * float(((knots - knots.round()).abs() < 0.01).mean()),
        "feed age h": (now - sky["time_hour"].max()) / _HOUR,
        "feed unchanged h": (sky["time_hour"].max() - news) / _HOUR,
    }
