"""Turn a model's inputs, predictions and late labels into figures to watch.

That a service answers tells you none of these: whether its inputs still change, which
answers can be judged yet, and how far they are from what came true.

Source: Breck et al. (2017), The ML test score, section V.
"""

import pandas as pd

__all__ = ["calibration", "delayed_labels", "hours_since_news"]


def hours_since_news(readings: pd.DataFrame, clock: pd.DatetimeIndex) -> pd.Series:
    """Return the hours since a source last changed.

    A feed that stops and one that repeats its last row look alike here. Ask by the
    clock: a check that runs when a row arrives never sees that none does.

    Parameters
    ----------
    readings : DataFrame of shape (n, k)
        What one source sent, indexed by the time at which it was read, ascending.
    clock : DatetimeIndex of shape (t,)
        When to look, in the time zone of `readings`, or without one as they are.

    Returns
    -------
    Series of shape (t,)
        Hours since the last row that differs from the row before it. A null is a value
        like any other. Null before the first row.

    Raises
    ------
    ValueError
        If the times of `readings` do not ascend, or only one of the two has a time
        zone.
    """
    at = readings.index
    if not (at.is_unique and at.is_monotonic_increasing):
        times = f"got {list(at[:3])} ..."
        raise ValueError(f"the times of readings must ascend, each once, {times}")
    if (getattr(at, "tz", None) is None) != (clock.tz is None):
        raise ValueError("readings and clock must both have a time zone, or neither")
    before = readings.shift()
    same = readings.eq(before).fillna(False) | (readings.isna() & before.isna())
    same.iloc[:1] = False  # the first row is news, even one of nulls alone
    news = at[~same.all(axis=1)]
    newest = news.to_series().reindex(clock, method="ffill")
    return (clock.to_series() - newest).dt.total_seconds() / 3600


def delayed_labels(
    late: pd.Series,
    known: pd.Series,
    scheduled: pd.Series,
    *,
    now: pd.Timestamp,
    wait: pd.Timedelta,
) -> pd.Series:
    """Return the labels that may be counted by now: those of all flights old enough.

    Labels that came early are no fair sample: late flights are still in the air.

    Parameters
    ----------
    late : Series of bool, shape (n,)
        The label of each flight, as the record will hold it in the end.
    known : Series of datetimes, shape (n,)
        When the record gets it. Null: never, as for a cancelled flight.
    scheduled : Series of datetimes, shape (n,)
        When the flight should leave.
    now : Timestamp
        The moment of counting.
    wait : Timedelta
        The age from which a flight counts. Without a label by then, it is late.

    Returns
    -------
    Series of shape (n,)
        1.0 late, 0.0 not, null while the flight is younger than `wait`.

    Raises
    ------
    ValueError
        If `wait` is negative, the indexes differ, `late` or `scheduled` has a null, or
        a time has no time zone where another has.
    """
    if wait < pd.Timedelta(0):
        raise ValueError(f"wait must not be negative, got {wait}")
    if not (late.index.equals(known.index) and late.index.equals(scheduled.index)):
        raise ValueError("late, known and scheduled must have one index, got several")
    if late.isna().any() or scheduled.isna().any():
        raise ValueError("late and scheduled must have no null")
    told_at, planned = pd.DatetimeIndex(known), pd.DatetimeIndex(scheduled)
    if len({each.tzinfo is None for each in (told_at, planned, now)}) > 1:
        raise ValueError("known, scheduled and now must all have a time zone, or none")
    return late.astype(float).where(told_at <= now, 1.0).where(planned + wait <= now)


def calibration(
    predicted: pd.Series, label: pd.Series, day: pd.Series, *, days: int
) -> pd.DataFrame:
    """Return the predicted share and the share that came true, day by day.

    Parameters
    ----------
    predicted : Series of shape (n,)
        Predicted probability in [0, 1].
    label : Series of shape (n,)
        1.0, 0.0, or null where it is not known yet: such a row is left out of both.
    day : Series of datetimes, shape (n,)
        Midnight of the day to which the row belongs.
    days : int
        Length of the trailing window, at least 1.

    Returns
    -------
    DataFrame of shape (d, 4)
        One row per day, from the first with a full window: `rows` counted, the means
        `predicted` and `observed`, and `gap`, observed less predicted, in [-1, 1].

    Raises
    ------
    ValueError
        If `days` is below 1, the indexes differ, or a prediction is not in [0, 1].
    """
    if days < 1:
        raise ValueError(f"days must be at least 1, got {days}")
    if not (predicted.index.equals(label.index) and label.index.equals(day.index)):
        raise ValueError("predicted, label and day must have one index, got several")
    if day.isna().any() or not predicted.astype(float).between(0, 1).all():
        raise ValueError("predicted must be in [0, 1], and neither it nor day null")
    counted = pd.DataFrame({"rows": 1, "predicted": predicted, "observed": label})
    counted = counted.astype(float).assign(day=pd.DatetimeIndex(day))
    counted = counted[counted["observed"].notna()]
    sums = counted.groupby("day").sum().asfreq("D", fill_value=0)
    sums = sums.rolling(days).sum().iloc[days - 1 :]
    means = sums.assign(**sums.drop(columns="rows").div(sums["rows"], axis=0))
    return means.assign(gap=means["observed"] - means["predicted"])
