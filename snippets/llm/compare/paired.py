"""Compare two prompts on the same questions.

Answers to one question resemble each other, however it's worded. So the question is
the unit: it is compared with itself, and resampled whole.

Source: Miller (2024), Adding error bars to evals.
"""

import numpy as np
import pandas as pd

__all__ = ["clustered_interval", "gains_and_losses"]


def gains_and_losses(old: pd.Series, new: pd.Series, task: pd.Series) -> pd.DataFrame:
    """Return how many questions of each task a change gained, and how many it lost.

    Parameters
    ----------
    old, new : Series of shape (n,)
        Whether each question was answered right: True or False, 1 or 0.
    task : Series of shape (n,)
        The task of each question. All three have the same index.

    Returns
    -------
    DataFrame of shape (t, 3)
        One row per task, in order of appearance: `gains`, `losses`, `questions`.

    Raises
    ------
    ValueError
        If the indexes differ, a task is null, or an answer is neither right nor wrong.
    """
    if not (old.index.equals(new.index) and old.index.equals(task.index)):
        raise ValueError("old, new and task must have the same index")
    if task.isna().any():
        raise ValueError("task must have no null")
    for name, answers in (("old", old), ("new", new)):
        if not answers.isin([True, False]).all():
            raise ValueError(f"{name} must be True or False throughout")
    before, after = (answers.to_numpy(dtype=bool) for answers in (old, new))
    changed = pd.DataFrame({"gains": after & ~before, "losses": before & ~after})
    tasks = changed.groupby(task.to_numpy(), sort=False)
    table = tasks.sum().assign(questions=tasks.size())
    table.index.name = task.name
    return table


def clustered_interval(
    values: pd.Series,
    clusters: pd.Series,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
) -> tuple[float, float, float]:
    """Return a mean and the ends of its bootstrap interval, resampling whole clusters.

    Parameters
    ----------
    values : Series of shape (n,)
        One number per answer, such as new minus old, in [-1, 1].
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
        The mean over all answers, and the percentiles of the resampled means.

    Raises
    ------
    ValueError
        If there are fewer than two clusters, the indexes differ, a value is null, or
        `resamples` isn't positive.
    """
    _refuse_unusable(values, clusters, resamples)
    groups = values.astype(float).groupby(clusters.to_numpy())
    sums, counts = groups.sum().to_numpy(), groups.size().to_numpy()
    drawn = rng.integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(sums.sum() / counts.sum()), float(low), float(high)


def _refuse_unusable(values: pd.Series, clusters: pd.Series, resamples: int) -> None:
    if not values.index.equals(clusters.index):
        raise ValueError("values and clusters must have the same index, got two")
    if values.isna().any() or clusters.isna().any():
        raise ValueError("values and clusters must have no null")
    if resamples < 1:
        raise ValueError(f"resamples must be 1 or more, got {resamples}")
    if (count := clusters.nunique()) < 2:
        raise ValueError(f"clusters must be two or more, got {count}")
