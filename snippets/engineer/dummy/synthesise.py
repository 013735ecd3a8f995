"""Make test data from counts and quantiles that may leave the production system.

No row is copied, and no cell holds fewer flights than you allow. That is no proof of
privacy: the outer quantiles of a small cell lie between its two most extreme delays.
Who may see the statistics is a decision.
"""

import numpy as np
import pandas as pd

__all__ = ["permitted_statistics", "synthesise"]

_CELL = ["carrier", "origin", "hour"]
_LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
"""No 0 and no 1: the smallest and the largest delay are single flights."""


def permitted_statistics(flights: pd.DataFrame, *, least: int = 50) -> pd.DataFrame:
    """Return counts and quantiles by carrier, airport and hour: run it at the source.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        With `carrier`, `origin`, `sched_dep_time` as HHMM and `dep_delay` in minutes.
    least : int, default 50
        Cells with fewer flights that left are dropped.

    Returns
    -------
    DataFrame of shape (cells, 2 + 8)
        By `carrier`, `origin`, `hour`: `flights`, the count; `cancelled`, the share
        that never left; and the quantiles of the delay in minutes, by level.

    Raises
    ------
    ValueError
        If no cell has `least` flights, or `least` is below 1.
    """
    hour = (flights["sched_dep_time"] // 100).rename("hour")
    delay = flights["dep_delay"].astype(float)
    cells = flights.assign(hour=hour, dep_delay=delay).groupby(_CELL)["dep_delay"]
    counts = pd.DataFrame({"flights": cells.size(), "left": cells.count()})
    if least < 1:
        raise ValueError(f"least must be 1 or more, got {least}")
    kept = counts["left"] >= least
    if not kept.any():
        raise ValueError(f"flights must have {least} that left in one cell, got none")
    share = 1 - counts["left"] / counts["flights"]
    statistics = pd.DataFrame({"flights": counts["flights"], "cancelled": share})
    return statistics.join(cells.quantile(np.array(_LEVELS)).unstack())[kept]


def synthesise(
    statistics: pd.DataFrame, n: int, *, month: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return flights that are drawn from statistics, none of them a real one.

    Parameters
    ----------
    statistics : DataFrame of shape (cells, 2 + 8)
        As `permitted_statistics` returns them.
    n : int
        How many flights.
    month : int
        Of all flights, 1 to 12; they are on days 1 to 28.
    rng : Generator

    Returns
    -------
    DataFrame of shape (n, 8)
        `month`, `day`, `carrier`, `flight`, `origin`, `sched_dep_time` and `dep_time`
        as HHMM, `dep_delay`. Midnight is 2400, and clocks run past it.

    Raises
    ------
    ValueError
        If `n` is below 1, `month` is not 1 to 12, or `statistics` has no cell, or a
        value that is null or infinite.
    """
    if n < 1 or month not in range(1, 13):
        raise ValueError(f"n must be 1 or more, month 1 to 12, got {n} and {month}")
    statistics = _numbers(statistics)
    weight = statistics["flights"] / statistics["flights"].sum()
    drawn = statistics.iloc[rng.choice(len(statistics), n, p=weight.to_numpy())]
    cell = drawn.index.to_frame(index=False)
    quantiles = drawn[list(_LEVELS)].to_numpy()
    pairs = zip(rng.random(n), quantiles, strict=True)
    delay = np.array([np.interp(u, _LEVELS, q) for u, q in pairs]).round()
    delay[rng.random(n) < drawn["cancelled"].to_numpy()] = np.nan
    sched = (cell["hour"].to_numpy() * 60 + rng.integers(0, 12, n) * 5 - 1) % 1440 + 1
    left = (sched + delay - 1) % 1440 + 1  # 1 to 1440, so that midnight is 2400
    return pd.DataFrame(
        {
            "month": month,
            "day": rng.integers(1, 29, n),
            "carrier": cell["carrier"],
            "flight": np.arange(1, n + 1),
            "origin": cell["origin"],
            "sched_dep_time": sched // 60 * 100 + sched % 60,
            "dep_time": left // 60 * 100 + left % 60,
            "dep_delay": delay,
        }
    )


def _numbers(statistics: pd.DataFrame) -> pd.DataFrame:
    numbers = statistics.astype(float)
    if numbers.empty or not np.isfinite(numbers.to_numpy()).all():
        raise ValueError("statistics must hold a cell, and finite numbers only")
    return numbers
