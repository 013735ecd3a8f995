"""Ask a tool once for each content, and remember what it said."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from handbook.base import cache
from handbook.base.cache import Answers
from handbook.base.files import Files
from handbook.book.layout import CONFIG
from handbook.book.source import Source

__all__ = ["Answers", "remember"]

# Whatever the tool: both decide what it is asked, and how.
_SETTINGS = (CONFIG, Path("pyproject.toml"))

_S = TypeVar("_S", bound=Source)


def remember(
    files: Files,
    tool: str,
    sources: Sequence[_S],
    ask: Callable[[Sequence[_S]], Answers],
) -> Answers:
    """Return what a tool says of each file, asking it only about those that are new.

    Parameters
    ----------
    files : Files
        The book's.
    tool : str
        Names its answers.
    sources : sequence of Source
        The files. What an answer depends on is in their texts, in the settings of the
        book, or in code.
    ask : callable
        Called once with the files that are new, or not at all; returns a list that JSON
        can hold for each path that it has something to say about.

    Returns
    -------
    dict of Path to list
        What it says of each file, as JSON gives it back.
    """
    return cache.remember(files, tool, sources, ask, settings=_SETTINGS)
