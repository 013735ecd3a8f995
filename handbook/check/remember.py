"""Ask a tool once for each content, and remember what it said."""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

from handbook.engine.store import write_whole

__all__ = ["Answers", "code_version", "remember"]

Answers = dict[Path, list[Any]]


class _Source(Protocol):
    @property
    def path(self) -> Path: ...

    @property
    def text(self) -> str: ...


_S = TypeVar("_S", bound=_Source)


def remember(
    root: Path,
    tool: str,
    version: str,
    sources: Sequence[_S],
    ask: Callable[[Sequence[_S]], Answers],
) -> Answers:
    """Give what a tool says of each file, asking it only about those that are new.

    Parameters
    ----------
    root : Path
        Of the book; the answers are kept below its .cache.
    tool : str
        Names the file of its answers.
    version : str
        All but the file that can change an answer: the tool's version, its settings.
    sources : sequence of Source
        The files.
    ask : callable
        Called once with the files that are new, or not at all; gives a list that JSON
        can hold for each path that it has something to say about.

    Returns
    -------
    dict of Path to list
        What it says of each file, as JSON gives it back.
    """
    file = root / ".cache" / "handbook" / "check" / f"{tool}.json"
    keys = {source.path: f"{source.path} {_digest(source.text)}" for source in sources}
    kept = _read(file, version)
    new = [source for source in sources if keys[source.path] not in kept]
    if new:
        # What is not asked for now is forgotten: a branch ago is not worth the space.
        kept = {key: kept[key] for key in keys.values() if key in kept}
        said = ask(new)
        kept |= {keys[source.path]: said.get(source.path, []) for source in new}
        body = json.dumps(kept)
        with suppress(
            OSError
        ):  # what cannot be kept makes the next run slow, not wrong
            write_whole(file, f"{_seal(version, body)}\n{body}")
        kept = json.loads(body)
    return {path: kept[key] for path, key in keys.items()}


def code_version(*ours: Callable[..., Any]) -> str:
    """Name the version of Python and of our own code that gives an answer.

    Parameters
    ----------
    ours : callable
        One of each module that can change the answer.
    """
    files = sorted({each.__code__.co_filename for each in ours})
    code = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    return f"{sys.version} {_digest(code)}"


def _read(file: Path, version: str) -> dict[str, list[Any]]:
    """Read what was kept; nothing where the file is damaged, or of another version."""
    try:
        seal, _, body = file.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return {}
    if seal != _seal(version, body):
        return {}
    kept: dict[str, list[Any]] = json.loads(body)
    return kept


def _seal(version: str, body: str) -> str:
    return _digest(f"{version}\n{body}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
