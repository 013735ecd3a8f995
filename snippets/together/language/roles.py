"""Whom a change concerns, told from the words in which you announce it.

Source: the neighbours are those of Nelson and Brinkmann (2024), Why all data scientists
should learn software engineering principles, 30:29; their questions are ours.
"""

from dataclasses import dataclass

from .translate import readings

__all__ = ["NEIGHBOURS", "Neighbour", "role_map"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody whose work begins where yours ends.

    Attributes
    ----------
    role, asks, needs : str
        Who it is, the question that you will be asked, and what answers it.
    words : frozenset of str
        The terms in a change that concern this role.
    """

    role: str
    asks: str
    needs: str
    words: frozenset[str]


NEIGHBOURS = (
    Neighbour(
        "data engineer",
        "Which columns must be there, and when?",
        "a data contract, and the hour at which you read",
        frozenset({"schema", "data contract", "drift", "label", "sample"}),
    ),
    Neighbour(
        "software engineer",
        "What do I send, what comes back, and what if a value is missing?",
        "an API with each of its errors, and three requests that work",
        frozenset({"API", "type", "validation", "idempotent", "latency"}),
    ),
    Neighbour(
        "platform engineer",
        "How is it started, how is it undone, and who is called?",
        "a lock file, a rollback that was tried, and a name for each week",
        frozenset({"lock file", "container", "deploy", "rollback", "on-call"}),
    ),
    Neighbour(
        "designer",
        "What does the page say when you do not know?",
        "how often you are wrong, and the answer without an answer",
        frozenset({"feature", "bias", "latency", "experiment"}),
    ),
    Neighbour(
        "privacy and security",
        "Whose data are these, and who can read them?",
        "the columns on people, where they lie, and when they are deleted",
        frozenset({"secret", "leakage", "dependency", "sample"}),
    ),
)


def role_map(change: str) -> dict[str, tuple[str, ...]]:
    """Say which neighbours a change concerns, and by which of its words.

    Parameters
    ----------
    change : str
        The announcement, a sentence or a few.

    Returns
    -------
    dict of str to tuple of str
        The words, as they stand in the change, by role; a role without any is left out.
    """
    words: dict[str, str] = {}
    for each in readings(change, to="engineer"):
        words.setdefault(each.term, each.word)
    found = {
        each.role: tuple(words[term] for term in words if term in each.words)
        for each in NEIGHBOURS
    }
    return {role: named for role, named in found.items() if named}
