"""Page on what readers lose, count silence as loss, and look for the cause in order.

Sources: Beyer et al. (2016), Site Reliability Engineering, chapters 4, 6 and 11; Beyer
et al. (2018), The Site Reliability Workbook, chapter 5, for burn rates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        What the service answered, with the columns `by` and `value`. A null in `value`
        is no answer.
    expected : DataFrame
        What it should answer, with the columns `by`, from another source than
        `answers`. A row with a null in one of them belongs to no group.
    by : sequence of str
        The columns that make a group, such as airport and hour.
    value : str
        The column of the answer.
    at_least : int
        Leave out the groups with fewer expected rows: they say little.

    Returns
    -------
    Series of shape (groups,)
        Indexed by `by`. 0 where nothing came, more than 1 where too much did.

    Raises
    ------
    ValueError
        If a column is missing, `by` is empty or of another type in the two tables, or
        `expected` has no row: then nobody knows what is missing.
    """
    keys = [] if isinstance(by, str) else list(by)
    if not keys:
        raise ValueError(f"by must be a list of columns, got {by!r}")
    for name, frame in [("answers", answers), ("expected", expected)]:
        if missing := {*keys, *[value][: name == "answers"]} - set(frame.columns):
            raise ValueError(f"{name} must have the columns {sorted(missing)}")
    want = expected.groupby(keys, observed=True).size().rename("want")
    if want.empty:
        raise ValueError("expected must have a row, has none")
    given = answers.dropna(subset=[value])
    given = expected.head(0) if given.empty else given  # which has the right types
    got = given.groupby(keys, observed=True).size()
    both = want.reset_index().merge(got.rename("got").reset_index(), "left", keys)
    both = both[both["want"] >= at_least].set_index(keys)
    return both["got"].fillna(0) / both["want"]


def burn_rate(
    good: pd.Series, *, now: pd.Timestamp, hours: int, objective: float
) -> float:
    """Return how many times faster than allowed the last hours spent the error budget.

    Parameters
    ----------
    good : Series of shape (n,)
        The good share of each hour, in [0, 1], indexed by a time within the hour. An
        hour that is missing or null was bad: nobody measured it.
    now : Timestamp
        A time in the last hour to count, with a time zone if the index has one.
    hours : int
        How many hours to count, at least 1.
    objective : float
        The good share that was promised, in (0, 1).

    Returns
    -------
    float
        0 if nothing was spent, 1 if what the objective allows, 1 / (1 - objective) if
        all was bad.

    Raises
    ------
    ValueError
        If an argument is out of its range, `good` isn't indexed by times, only one of
        `good` and `now` has a time zone, or an hour comes twice.
    """
    if not 0 < objective < 1 or hours < 1:
        raise ValueError(
            "objective must be in (0, 1) and hours at least 1, "
            f"got {objective} and {hours}"
        )
    times = good.index
    if not isinstance(times, pd.DatetimeIndex):
        raise ValueError(f"good must be indexed by times, is by {times.dtype}")
    if (times.tz is None) != (now.tz is None):
        raise ValueError("good and now must both have a time zone, or neither")
    if times.tz is not None:
        times, now = times.tz_convert("UTC"), now.tz_convert("UTC")
    share = good.astype("Float64").set_axis(times.floor("h"))
    if not (share.index.is_unique and share.dropna().between(0, 1).all()):
        raise ValueError("good must have each hour once, and shares in [0, 1]")
    last = pd.date_range(end=now.floor("h"), periods=hours, freq="h")
    return float((1 - share.reindex(last).fillna(0)).mean() / (1 - objective))


@dataclass(frozen=True)
class Step:
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
        What was read. A signal that is missing or null has left its range, since
        silence is no good news.
    runbook : iterable of Step
        From the source of the data down to the answer: the first step that is returned
        is then the one closest to the cause.

    Returns
    -------
    list of Step
        Empty if every signal is in its range.
    """

    def is_normal(step: Step) -> bool:
        value = signals.get(step.signal)
        return bool(not pd.isna(value) and step.low <= value <= step.high)

    return [step for step in runbook if not is_normal(step)]
