"""The page of what is new: chapters, pathways and code, by the day that they came."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from handbook.book.layout import Kind, kind_of, part_order, source_of

if TYPE_CHECKING:
    from handbook.book.front_matter import FrontMatter
    from handbook.book.history import Change
    from handbook.registry.model import Registry

__all__ = ["REWORKED", "in_words", "render"]

REWORKED = 20
"""Lines of a chapter, added and deleted in a day, from which it counts as reworked."""

_SECTIONS = {
    "chapter": "New chapters",
    "leg": "New in the case study",
    "pathway": "New pathways",
    "snippet": "New code to take home",
    "reworked": "Reworked",
    "version": "New versions of code that you may have",
    "recalled": "Recalled",
}
_MARKS = re.compile(r"[\\`*_{}\[\]<>&!|~]")  # what HTML or Markdown would act on
_UNSEARCHED = "data-search-exclude"  # the pages themselves are found
_HEAD = """\
---
description: New chapters, pathways and code, by the day on which they came.
tags: [changelog, change log, release notes, releases, updates, recent changes,
  recently added, latest, latest chapters, news, what changed, version history]
---

# What is new?
"""
_HOW = f"""\
**New chapters, pathways and code, by the day that they came, the newest first.**

It is read from the history of the handbook's files.
A chapter counts as reworked from {REWORKED} changed lines in a day.
"""
_NO_HISTORY = """\
**This copy was built without the history of its files, so it cannot say what is new.**

A clone with the whole history can: `git fetch --unshallow`, then build again.
"""


@dataclass(frozen=True, slots=True)
class _Item:
    """What may be new, as the page names it: a link, and what it is in a line."""

    kind: Kind | Literal["snippet"]
    part: str
    line: str


def render(
    changes: "Sequence[Change] | None",
    heads: "Iterable[FrontMatter]",
    registry: "Registry",
) -> str:
    """Write the page `docs/reference/new.md`.

    Parameters
    ----------
    changes : sequence of Change or None
        To files below docs/ and snippets/, newest first; None where the history is
        not there.
    heads : iterable of FrontMatter
        Of the pages and the notebooks that stand today.
    registry : Registry
        The snippets that stand today, and what was recalled.
    """
    items = _pages(heads) | _snippets(registry)
    days: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for day, section, item in _happened(changes or (), items):
        days[day][section].append(item.line)
    for recall in registry.recalled.values():
        line = f"[`{recall.name}`](catalogue.md#recalled): {_text(recall.reason)}"
        days[recall.date]["recalled"].append(line)
    parts = [_HEAD, _NO_HISTORY if changes is None else _HOW]
    for day in sorted(days, reverse=True):
        parts.append(f"## {in_words(day)} {{ #{day} {_UNSEARCHED} }}\n")
        for section, heading in _SECTIONS.items():
            if lines := days[day].get(section):
                anchor = f"#{day}-{section} {_UNSEARCHED}"
                parts.append(f"### {heading} {{ {anchor} }}\n")
                parts.append("\n".join(f"- {line}" for line in lines) + "\n")
    return "\n".join(parts)


def in_words(day: str) -> str:
    """Write a day as readers do: `22 November 2026`."""
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B %Y}"


def _pages(heads: "Iterable[FrontMatter]") -> dict[Path, _Item]:
    found = {}
    for head in heads:
        kind = kind_of(head.path)
        if kind in _SECTIONS:
            link = f"[{head.title}](../{source_of(head.path)})"
            # "Why is it null?" needs no colon.
            colon = "" if head.title.endswith(("?", "!", ".")) else ":"
            line = f"{link}{colon} {head.description}" if head.description else link
            found[head.path] = _Item(kind, head.path.parent.name, line)
    return found


def _snippets(registry: "Registry") -> dict[Path, _Item]:
    found: dict[Path, _Item] = {}
    for name, unit in registry.snippets.items():
        line = f"[`{name}`](catalogue.md#{name}): {_text(unit.purpose)}"
        item = _Item("snippet", unit.part, line)
        found |= {Path(path).relative_to("code"): item for path in unit.files}
    return found


def _text(text: str) -> str:
    """Write a line as Markdown that shows it as it is; code in back quotes is code."""
    parts = re.split(r"`+([^`]+)`+", text)
    parts[::2] = [_MARKS.sub(lambda mark: f"&#{ord(mark[0])};", p) for p in parts[::2]]
    return "`".join(parts)


def _happened(
    changes: "Iterable[Change]", items: Mapping[Path, _Item]
) -> Iterator[tuple[str, str, _Item]]:
    """Tell on which day each item came, and on which later days it changed."""
    lines: dict[_Item, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in changes:
        if item := items.get(change.path):
            lines[item][change.date] += change.lines
    order = part_order(item.part for item in lines)
    for item in sorted(lines, key=lambda item: (order.index(item.part), item.line)):
        first, *later = sorted(lines[item])
        yield first, item.kind, item
        for day in later:
            if item.kind == "snippet":
                yield day, "version", item
            elif item.kind != "pathway" and lines[item][day] >= REWORKED:
                yield day, "reworked", item
