"""`handbook search WORDS`: find snippets to copy."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.words import nearest
from handbook.copier.lockfile import read_lock
from handbook.copier.project import find_project
from handbook.copier.source import choose_source
from handbook.registry.model import Registry, Unit

__all__ = ["call", "rank"]

_WORD = re.compile(r"[^\W_]+")


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    try:
        root = find_project(Path.cwd())
        known = {copy.source for copy in read_lock(root).copies.values()}
    except WrongUse:  # a search works outside a project, or with a broken lock
        root, known = Path.cwd(), set()
    registry = choose_source(arguments.source, known, root).registry
    words = _words(" ".join(arguments.words))
    if not words:
        raise WrongUse("search for letters or digits")
    found = rank(registry, words)
    width = max((len(unit.name) for unit in found), default=0)
    for unit in found:
        print(f"{unit.name:<{width}}  {unit.purpose}")
    if not found:
        print(_advice(registry, words), file=sys.stderr)
    return 0 if found else 1


def rank(registry: Registry, words: Sequence[str]) -> list[Unit]:
    """Return the units that match the most words, best first.

    A word matches if a word of the unit begins with it. Matches in the name count most,
    then in public names, in the purpose, and in the chapters.
    """
    scores = {}
    for unit in registry.snippets.values():
        fields = _fields(unit)
        scores[unit.name] = [s for word in words if (s := _score(word, fields))]
    most = max(map(len, scores.values()), default=0)
    best = [(-sum(s), name) for name, s in scores.items() if s and len(s) == most]
    return [registry.snippets[name] for _, name in sorted(best)]


def _score(word: str, fields: Sequence[set[str]]) -> int:
    """Return how well a word matches a unit; 0 if it doesn't."""
    stem = word[:-1] if len(word) > 3 and word.endswith("s") else word
    return max(
        (
            weight + (word in known)
            for weight, known in zip((9, 5, 3, 1), fields, strict=True)
            if any(each.startswith(stem) for each in known)
        ),
        default=0,
    )


def _fields(unit: Unit) -> list[set[str]]:
    texts = (unit.name, " ".join(unit.symbols), unit.purpose, unit.words)
    return [set(_words(text)) for text in texts]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _advice(registry: Registry, words: Sequence[str]) -> str:
    every = {
        word for u in registry.snippets.values() for each in _fields(u) for word in each
    }
    near = {found for w in words if (found := nearest(w, every, cutoff=0.7))}
    near -= set(words)
    hint = f"did you mean {' '.join(sorted(near))}?" if near else "try one word"
    return f"nothing matches {' '.join(words)}: {hint}"
