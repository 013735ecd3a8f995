"""Build the parts of messages and pages that several modules share."""

from collections.abc import Iterable
from datetime import date

__all__ = ["count", "long_date", "nearest", "one_line", "suggest", "visible"]


def count(number: int, thing: str) -> str:
    """Return a number and its noun: `1 page`, `2 pages`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def long_date(day: str) -> str:
    """Return a day, `2026-11-22`, as readers write it: `22 November 2026`."""
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B %Y}"


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word that is most like a misspelt one.

    Parameters
    ----------
    word : str
        The word as it was written.
    known : iterable of str
        The words that may be meant.
    cutoff : float
        How similar they must be, from 0 for any word to 1 for the same word.

    Returns
    -------
    str or None
        None if no known word is that similar.
    """
    from difflib import get_close_matches  # noqa: PLC0415  only after a mistake

    return next(iter(get_close_matches(word, list(known), 1, cutoff)), None)


def visible(text: str) -> str:
    r"""Return a text that a terminal shows, and doesn't obey.

    Control characters, escape codes among them, and marks that turn the direction of
    writing become `\x1b`, `\u202e`; line ends and tabs stay.
    """
    return "".join(
        each
        if each.isprintable() or each in "\n\t"
        else each.encode("unicode_escape").decode()
        for each in text
    )


def one_line(text: str) -> str:
    """Return a text from somebody else as one line that is safe to print."""
    return visible(" ".join(text.split()))


def suggest(
    word: str,
    known: Iterable[str],
    *,
    ask: str = "is it",
    cutoff: float = 0.6,
    otherwise: str = "",
) -> str:
    """Return the end of a message about an unknown word: `: is it nulls?`.

    Parameters
    ----------
    word, known, cutoff
        As in `nearest`.
    ask : str
        How the question begins.
    otherwise : str
        The end of the message if no known word is similar.
    """
    near = nearest(word, known, cutoff=cutoff)
    return f": {ask} {near}?" if near else otherwise
