"""Sort a week of work by two questions: what is done, and does it run again.

The four names are ours; that the two ways of working have different aims and measures
is Madurkar (2022), Thinking Fast and Slow for Data Science.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import pandas as pd

__all__ = ["System", "Task", "classify_week"]


class System(Enum):
    """Where a task belongs: (is it known what done is, does its result run again)."""

    EXPLORE = (False, False)
    ENGINEER = (True, True)
    ERRAND = (True, False)
    UNFINISHED_CROSSING = (False, True)


@dataclass(frozen=True)
class Task:
    """A stretch of work.

    Attributes
    ----------
    what : str
        What was done, in a few words.
    hours : float
        More than 0.
    done_known : bool
        Whether somebody could have said beforehand how a right result would look.
    runs_again : bool
        Whether its result is used again without the one who made it.

    Raises
    ------
    ValueError
        If `hours` is not more than 0, or infinite.
    """

    what: str
    hours: float
    done_known: bool
    runs_again: bool

    def __post_init__(self) -> None:
        if not 0 < self.hours < math.inf:  # a NaN is refused, too
            raise ValueError(f"hours must be finite, more than 0, got {self.hours}")

    @property
    def system(self) -> System:
        """The system that the two answers choose."""
        return System((self.done_known, self.runs_again))


def classify_week(log: Iterable[Task]) -> pd.DataFrame:
    """Add up the hours of a week by system.

    Parameters
    ----------
    log : iterable of Task
        At least one.

    Returns
    -------
    DataFrame of shape (4, 2)
        One row per `System`, in its order, by lower-case name: `hours`, and `share`,
        its part of all hours, in [0, 1]. The shares add up to 1.

    Raises
    ------
    ValueError
        If the log is empty.
    """
    hours = dict.fromkeys(System, 0.0)
    for task in log:
        hours[task.system] += task.hours
    total = sum(hours.values())
    if total == 0:
        raise ValueError("the log must hold at least one task, got none")
    names = pd.Index([system.name.lower() for system in System], name="system")
    spent = pd.DataFrame({"hours": list(hours.values())}, index=names)
    return spent.assign(share=spent["hours"] / total)
