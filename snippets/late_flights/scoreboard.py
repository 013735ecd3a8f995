"""Compare the legs of one project by their AUC on the same flights.

Its interval resamples whole weeks: flights of one day, and days of one week, share
their weather.

Source: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 8.
"""

import numpy as np
import pandas as pd

__all__ = ["auc", "auc_gain"]


def auc(
    late: pd.Series, risk: pd.Series, week: pd.Series, *, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return how well a risk ranks flights, with a 95% interval over weeks.

    Parameters
    ----------
    late : Series of bool, shape (n,)
        What came true: at least one of each.
    risk : Series of float, shape (n,)
        In [0, 1]. Risks less than 0.001 apart may tie.
    week : Series of shape (n,)
        The week of each flight, or another cluster; at least two.
    rng : Generator
        Draws 1,000 samples of weeks. In one with a single kind of flight, it's 0.5.

    Returns
    -------
    score, low, high : float
        The chance that a late flight has a higher risk than one that is not, a tie
        counting one half; and the interval.

    Raises
    ------
    ValueError
        If the three differ in their index or hold a null, a risk is outside [0, 1], or
        there is only one kind of flight, or one week.
    """
    number, weights = _draw(late, week, rng)
    return _interval(_aucs(late, _checked("risk", risk, late), number, weights))


def auc_gain(
    late: pd.Series,
    risk: pd.Series,
    than: pd.Series,
    week: pd.Series,
    *,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return how much the AUC of `risk` is above that of `than`, with an interval.

    Parameters
    ----------
    late, risk : Series of shape (n,)
        As `auc` takes them.
    than : Series of float, shape (n,)
        The other risk of the same flights.
    week : Series of shape (n,)
    rng : Generator
        As `auc` takes them.

    Returns
    -------
    gain, low, high : float
        The paired difference: both risks are scored on the same samples of weeks.

    Raises
    ------
    ValueError
        As `auc` does.
    """
    number, weights = _draw(late, week, rng)
    ours = _aucs(late, _checked("risk", risk, late), number, weights)
    return _interval(ours - _aucs(late, _checked("than", than, late), number, weights))


def _draw(
    late: pd.Series, week: pd.Series, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's number of a week, and how often each sample has each week."""
    if late.isna().any() or late.nunique() != 2:
        raise ValueError("late must have both kinds of flight, and no null")
    if not week.index.equals(late.index) or week.isna().any():
        raise ValueError("week must have the index of late, and no null")
    number, weeks = pd.factorize(week, sort=True)
    if len(weeks) < 2:
        raise ValueError(f"week must have 2 values or more, got {len(weeks)}")
    drawn = rng.multinomial(len(weeks), np.full(len(weeks), 1 / len(weeks)), size=1000)
    return number, np.vstack([np.ones(len(weeks)), drawn])


def _checked(name: str, risk: pd.Series, late: pd.Series) -> np.ndarray:
    """Return the risks in thousandths."""
    if not risk.index.equals(late.index):
        raise ValueError(f"{name} must have the index of late")
    chance = risk.to_numpy(dtype=float, na_value=np.nan)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError(f"{name} must be in [0, 1], with no null")
    return np.rint(1000 * chance).astype(int)


def _aucs(
    late: pd.Series, step: np.ndarray, number: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the AUC of all flights, then that of each sample."""
    counts = np.zeros((2, weights.shape[1], 1001))
    np.add.at(counts, (late.to_numpy(dtype=bool).astype(int), number, step), 1)
    on_time, hits = weights @ counts[0], weights @ counts[1]
    below = on_time.cumsum(axis=1) - on_time / 2
    pairs = on_time.sum(axis=1) * hits.sum(axis=1)
    wins = (hits * below).sum(axis=1)
    chance = np.full(len(pairs), 0.5)
    np.divide(wins, pairs, out=chance, where=pairs > 0)
    return chance


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return float(values[0]), float(low), float(high)
