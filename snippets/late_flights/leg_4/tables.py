"""What the model may know, and what it is asked: pure functions of the flights.

The decision falls two hours before departure. A column that is written down later is
not here, and a weather report only once its hour has ended.

Source: Kaufman, Rosset, Perlich and Stitelman (2012), Leakage in Data Mining, ACM
Transactions on Knowledge Discovery from Data 6.
"""

import numpy as np
import pandas as pd

from .utc import _utc

__all__ = ["EDGES", "LEAD", "known", "late", "minutes", "weather_known"]

LEAD = pd.Timedelta("2h")

# Where a reading is cut into steps. Inches, miles, mph, %, hPa.
EDGES: dict[str, list[float]] = {
    "precip": [0, 0.02, 0.1],
    "visib": [1, 3, 6, 9],
    "wind_speed": [5, 10, 15, 20, 25],
    "humid": [40, 60, 80, 90],
    "pressure": [1005, 1010, 1015, 1020, 1025],
}


def minutes(clock: pd.Series) -> pd.Series:
    """Turn a clock that reads HHMM into minutes after midnight.

    Parameters
    ----------
    clock : Series of shape (n,)
        517 is 5:17. Null stays null.

    Returns
    -------
    Series of shape (n,)
        517 becomes 317. A new Series: `clock` stays as it is.

    Raises
    ------
    ValueError
        If a clock reads 60 minutes or more, or more than 2400.
    """
    hhmm = clock
    if not isinstance(clock.dtype, np.dtype) or clock.dtype == object:
        numbers = clock.to_numpy(dtype=float, na_value=np.nan)
        hhmm = pd.Series(numbers, index=clock.index, name=clock.name)
    wrong = hhmm[(hhmm % 100 >= 60) | (hhmm < 0) | (hhmm > 2400)]
    if not wrong.empty:
        raise ValueError(f"clock must read HHMM, got {wrong.iloc[0]}")
    return hhmm // 100 * 60 + hhmm % 100


def late(flights: pd.DataFrame, *, after: float = 15) -> pd.Series:
    """Label the flights that did not arrive in time.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `arr_delay` in minutes, null for a flight that has none.
    after : float
        A flight with more minutes is late.

    Returns
    -------
    Series of bool, shape (n,)
        True also where no delay is on record: cancelled, diverted or not timed.
    """
    # pd.NA is neither more nor less; NaN is not less, and so late.
    delay = flights["arr_delay"].to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(~(delay <= after), index=flights.index)


def known(flights: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Give each flight what is known of it two hours before it should leave.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `origin`, `carrier`, `hour`, `minute` and `time_hour`, in UTC.
    reports : DataFrame of shape (m, j)
        Weather: `origin`, `time_hour` and the columns of `EDGES`.

    Returns
    -------
    DataFrame of shape (n, 9)
        `origin`, `carrier`, `hour`, `weekday` (0 is Monday) and a step for each reading
        of `EDGES`, -1 where none is known. The index of `flights`.
    """
    weather = weather_known(flights, reports)
    local = _utc(flights, "flights").tz_convert("America/New_York")
    plan = flights[["origin", "carrier", "hour"]]
    # By position: a join would multiply flights whose labels occur twice.
    steps = {name: weather[name].to_numpy() for name in EDGES}
    return plan.assign(weekday=local.day_of_week, **steps)


def weather_known(
    flights: pd.DataFrame, reports: pd.DataFrame, *, lead: pd.Timedelta = LEAD
) -> pd.DataFrame:
    """Give each flight the newest weather report that could be read at its decision.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `origin`, `minute` and `time_hour`, in UTC.
    reports : DataFrame of shape (m, j)
        As `known` takes them. A report can be read when its hour has ended.
    lead : Timedelta
        How long before the scheduled departure the decision falls.

    Returns
    -------
    DataFrame of shape (n, 5)
        A step for each reading of `EDGES`, counted from 0; -1 where the reading is null
        or the report is older than three hours. The index of `flights`.

    Raises
    ------
    ValueError
        If an origin, a time or a minute is null.
    """
    minute = flights["minute"].to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(minute).any():
        raise ValueError("flights.minute must hold no null")
    at = _utc(flights, "flights") + pd.to_timedelta(minute, unit="min") - lead
    origin = flights["origin"].astype("str").array
    asked = pd.DataFrame({"origin": origin, "at": at, "place": np.arange(len(at))})
    facts = reports[[*EDGES]].assign(
        origin=reports["origin"].astype("str"),
        at=_utc(reports, "reports") + pd.Timedelta("1h"),
    )
    newest = pd.merge_asof(
        asked.sort_values("at", kind="stable"),
        facts.sort_values("at", kind="stable"),
        on="at",
        by="origin",
        tolerance=pd.Timedelta("3h"),
        allow_exact_matches=False,
    ).sort_values("place")
    steps = {}
    for name, edges in EDGES.items():
        reading = newest[name].to_numpy(dtype=float, na_value=np.nan)
        steps[name] = np.where(np.isnan(reading), -1, np.digitize(reading, edges))
    return pd.DataFrame(steps, index=flights.index)
