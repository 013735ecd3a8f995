"""The words that several commands put into their messages."""

from collections.abc import Iterable

__all__ = ["count", "nearest", "suggest"]


def count(number: int, thing: str) -> str:
    """Write `1 page`, `2 pages`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word that looks most like one that somebody wrote.

    Parameters
    ----------
    word : str
        What was written.
    known : iterable of str
        What may be meant.
    cutoff : float
        How alike they must be, from 0 for anything to 1 for the same.

    Returns
    -------
    str or None
        None where no known word is that much alike.
    """
    from difflib import get_close_matches  # noqa: PLC0415  only for a slip

    return next(iter(get_close_matches(word, list(known), 1, cutoff)), None)


def suggest(
    word: str,
    known: Iterable[str],
    *,
    ask: str = "is it",
    cutoff: float = 0.6,
    otherwise: str = "",
) -> str:
    """Write the end of a message about a word that nobody knows: `: is it nulls?`.

    Parameters
    ----------
    word, known, cutoff
        As in `nearest`.
    ask : str
        How the question begins.
    otherwise : str
        The end of the message where no known word is near.
    """
    near = nearest(word, known, cutoff=cutoff)
    return f": {ask} {near}?" if near else otherwise
