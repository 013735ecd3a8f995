"""Count what became of every scheduled flight, those that never came included.

Source: 14 CFR 234.2, which counts a flight as late from the 15th minute on; here it is
late after more than `minutes`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["arrivals"]


def arrivals(
    flights: pd.DataFrame, by: Sequence[str], *, minutes: float = 15
) -> pd.DataFrame:
    """Return how many flights came in time, late and never, for each group.

    Parameters
    ----------
    flights : DataFrame of shape (n, k)
        One row per scheduled flight, with `arr_delay` in minutes, null where the flight
        has no arrival on record, and the columns of `by`, without nulls.
    by : sequence of str
        Columns that make the groups, at least one.
    minutes : float, default 15
        A flight is late if it arrives more than this after its schedule, >= 0.

    Returns
    -------
    DataFrame of shape (groups, 5)
        In the order of the groups: the counts `in_time`, `late` and `lost`, which add
        up to the scheduled flights; `late_share` and `failed_share`, the share of
        scheduled flights that came late, and that came late or never, in [0, 1].

    Raises
    ------
    ValueError
        If `by` is empty, a column of it holds a null, or `minutes` is below 0
        or infinite.
    """
    if not 0 <= minutes < np.inf:  # a NaN is refused, too
        raise ValueError(f"minutes must be finite, 0 or more, got {minutes}")
    names = [by] if isinstance(by, str) else list(by)
    if not names or flights[names].isna().any(axis=None):
        raise ValueError(f"by must name columns without a null, got {names}")
    delay = flights["arr_delay"].to_numpy(dtype=float, na_value=np.nan)
    late, lost = delay > minutes, np.isnan(delay)
    became = {"in_time": ~late & ~lost, "late": late, "lost": lost}
    outcome = pd.DataFrame(became, index=flights.index)
    counts = outcome.groupby([flights[name] for name in names], observed=True).sum()
    scheduled = counts.sum(axis=1)
    return counts.assign(
        late_share=counts["late"] / scheduled,
        failed_share=(counts["late"] + counts["lost"]) / scheduled,
    )
