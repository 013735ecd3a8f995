"""Decide each morning whether to fit the model again, by what is known that morning."""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import pandas as pd

__all__ = ["Due", "Past", "monthly", "never", "triggered"]


class Past(NamedTuple):
    """What a policy may know on a morning.

    Attributes
    ----------
    today : Timestamp
        The morning.
    fitted : Timestamp
        The morning on which the model in use was fitted.
    days : DataFrame of shape (d, 3)
        The days since then whose labels are in: the sums `rows`, `late` and `risk`.
    """

    today: pd.Timestamp
    fitted: pd.Timestamp
    days: pd.DataFrame


Due: TypeAlias = Callable[[Past], bool]


def never(past: Past) -> bool:
    """Keep the first model.

    Parameters
    ----------
    past : Past
        What is known this morning.

    Returns
    -------
    bool
        False.
    """
    return past.today < past.fitted


def monthly(past: Past) -> bool:
    """Fit again on the first of each month.

    Parameters
    ----------
    past : Past
        What is known this morning.

    Returns
    -------
    bool
        True on the first of a month.
    """
    return past.today.day == 1


def triggered(*, above: float, days: int) -> Due:
    """Fit again when the answers have been off for a while.

    Parameters
    ----------
    above : float
        Points between the share predicted and the share that came true, at least 0.
    days : int
        How many days to look back on, all answered by the model in use; at least 1.

    Returns
    -------
    callable
        The policy. It waits until the model in use has answered for so many days.

    Raises
    ------
    ValueError
        If `above` is negative or infinite, or `days` below 1.
    """
    if not 0 <= above < math.inf or days < 1:
        raise ValueError(f"need above >= 0 and days >= 1, got {above} and {days}")

    def due(past: Past) -> bool:
        total = past.days.tail(days).sum()
        gap = 100 * abs(total["late"] - total["risk"]) / max(total["rows"], 1)
        return len(past.days) >= days and bool(gap > above)

    return due
