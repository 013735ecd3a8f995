"""Ask an outside tool once for each content, and remember what it said."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from handbook.check.shelf import Source
from handbook.engine.store import Store

__all__ = ["remember"]

Answers = dict[Path, list[Any]]


def remember(
    root: Path,
    tool: str,
    version: str,
    sources: Sequence[Source],
    ask: Callable[[Sequence[Source]], Answers],
) -> Answers:
    """Give what a tool says of each file, asking it only about those that are new.

    Parameters
    ----------
    root : Path
        Of the book; the answers are kept below its .cache.
    tool : str
        Names the folder of its answers.
    version : str
        All but the file that can change an answer: the tool's version, its settings.
    sources : sequence of Source
        The files.
    ask : callable
        Called once with the files that are new, or not at all; gives a list that JSON
        can hold for each path that it has something to say about.
    """
    store = Store(root / ".cache" / "handbook" / tool)
    keys = {
        source.path: {
            "version": version,
            "content": hashlib.sha256(source.text.encode()).hexdigest(),
        }
        for source in sources
    }
    kept = {path: store.get(path, key) for path, key in keys.items()}
    answers: Answers = {path: k["said"] for path, k in kept.items() if k is not None}
    if new := [source for source in sources if source.path not in answers]:
        said = ask(new)
        for source in new:
            answers[source.path] = said.get(source.path, [])
            store.keep(source.path, keys[source.path], {"said": answers[source.path]})
    return answers
