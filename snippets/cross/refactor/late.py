"""Share of flights that left late, per airport and hour, in five functions.

The same table as the cell in `refactor_before.py`, value for value. The last commit
made it refuse what the cell counted wrongly in silence: nulls, and weather given twice.

Source: Fowler (2018), Refactoring, second edition: Extract Function, Rename Variable.
"""

import pandas as pd

__all__ = ["add_weather", "bad_weather", "departed", "late_table", "share_late"]


def departed(flights: pd.DataFrame) -> pd.DataFrame:
    """Return the flights that left, without the cancelled ones.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        One row per scheduled flight. `dep_time` is a clock time, 1 to 2400, or null.

    Returns
    -------
    DataFrame of shape (m, k), m <= n
    """
    return flights[flights["dep_time"].notna()]


def add_weather(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """Return flights with the rain and the visibility at their airport and hour.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `origin` and `time_hour`.
    weather : DataFrame of shape (w, j)
        One row per `origin` and `time_hour`: `precip` (inches) and `visib` (miles).

    Returns
    -------
    DataFrame of shape (n, k + 2)
        Every flight once, in its place, with nulls where no weather was recorded.

    Raises
    ------
    pandas.errors.MergeError
        If an hour's weather is there twice: its flights would be counted twice.
    """
    hour = ["origin", "time_hour"]
    records = weather[[*hour, "precip", "visib"]]
    joined = flights.merge(records, on=hour, how="left", validate="many_to_one")
    return joined.set_axis(flights.index)


def bad_weather(flown: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each flight whether it rained, or visibility was below three miles.

    Parameters
    ----------
    flown : DataFrame of shape (n, k)
        With `precip` (inches) and `visib` (miles). A null counts as good weather.

    Returns
    -------
    Series of shape (n,)
    """
    return (flown["precip"] > 0) | (flown["visib"] < 3)


def share_late(flown: pd.DataFrame, *, min_bad: int = 30) -> pd.DataFrame:
    """Return the share of late flights for each airport and hour.

    Parameters
    ----------
    flown : DataFrame of shape (n, k)
        One row per flight: `origin`, `hour` (0 to 23), `late` and `bad` (bool).
    min_bad : int
        With fewer flights in bad weather, their share is null.

    Returns
    -------
    DataFrame of shape (g, 3), indexed by origin and hour
        `n` flights; `late` and `late_bad`: percent of all, and of those in bad weather.

    Raises
    ------
    ValueError
        If one of the four columns holds a null.
    """
    slot = ["origin", "hour"]
    if flown[[*slot, "late", "bad"]].isna().any(axis=None):
        raise ValueError("flown must have no null in origin, hour, late or bad")
    flown = flown.astype({"late": bool, "bad": bool})
    table = flown.groupby(slot).agg(n=("late", "size"), late=("late", "mean"))
    bad = flown[flown["bad"]].groupby(slot)["late"]
    table["late_bad"] = bad.mean()[bad.size() >= min_bad]
    table[["late", "late_bad"]] *= 100
    return table.round(1)


def late_table(
    flights: pd.DataFrame,
    weather: pd.DataFrame,
    *,
    late_after: float = 15,
    min_bad: int = 30,
) -> pd.DataFrame:
    """Return how many flights left late, by airport and scheduled hour.

    Parameters
    ----------
    flights, weather : DataFrame of shape (n, k) and (w, j)
        As `departed` and `add_weather` take them, with `hour` and `dep_delay`.
    late_after : float
        Minutes. A flight is late if it leaves more than this after its time.
    min_bad : int
        As `share_late` takes it.

    Returns
    -------
    DataFrame of shape (g, 5)
        `airport`, `hour`, `n`, `late` and `late_bad`, in order of airport and hour.
        NYC is all airports together: it weighs flights, not airports.

    Raises
    ------
    ValueError
        If a flight that left has no origin, no hour or no delay.
    pandas.errors.MergeError
        As `add_weather` raises it.
    """
    flown = add_weather(departed(flights), weather)
    if flown[["origin", "hour", "dep_delay"]].isna().any(axis=None):
        raise ValueError("flights that left must have an origin, an hour and a delay")
    flown = flown.assign(late=flown["dep_delay"] > late_after, bad=bad_weather(flown))
    everywhere = pd.concat([flown, flown.assign(origin="NYC")])
    table = share_late(everywhere, min_bad=min_bad)
    return table.reset_index(names=["airport", "hour"])
