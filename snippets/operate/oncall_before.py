"""A board of late flights that goes wrong in silence. Bad on purpose."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

READINGS = ["wind_speed", "precip", "visib"]
HOUR = pd.Timedelta("1h")


class Release(NamedTuple):
    weights: dict
    ordinary: dict  # a mean of each reading, to answer without the weather
    threshold: float


class Service(NamedTuple):
    weather: pd.DataFrame
    timetable: pd.DataFrame
    last_week: pd.DataFrame
    live: Release
    released: Release
    board: Path
    fetch_seconds: float = 0.1
    kept: pd.DataFrame | None = None  # a feed that the process did not let go
    use_weather: bool = True


def chances(release, flights):
    hour = flights["time_hour"].dt.tz_convert("America/New_York").dt.hour
    inputs = flights.assign(one=1.0, hour=hour)[list(release.weights)].astype(float)
    return 1 / (1 + np.exp(-(inputs @ pd.Series(release.weights))))


def next_hours(flights, now):
    times = flights["time_hour"]
    return flights[(times >= now) & (times < now + 8 * HOUR)]


def write_board(service, now):
    soon = next_hours(service.timetable, now)
    inputs = soon.assign(**service.live.ordinary)
    if service.use_weather:
        if service.fetch_seconds > 2:
            raise TimeoutError("the feed takes longer than 2 s")
        sky = service.weather if service.kept is None else service.kept
        hours = sky.pivot(index="time_hour", columns="origin", values=READINGS)
        newest = hours.iloc[-1].unstack(level=0).astype(float)
        inputs[READINGS] = newest.reindex(soon["origin"]).to_numpy()
    board = soon[["time_hour", "carrier", "flight", "origin"]]
    board = board.assign(chance=chances(service.live, inputs))
    board["listed"] = board["chance"] >= service.live.threshold
    board.to_csv(service.board, index=False)
    return board
