"""`handbook diff NAME`: show your edits and the changes upstream, separately."""

import argparse
import difflib
from collections.abc import Iterator
from pathlib import Path

from handbook.base.words import visible
from handbook.copier.copies import copy_of, files_of, find, offered
from handbook.copier.exclusive import settle
from handbook.copier.lockfile import read_lock, version_of
from handbook.copier.project import find_project
from handbook.copier.source import open_source

__all__ = ["call", "compare"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    settle(root)
    copy = find(read_lock(root), arguments.name)
    files = list(files_of(copy, root))
    base = {file.place: file.base for file in files}
    # Your edits first: they are shown even if the source can't be read.
    yours = {file.place: file.yours for file in files if file.yours is not None}
    _print_diff(f"Your edits of {copy.name}, since it came:", compare(base, yours))
    source = open_source(copy.source, root)
    unit = source.unit(copy.name)
    new = copy_of(
        unit,
        source=copy.source,
        module=copy.module,
        code=copy.code,
        tests=copy.tests,
    )
    theirs = new.written(offered(source, unit, tests=copy.tests is not None))
    versions = f"{copy.version} to {version_of(unit.hash, unit.date)}"
    _print_diff(f"Upstream, {versions}:", compare(base, theirs))
    return 0


def _print_diff(title: str, lines: Iterator[str]) -> None:
    print(title)
    shown = list(lines)
    print("\n".join(shown) if shown else "  nothing")


def compare(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    """Return the lines of a diff between two states of files, by their places."""
    for place in sorted({*before, *after}):
        yield from difflib.unified_diff(
            _lines(before.get(place, b"")),
            _lines(after.get(place, b"")),
            place if place in before else "(no file)",
            place if place in after else "(no file)",
            lineterm="",
        )


def _lines(content: bytes) -> list[str]:
    return visible(content.decode(errors="backslashreplace")).split("\n")
