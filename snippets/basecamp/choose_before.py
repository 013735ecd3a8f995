"""Two sayings that pass for sense, followed to the end. Bad on purpose."""

from typing import Any

USERS = ("you", "a team", "the public")
HARM = ("an hour", "money", "health or rights")


def due(situation: Any, *, soon: int = 2) -> str:
    """The more that hangs on it, the sooner we want it."""
    hangs_on_it = USERS.index(situation.users) + HARM.index(situation.harm)
    return "this week" if hangs_on_it >= soon else "when it is done"


def by_the_sayings(situation: Any, *, soon: int = 2) -> int:
    """It has a deadline, so hack it. Everything else goes to production."""
    hack, service = 0, 5
    return hack if due(situation, soon=soon) == "this week" else service
