"""Compare two prompts on the same questions, and a judge with people.

Answers to one question resemble each other, however the question is worded. So a
question is the unit: it is paired with itself, and resampled whole.

Sources: Cohen (1960), Educational and Psychological Measurement 20; Miller (2024),
Adding error bars to evals; Zheng et al. (2023), Judging LLM-as-a-judge with MT-bench
and Chatbot Arena, on asking a judge in both orders.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

__all__ = [
    "clustered_interval",
    "gains_and_losses",
    "in_both_orders",
    "kappa",
]


def clustered_interval(
    values: pd.Series,
    clusters: pd.Series,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
) -> tuple[float, float, float]:
    """Estimate a mean and its bootstrap interval, resampling whole clusters.

    Parameters
    ----------
    values : Series of shape (n,)
        One number per answer, such as new less old, in [-1, 1].
    clusters : Series of shape (n,)
        The question that each answer belongs to, with the index of `values`.
    rng : Generator
        The source of randomness.
    level : float
        The interval's confidence, in (0, 1).
    resamples : int
        How often as many questions as there are get drawn, with replacement.

    Returns
    -------
    tuple of float
        The mean over all answers, and the ends of its interval: the percentiles of
        the resampled means.

    Raises
    ------
    ValueError
        If there are fewer than two clusters, the indexes differ, or a value is null.
    """
    if not values.index.equals(clusters.index):
        raise ValueError("values and clusters must have the same index, got two")
    if values.isna().any() or clusters.isna().any():
        raise ValueError("values and clusters must have no null")
    groups = values.astype(float).groupby(clusters.to_numpy())
    sums, counts = groups.sum().to_numpy(), groups.size().to_numpy()
    if len(sums) < 2:
        raise ValueError(f"clusters must be two or more, got {len(sums)}")
    drawn = rng.integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(sums.sum() / counts.sum()), float(low), float(high)


def gains_and_losses(old: pd.Series, new: pd.Series, task: pd.Series) -> pd.DataFrame:
    """Count per task what a change of prompt gained and what it lost.

    Parameters
    ----------
    old, new : Series of shape (n,)
        Whether each question was answered, bool, in one order.
    task : Series of shape (n,)
        The task of each question.

    Returns
    -------
    DataFrame of shape (t, 3)
        One row per task, in order of appearance: `gains`, `losses`, `questions`.
    """
    changed = pd.DataFrame({"gains": new & ~old, "losses": old & ~new})
    tasks = changed.groupby(task, sort=False)
    return tasks.sum().assign(questions=tasks.size())


def in_both_orders(
    judge: Callable[[str, str, str], str], pairs: pd.DataFrame
) -> pd.DataFrame:
    """Ask a judge twice about each pair, with either answer in the first place.

    Parameters
    ----------
    judge : callable of question, first answer, second answer
        Returns "first" or "second".
    pairs : DataFrame of shape (n, k)
        The columns `asked`, `old` and `new`: a question and its two answers.

    Returns
    -------
    DataFrame of shape (n, 3)
        `old_first` and `new_first`, the winner in each order, "old" or "new";
        `verdict`, the winner of both, else "tie".

    Raises
    ------
    ValueError
        If the judge says anything else.
    """
    wins = pd.DataFrame(index=pairs.index)
    for first, second in (("old", "new"), ("new", "old")):
        shown = pairs[["asked", first, second]].itertuples(index=False, name=None)
        said = [judge(*texts) for texts in shown]
        if strange := {*said} - {"first", "second"}:
            raise ValueError(f'a judge must say "first" or "second", got {strange}')
        wins[f"{first}_first"] = [first if it == "first" else second for it in said]
    same = wins["old_first"] == wins["new_first"]
    return wins.assign(verdict=wins["old_first"].where(same, "tie"))


def kappa(one: Iterable[str], other: Iterable[str]) -> float:
    """Return Cohen's kappa: agreement beyond that of chance.

    Parameters
    ----------
    one, other : iterable of str
        Two raters' labels of the same items, in one order.

    Returns
    -------
    float
        1 where they agree throughout, 0 where they agree as chance would.

    Raises
    ------
    ValueError
        If the two differ in length, or hold one and the same label only.
    """
    a, b = np.array([*one]), np.array([*other])
    if a.shape != b.shape:
        raise ValueError(f"both must label the same items, got {len(a)} and {len(b)}")
    if len(used := {*a.tolist(), *b.tolist()}) < 2:
        raise ValueError(f"there must be two labels or more, got {sorted(used)}")
    chance = sum((a == label).mean() * (b == label).mean() for label in used)
    return float(((a == b).mean() - chance) / (1 - chance))
