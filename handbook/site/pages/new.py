"""The page of what is new: chapters, pathways and code, by the day they were added."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.base.words import long_date
from handbook.book.front_matter import FrontMatter
from handbook.book.history import Change
from handbook.book.layout import kind_of, part_order, source_of
from handbook.book.template import fill
from handbook.registry.model import Registry

__all__ = ["REWORKED", "render"]

REWORKED = 20
"""Lines of a chapter, added and deleted in a day, from which it counts as reworked."""

_MARKS = re.compile(r"[\\`*_{}\[\]<>&!|~]")  # what HTML or Markdown would act on
_TEMPLATE = Path(__file__).parent / "templates/new.md.jinja"


@dataclass(frozen=True, slots=True)
class _Item:
    """What may be new: a link, and a description, which may be empty."""

    kind: str
    part: str
    title: str
    address: str
    description: str


def render(
    changes: Sequence[Change] | None,
    heads: Iterable[FrontMatter],
    registry: Registry,
) -> str:
    """Write the page `docs/reference/new.md`.

    Parameters
    ----------
    changes : sequence of Change or None
        To files below docs/ and snippets/, newest first; None where the history is
        not there.
    heads : iterable of FrontMatter
        Of the pages and the notebooks that exist today.
    registry : Registry
        The snippets that exist today, and what was recalled.
    """
    days: dict[str, dict[str, list[_Item]]] = defaultdict(lambda: defaultdict(list))
    items = _pages(heads) | _snippets(registry)
    for day, section, item in _events(changes or (), items):
        days[day][section].append(item)
    for recall in registry.recalled.values():
        title, address = f"`{recall.name}`", "catalogue.md#recalled"
        item = _Item("recalled", "", title, address, _text(recall.reason))
        days[recall.date]["recalled"].append(item)
    values = {
        "days": dict(sorted(days.items(), reverse=True)),
        "has_history": changes is not None,
        "reworked": REWORKED,
    }
    return fill(_TEMPLATE, values, filters={"long_date": long_date})


def _text(text: str) -> str:
    """Return Markdown that shows a text as it is; code in back quotes is code."""
    parts = re.split(r"`+([^`]+)`+", text)
    parts[::2] = [_MARKS.sub(lambda mark: f"&#{ord(mark[0])};", p) for p in parts[::2]]
    return "`".join(parts)


def _pages(heads: Iterable[FrontMatter]) -> dict[Path, _Item]:
    found = {}
    for head in heads:
        kind = kind_of(head.path)
        if kind in {"chapter", "leg", "pathway"}:
            part, address = head.path.parent.name, f"../{source_of(head.path)}"
            found[head.path] = _Item(kind, part, head.title, address, head.description)
    return found


def _snippets(registry: Registry) -> dict[Path, _Item]:
    found: dict[Path, _Item] = {}
    for name, unit in registry.snippets.items():
        purpose = _text(unit.purpose)
        address = f"catalogue.md#{name}"
        item = _Item("snippet", unit.part, f"`{name}`", address, purpose)
        found |= {Path(path).relative_to("code"): item for path in unit.files}
    return found


def _events(
    changes: Iterable[Change], items: Mapping[Path, _Item]
) -> Iterator[tuple[str, str, _Item]]:
    """Return the day on which each item came, and the later days on which it changed.

    Between the two is the section of the day that lists it.
    """
    lines: dict[_Item, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in changes:
        if item := items.get(change.path):
            lines[item][change.date] += change.lines
    order = part_order(item.part for item in lines)
    for item in sorted(lines, key=lambda item: (order.index(item.part), item.title)):
        first, *later = sorted(lines[item])
        yield first, item.kind, item
        for day in later:
            if item.kind == "snippet":
                yield day, "version", item
            elif item.kind != "pathway" and lines[item][day] >= REWORKED:
                yield day, "reworked", item
