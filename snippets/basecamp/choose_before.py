"""Two sayings that pass for sense, written as code and followed to the end. Bad on purpose."""

USERS = ("you", "a team", "the public")
HARM = ("an hour", "money", "health or rights")


def due(situation, *, soon=2):
    """The more that hangs on it, the sooner we want it."""
    hangs_on_it = USERS.index(situation.users) + HARM.index(situation.harm)
    return "this week" if hangs_on_it >= soon else "when it is done"


def by_the_sayings(situation, *, soon=2):
    """It has a deadline, so hack it. Everything else goes to production."""
    return (
        0 if due(situation, soon=soon) == "this week" else 5
    )  # 0 is a notebook, 5 a service
