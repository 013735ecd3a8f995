"""Opinions, rung by rung: what to make, when to stop, and which situations ask for it.

They are data, so that you can read, dispute and replace them: `recommend` takes any
ladder.

Source: Nelson (2024), MLOps Community podcast, 21:53 and 22:24; Madurkar (2022),
Thinking Fast and Slow for Data Science.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .situation import Situation

__all__ = ["LADDER", "Rung"]


@dataclass(frozen=True)
class Rung:
    """What to make, when to stop, and why a situation asks for it.

    `asked_by` holds each reason with the least demanding situation that it holds for;
    it then holds for every situation that covers this one.
    """

    name: str
    mountain: str
    make: str
    stop: str
    asked_by: Mapping[str, Situation]


LADDER = (
    Rung(
        name="notebook",
        mountain="experimentation",
        make="a notebook inside a time box",
        stop="Stop on the day you set today, or once no answer changes the decision.",
        asked_by={
            "It is open and little hangs on it: fast beats tidy.": Situation(),
        },
    ),
    Rung(
        name="proof of concept",
        mountain="experimentation",
        make="a proof of concept on past data; a colleague reads it, nobody acts on it",
        stop="Stop on the day you set today: then cross over, or write down why not.",
        asked_by={
            "Others would pay for a wrong answer.": Situation(
                "open", "a team", "money"
            ),
            "The public would act on it and cannot ask you.": Situation(
                "open", "the public"
            ),
            "A wrong answer would do lasting harm.": Situation(
                "open", harm="health or rights"
            ),
            "No open question may run unattended.": Situation(
                "open", runs="unattended"
            ),
        },
    ),
    Rung(
        name="memo",
        mountain="experimentation",
        make="a one-page memo: the number, its period, and what it cannot say",
        stop="Stop when a colleague gets your number from your notebook.",
        asked_by={
            "It is answered: without its limits it is used beyond them.": Situation(
                "answered"
            ),
        },
    ),
    Rung(
        name="script",
        mountain="the crossing",
        make="tested functions behind one command",
        stop="Stop when old and new code agree on the same rows and a test holds it.",
        asked_by={
            "It runs again: same rows, same number.": Situation(
                "answered", runs="by hand"
            ),
            "The public pays for a wrong answer.": Situation(
                "answered", "the public", "money"
            ),
            "A wrong answer does lasting harm: test it, even once.": Situation(
                "answered", harm="health or rights"
            ),
        },
    ),
    Rung(
        name="job",
        mountain="engineering",
        make="a scheduled job with checks on its input, an alarm and an owner",
        stop="Stop serving when the answer leaves the band you wrote down beforehand.",
        asked_by={
            "It acts before anyone has read it: a check must read it.": Situation(
                "answered", runs="unattended"
            ),
            "Again and again, the public could come to lasting harm.": Situation(
                "answered", "the public", "health or rights", "by hand"
            ),
        },
    ),
    Rung(
        name="service",
        mountain="engineering",
        make="a service released in stages, with a way back and someone on call",
        stop="Stop serving when the answer leaves its band: roll back, then ask why.",
        asked_by={
            "The public pays before anyone has read it.": Situation(
                "answered", "the public", "money", "unattended"
            ),
            "It does lasting harm before anyone has read it.": Situation(
                "answered", "you", "health or rights", "unattended"
            ),
        },
    ),
)
