"""Find out which question is worth an answer, before you answer any.

Source: Johnson (1957) has the mean above the expectation of a binomial in closed form.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

__all__ = ["Question", "rank", "shares_above", "stake"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with the decision that its answer makes.

    Attributes
    ----------
    ask : str
        The question: "At which hour?".
    options : tuple of str
        The acts between which the answer decides; two at least.
    stake : float
        What the best answer can change at most, at least 0; one unit for all questions.
    days : float
        The work until it's answered, above 0.
    """

    ask: str
    options: tuple[str, ...]
    stake: float
    days: float

    def __post_init__(self) -> None:
        if not isinstance(self.options, tuple) or len({*self.options}) < 2:
            got = f"{self.ask!r} has {self.options!r}"
            raise ValueError(f"options must be a tuple of two acts or more: {got}")
        if not (0 <= self.stake < np.inf and 0 < self.days < np.inf):
            got = f"{self.stake}, {self.days}"
            raise ValueError(f"stake must be at least 0 and days above 0, got {got}")


def rank(questions: Iterable[Question]) -> pd.DataFrame:
    """Return questions by what they can change per day of work, the most first.

    Parameters
    ----------
    questions : iterable of Question
        Equal ones keep their order.

    Returns
    -------
    DataFrame of shape (n, 4)
        `ask`, `stake`, `days` and `per day`.
    """
    rows = [(q.ask, q.stake, q.days, q.stake / q.days) for q in questions]
    board = pd.DataFrame(rows, columns=["ask", "stake", "days", "per day"])
    board = board.sort_values("per day", ascending=False, kind="stable")
    return board.reset_index(drop=True)


def shares_above(
    values: pd.Series, groups: pd.Series, above: Iterable[float], *, at_least: int = 1
) -> pd.DataFrame:
    """Return the share of each group's values above each of several limits.

    Parameters
    ----------
    values : Series of shape (n,)
        Numbers without nulls: say what a null counts as, such as infinity.
    groups : Series of shape (n,)
        The group of each value, with the same index. Nulls are left out.
    above : iterable of float
        The limits, in the unit of the values; each is a column once.
    at_least : int
        Groups with fewer values are left out.

    Returns
    -------
    DataFrame of shape (groups, limits)
        Shares from 0 to 1, the highest of the first limit first.

    Raises
    ------
    ValueError
        If the indexes differ, a value is null, `above` holds no number, or `at_least`
        is below 1.
    """
    _check(values=values, groups=groups)
    limits = pd.Series([*above], dtype=float).drop_duplicates().tolist()
    if not limits or not np.isfinite(limits).all() or at_least < 1:
        got = f"{limits}, {at_least}"
        raise ValueError(f"above must hold numbers, at_least must be 1 or more: {got}")
    numbers = values.to_numpy(dtype=float)
    size = groups.groupby(groups, observed=True).transform("size")
    kept = (size >= at_least).fillna(False).to_numpy(dtype=bool)
    columns = {limit: (numbers > limit)[kept] for limit in limits}
    names = groups[kept].to_numpy()
    shares = pd.DataFrame(columns).groupby(names).mean()
    first = shares.iloc[:, 0].sort_values(ascending=False, kind="stable")
    return shares.loc[first.index]


def stake(label: pd.Series, groups: pd.Series) -> tuple[float, float]:
    """Return how many true labels lie above the average, and how many by chance.

    In each group, count the true labels beyond the share of all rows: more can't be
    saved by making each group average. By chance is what random groups would give.

    Parameters
    ----------
    label : Series of bool of shape (n,)
        Whether it happened.
    groups : Series of shape (n,)
        The answer to the question for each row, with the same index. Nulls are a group.

    Returns
    -------
    tuple of (float, float)
        Labels above the average, and the same by chance.

    Raises
    ------
    ValueError
        If the indexes differ, there is no row, or a label is null or not true or false.
    """
    _check(label=label, groups=groups)
    happened = label.to_numpy(dtype=float)
    if not len(happened) or not np.isin(happened, [0, 1]).all():
        raise ValueError("label must have rows, each true or false")
    codes = groups.groupby(groups, dropna=False, observed=True).ngroup().to_numpy()
    size, events = np.bincount(codes), np.bincount(codes, happened)
    rows, total = len(happened), int(happened.sum())
    expected = size * total / rows
    first = np.floor(expected) + 1  # the least count above the expectation
    rest = first * (rows - total - size + first) / rows
    chance = rest * hypergeom.pmf(first, rows, total, size)
    return float(np.clip(events - expected, 0, None).sum()), float(chance.sum())


def _check(**pair: pd.Series) -> None:
    (one, values), (other, groups) = pair.items()
    if not values.index.equals(groups.index):
        raise ValueError(f"{one} and {other} must have the same index")
    if values.isna().any():
        raise ValueError(f"{one} must not hold a null: say what it counts as")
