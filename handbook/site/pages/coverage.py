"""The page of the topics, and of the sections that teach them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handbook.book.template import fill
from handbook.book.topics import SOURCES, Topic

__all__ = ["render"]

_TEMPLATE = Path(__file__).parent / "templates/coverage.md.jinja"


def render(topics: Iterable[Topic], uses: Mapping[str, Sequence[str]]) -> str:
    """Write the page `docs/reference/coverage.md`.

    Parameters
    ----------
    topics : iterable of Topic
        In the order of the sources.
    uses : mapping of str to sequence of str
        Links to the sections that teach a topic, by the topic's id.
    """
    taught: dict[str, list[Topic]] = defaultdict(list)
    planned: dict[str, list[Topic]] = defaultdict(list)
    for topic in topics:
        (taught if topic.id in uses else planned)[topic.source].append(topic)
    values = {
        "sources": SOURCES,
        "taught": taught,
        "planned": planned,
        "uses": uses,
        "all_taught": sum(map(len, taught.values())),
        "all_planned": sum(map(len, planned.values())),
    }
    return fill(_TEMPLATE, values, filters={"cell": _cell})


def _cell(text: str) -> str:
    return text.replace("|", "&#124;")
