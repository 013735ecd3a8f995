"""The page of the topics, and of the chapters that cover them."""

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
        Links to the chapters that cover a topic, by the topic's id.
    """
    by_source = defaultdict(list)
    for topic in topics:
        by_source[topic.source].append(topic)
    covered = {
        source: sum(topic.id in uses for topic in found)
        for source, found in by_source.items()
    }
    values = {
        "by_source": by_source,
        "sources": SOURCES,
        "uses": uses,
        "covered": covered,
        "all_covered": sum(covered.values()),
        "all_topics": sum(map(len, by_source.values())),
    }
    return fill(_TEMPLATE, values, filters={"cell": _cell})


def _cell(text: str) -> str:
    return text.replace("|", "&#124;")
