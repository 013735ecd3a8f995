"""Compare a model with a rule of one line, and say how sure the difference is.

Source: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 8: what
is drawn anew must be what is independent, here whole days.
"""

import numpy as np
import pandas as pd

__all__ = ["bootstrap_ci", "rate_baseline"]


def rate_baseline(past: pd.Series, label: pd.Series, future: pd.Series) -> pd.Series:
    """Predict the rate that each group had in the past.

    Parameters
    ----------
    past : Series of shape (n,)
        The group of each past row, such as the scheduled hour; no nulls.
    label : Series of shape (n,)
        What happened, bool, with the index of `past`.
    future : Series of shape (m,)
        The group of each row to predict, or null.

    Returns
    -------
    Series of shape (m,)
        Rates in [0, 1], with the index of `future`; the rate of all past rows for a
        group that the past does not have, and for a null.

    Raises
    ------
    ValueError
        If there is no past row, the indexes differ, or `past` or `label` holds a null.
    """
    if past.empty:
        raise ValueError("past must have at least one row, got none")
    if not past.index.equals(label.index):
        raise ValueError("past and label must have the same index, got two")
    if past.isna().any() or label.isna().any():
        raise ValueError("past and label must hold no null: the row is in no rate")
    happened = label.astype(float).reset_index(drop=True)
    rates = happened.groupby(past.reset_index(drop=True)).mean()
    # A categorical group would make a categorical of the rates.
    return future.map(rates).astype(float).fillna(happened.mean())


def bootstrap_ci(
    part: pd.Series,
    whole: pd.Series,
    *,
    cluster: pd.Series,
    rng: np.random.Generator,
    draws: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Give an interval for a share, drawing whole clusters anew.

    Parameters
    ----------
    part, whole : Series of shape (n,)
        The share is `part.sum() / whole.sum()`: hits and flags, or the difference of
        two models' hits and flags.
    cluster : Series of shape (n,)
        What is independent of the others, such as the date: rows of one cluster are
        drawn together. All three have one index.
    rng : Generator
        The source of chance.
    draws : int, default 1000
        At least 1.
    level : float, default 0.95
        Of the interval, in (0, 1).

    Returns
    -------
    tuple of two floats
        The ends of the percentile interval.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1, `draws` is below 1, the indexes differ, a
        value is null or infinite, `cluster` holds fewer than two values, or the whole
        of a draw is 0.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, got {level}")
    if draws < 1:
        raise ValueError(f"draws must be 1 or more, got {draws}")
    if not (part.index.equals(whole.index) and part.index.equals(cluster.index)):
        raise ValueError("part, whole and cluster must have one index, got several")
    if cluster.isna().any():
        raise ValueError("cluster must hold no null: the row would be in no draw")
    counts = pd.DataFrame({"part": part, "whole": whole}).astype(float)
    if not np.isfinite(counts.to_numpy()).all():
        raise ValueError("part and whole must hold numbers only, got null or infinity")
    counts, cluster = counts.reset_index(drop=True), cluster.reset_index(drop=True)
    sums = counts.groupby(cluster).sum()
    n = len(sums)
    if n < 2:
        raise ValueError(f"cluster must have at least two values, got {n}")
    equal = np.full(n, 1 / n)
    shares = np.empty(draws)
    for draw in range(draws):
        part_sum, whole_sum = rng.multinomial(n, equal) @ sums.to_numpy()
        if whole_sum == 0:
            raise ValueError("whole must not be 0 in a draw: most clusters have none")
        shares[draw] = part_sum / whole_sum
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
