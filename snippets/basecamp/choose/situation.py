"""Describe a piece of work by four answers that can be put in order.

None of the four asks whether there is machine learning in it, and none asks for the
deadline: a date changes how much you can answer, never what a wrong answer does.

Source: Madurkar (2022), Thinking Fast and Slow for Data Science, on guiding decisions.
"""

from dataclasses import astuple, dataclass, fields
from itertools import product
from typing import Any, Literal, get_args

__all__ = ["Situation"]


@dataclass(frozen=True)
class Situation:
    """Four answers about a piece of work, each from the least to the most demanding.

    Attributes
    ----------
    question
        Whether somebody has shown, on real data, that it can be answered.
    users
        Who acts on the answer.
    harm
        What a wrong answer costs before anyone notices.
    runs
        How it runs: "by hand" means again and again, each answer read by a person.

    Raises
    ------
    ValueError
        If an answer is not one of those that its field allows.
    """

    question: Literal["open", "answered"] = "open"
    users: Literal["you", "a team", "the public"] = "you"
    harm: Literal["an hour", "money", "health or rights"] = "an hour"
    runs: Literal["once", "by hand", "unattended"] = "once"

    def __post_init__(self) -> None:
        for field, answer in zip(fields(self), astuple(self), strict=True):
            if answer not in get_args(field.type):
                raise ValueError(
                    f"{field.name} must be one of {get_args(field.type)}: {answer!r}"
                )

    def covers(self, other: "Situation") -> bool:
        """Say whether each answer is at least as demanding as the other situation's."""
        scales = [get_args(field.type) for field in fields(self)]
        answers = zip(scales, astuple(self), astuple(other), strict=True)
        return all(
            scale.index(mine) >= scale.index(theirs) for scale, mine, theirs in answers
        )

    @classmethod
    def grid(cls) -> list["Situation"]:
        """List all 54 situations, from the least demanding to the most."""
        scales: list[Any] = [get_args(field.type) for field in fields(cls)]
        return [cls(*answers) for answers in product(*scales)]
