"""Page on what readers lose, count silence as loss, and look for the cause in order.

Source: Beyer et al. (2018), The Site Reliability Workbook, chapter 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

__all__ = ["Step", "burn_rate", "coverage", "triage"]


def coverage(
    answers: pd.DataFrame,
    expected: pd.DataFrame,
    *,
    by: Sequence[str],
    value: str,
    at_least: int = 1,
) -> pd.Series:
    """Return the answers of each expected group, as a share of its expected rows.

    Parameters
    ----------
    answers : DataFrame
        What the service answered, with the columns `by` and `value`.
    expected : DataFrame
        What it should answer, from another source, with the columns `by`, not null.
    by : sequence of str
        The columns that make a group, such as airport and hour.
    value : str
        The column of the answer; a null is none.
    at_least : int
        Leave out the groups with fewer expected rows: they say little.

    Returns
    -------
    Series of shape (groups,)
        Indexed by `by`. 0 where nothing came, more than 1 where too much did.

    Raises
    ------
    ValueError
        If `by` is empty, a column is missing or of two types, or no row is expected.
    """
    keys = _columns(by, value, answers, expected)
    want = expected.groupby(keys, observed=True).size().rename("want")
    given = answers.dropna(subset=[value])
    given = expected.head(0) if given.empty else given  # which has the right types
    got = given.groupby(keys, observed=True).size().rename("got")
    both = want.reset_index().merge(got.reset_index(), "left", keys)
    both = both[both["want"] >= at_least].set_index(keys)
    return both["got"].fillna(0) / both["want"]


def _columns(
    by: Sequence[str], value: str, answers: pd.DataFrame, expected: pd.DataFrame
) -> list[str]:
    keys = [] if isinstance(by, str) else list(by)
    if not keys:
        raise ValueError(f"by must be a list of columns, got {by!r}")
    if missing := {*keys, value} - set(answers.columns):
        raise ValueError(f"answers must have the columns {sorted(missing)}")
    if missing := set(keys) - set(expected.columns):
        raise ValueError(f"expected must have the columns {sorted(missing)}")
    if expected.dropna(subset=keys).empty:
        raise ValueError(f"expected must have a row with {keys}, has none")
    return keys


def burn_rate(
    good: pd.Series, *, now: pd.Timestamp, hours: int, objective: float
) -> float:
    """Return how many times faster than allowed the last hours spent the error budget.

    Parameters
    ----------
    good : Series of shape (n,)
        The good share of each hour, in [0, 1], indexed by a time within it. An hour
        that is missing or null was bad: nobody measured it.
    now : Timestamp
        A time in the last hour to count, with a time zone if the index has one.
    hours : int
        How many hours to count, at least 1.
    objective : float
        The good share that was promised, in (0, 1).

    Returns
    -------
    float
        0: nothing. 1: what the objective allows. 1 / (1 - objective): all was bad.

    Raises
    ------
    ValueError
        If a value is out of range, or the times can't be matched, hour for hour.
    """
    if not 0 < objective < 1 or hours < 1:
        raise ValueError(f"needs 0 < objective={objective} < 1 and hours={hours} > 0")
    share, hour = _by_hour(good, now)
    last = pd.date_range(end=hour, periods=hours, freq="h")
    return float((1 - share.reindex(last).fillna(0)).mean() / (1 - objective))


def _by_hour(good: pd.Series, now: pd.Timestamp) -> tuple[pd.Series, pd.Timestamp]:
    times = good.index
    if not isinstance(times, pd.DatetimeIndex):
        raise ValueError(f"good must be indexed by times, is by {times.dtype}")
    if (times.tz is None) != (now.tz is None):
        raise ValueError("good and now must both have a time zone, or neither")
    if times.tz is not None:  # UTC has no hour twice
        times, now = times.tz_convert("UTC"), now.tz_convert("UTC")
    share = good.astype("Float64").set_axis(times.floor("h"))
    if not (share.index.is_unique and share.dropna().between(0, 1).all()):
        raise ValueError("good must have each hour once, and shares in [0, 1]")
    return share, now.floor("h")


class Step(NamedTuple):
    """A signal, its normal range, and the first act and owner when it leaves that."""

    signal: str
    low: float
    high: float
    act: str
    owner: str


def triage(signals: Mapping[str, Any], runbook: Iterable[Step]) -> list[Step]:
    """Return the steps whose signals left their normal range, in the runbook's order.

    Parameters
    ----------
    signals : mapping of str to number
        What was read. A signal that is missing or null has left its range.
    runbook : iterable of Step
        From the source of the data down, so that the first one is next to the cause.

    Returns
    -------
    list of Step
        Empty if every signal is in its range.
    """
    return [
        step
        for step in runbook
        if pd.isna(value := signals.get(step.signal))
        or not step.low <= value <= step.high
    ]
