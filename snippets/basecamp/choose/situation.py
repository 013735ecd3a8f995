"""Describe a piece of work by four answers that can be put in order.

None of the four asks whether there is machine learning in it, and none asks for the
deadline: a date changes how much you can answer, never what a wrong answer does.

Source: Madurkar (2022), Thinking Fast and Slow for Data Science, on guiding decisions.
"""

from dataclasses import astuple, dataclass, fields
from itertools import product
from typing import Any, Literal, get_args, get_type_hints

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
        for (name, scale), answer in zip(_scales().items(), astuple(self), strict=True):
            if answer not in scale:
                raise ValueError(f"{name} must be one of {scale}: {answer!r}")

    def covers(self, other: "Situation") -> bool:
        """Return whether each answer is at least as demanding as the other's."""
        answers = zip(_scales().values(), astuple(self), astuple(other), strict=True)
        return all(
            scale.index(mine) >= scale.index(theirs) for scale, mine, theirs in answers
        )

    @classmethod
    def grid(cls) -> list["Situation"]:
        """Return all 54 situations, from the least demanding to the most."""
        return [cls(*answers) for answers in product(*_scales().values())]


def _scales() -> dict[str, tuple[Any, ...]]:
    # get_type_hints, since a copy may have `from __future__ import annotations`.
    hints = get_type_hints(Situation)
    return {field.name: get_args(hints[field.name]) for field in fields(Situation)}
