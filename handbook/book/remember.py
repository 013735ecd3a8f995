"""Run a tool once for each content of a file, and remember its answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from handbook.base import cache
from handbook.base.cache import Answers
from handbook.base.files import Files
from handbook.book.layout import CONFIG
from handbook.book.source import Source

__all__ = ["Answers", "remember"]

# Every tool depends on both: they decide what it reads, and with which options.
_SETTINGS = (CONFIG, Path("pyproject.toml"))

_S = TypeVar("_S", bound=Source)


def remember(
    files: Files,
    tool: str,
    sources: Sequence[_S],
    ask: Callable[[Sequence[_S]], Answers],
) -> Answers:
    """Return a tool's answers for each file; it runs only on files that are new.

    Parameters
    ----------
    files : Files
        The files of the book.
    tool : str
        A name for its answers in the cache.
    sources : sequence of Source
        The files. An answer may depend only on their texts, on the settings of the
        book, and on code.
    ask : callable
        The tool. It is called at most once, with the files that are new, and returns a
        list for JSON for each path that it has answers for.

    Returns
    -------
    dict of Path to list
        The answers for each file, as JSON reads them back.
    """
    return cache.remember(files, tool, sources, ask, settings=_SETTINGS)
