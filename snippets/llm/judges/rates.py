"""Measure a judge on answers that people labelled, and correct what it counts.

A judge that passes answers is a test with errors of two kinds. Its two rates say how
often it is right about right answers and about wrong ones.

Sources: Rogan and Gladen (1978), Estimating prevalence from the results of a screening
test, American Journal of Epidemiology 107; Wilson (1927), Probable inference, Journal
of the American Statistical Association 22.
"""

import numpy as np
import pandas as pd
from scipy.stats import binomtest

__all__ = ["corrected_share", "judge_rates"]


def judge_rates(
    label: pd.Series, verdict: pd.Series, *, level: float = 0.95
) -> pd.DataFrame:
    """Return how many right answers a judge passes, and how many wrong ones it fails.

    Parameters
    ----------
    label : Series of bool, shape (n,)
        Whether people called each answer right.
    verdict : Series of bool, shape (n,)
        Whether the judge passed it, with the index of `label`.
    level : float
        The confidence of Wilson's interval, in (0, 1).

    Returns
    -------
    DataFrame of shape (2, 5)
        The rows `true positive` and `true negative`: `correct` of `answers`, the `rate`
        and its interval from `low` to `high`.

    Raises
    ------
    ValueError
        If the indexes differ, a value is neither True nor False, or all labels agree.
    """
    right, passed = _paired(label, verdict)
    rows = {}
    for name, agree in (
        ("true positive", passed[right]),
        ("true negative", ~passed[~right]),
    ):
        correct, answers = int(agree.sum()), len(agree)
        low, high = binomtest(correct, answers).proportion_ci(level, method="wilson")
        rows[name] = [correct, answers, correct / answers, low, high]
    columns = ["correct", "answers", "rate", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def corrected_share(
    label: pd.Series,
    verdict: pd.Series,
    unlabelled: pd.Series,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
) -> tuple[float, float, float]:
    """Return the share of right answers that a judge's verdicts on new answers imply.

    Parameters
    ----------
    label, verdict : Series of bool, shape (n,)
        What people and the judge said of the labelled answers, with one index.
    unlabelled : Series of bool, shape (m,)
        Whether the judge passed each of the others, which the same prompt gave.
    rng : Generator
        The source of randomness.
    level : float
        The interval's confidence, in (0, 1).
    resamples : int
        How often both sets of answers are drawn again, with replacement.

    Returns
    -------
    tuple of float
        The share and the ends of its bootstrap interval, each in [0, 1].

    Raises
    ------
    ValueError
        If `judge_rates` refuses the labels, `unlabelled` is empty or neither True nor
        False, the judge is no better than chance, or `resamples` isn't positive.
    """
    right, passed = _paired(label, verdict)
    others = _booleans("unlabelled", unlabelled)
    if not len(others):
        raise ValueError("unlabelled must have a row")
    if resamples < 1:
        raise ValueError(f"resamples must be 1 or more, got {resamples}")
    share = float(_corrected(right, passed, others.mean()))
    if np.isnan(share):
        raise ValueError("verdict must agree with label better than chance does")
    drawn = rng.integers(len(right), size=(resamples, len(right)))
    seen = rng.binomial(len(others), others.mean(), size=resamples) / len(others)
    shares = _corrected(right[drawn], passed[drawn], seen)
    low = np.quantile(np.nan_to_num(shares, nan=0.0), (1 - level) / 2)
    high = np.quantile(np.nan_to_num(shares, nan=1.0), (1 + level) / 2)
    return share, float(low), float(high)


def _corrected(
    right: np.ndarray, passed: np.ndarray, seen: float | np.ndarray
) -> np.ndarray:
    # NaN where the judge does no better than chance: then any share is possible.
    with np.errstate(divide="ignore", invalid="ignore"):
        sensitivity = (passed & right).sum(axis=-1) / right.sum(axis=-1)
        false_alarms = (passed & ~right).sum(axis=-1) / (~right).sum(axis=-1)
        gap = np.asarray(sensitivity - false_alarms)
        share = np.clip((seen - false_alarms) / gap, 0, 1)
    return np.where(gap > 0, share, np.nan)


def _paired(label: pd.Series, verdict: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    if not label.index.equals(verdict.index):
        raise ValueError("label and verdict must have the same index, got two")
    right, passed = _booleans("label", label), _booleans("verdict", verdict)
    if right.all() or not right.any():
        raise ValueError("label must hold right and wrong answers, got one kind")
    return right, passed


def _booleans(name: str, values: pd.Series) -> np.ndarray:
    if not values.isin([True, False]).all():
        raise ValueError(f"{name} must be True or False throughout")
    return values.to_numpy(dtype=bool)
