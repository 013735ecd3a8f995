"""The page of the topics, and of the chapters that cover them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from handbook.book.topics import SOURCES, Topic

__all__ = ["render"]


def render(
    topics: Iterable[Topic], uses: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    """Write the page `docs/reference/coverage.md`.

    Parameters
    ----------
    topics : iterable of Topic
        In the order of the sources.
    uses : mapping of str to sequence of (str, str)
        The title and the address, seen from the page, of each chapter that covers a
        topic, by the topic's id.
    """
    by_source = defaultdict(list)
    for topic in topics:
        by_source[topic.source].append(topic)
    known = [topic.id for found in by_source.values() for topic in found]
    covered = sum(name in uses for name in known)
    sections = [
        "---\n"
        "description: Every point of the talk and the article behind this handbook, "
        "and the chapters that cover it.\n"
        "tags: [topic, syllabus, curriculum, missing chapter, planned, talk, podcast, "
        "article, Nelson, Brinkmann, Madurkar]\n"
        "---",
        "# What is covered?",
        f"**{covered} of {len(known)} topics have a chapter.**",
        f'<progress value="{covered}" max="{len(known)}" '
        f'aria-label="{covered} of {len(known)} topics" '
        'style="width: 100%; accent-color: var(--md-typeset-a-color)"></progress>',
        "The handbook began with a talk and an article.\n"
        "Each of their points stands here in our own words, with its place and the "
        "chapters that cover it.",
    ]
    for source, found in by_source.items():
        heading, origin = SOURCES[source]
        count = f"{sum(topic.id in uses for topic in found)} of {len(found)}"
        sections += [
            # To a search, a chapter answers more than its line here.
            f'## {heading}: {count} {{ #{source} data-search-exclude="" }}',
            origin,
            f'<div class="topics" markdown>\n\n{_table(found, uses)}\n\n</div>',
        ]
    return "\n\n".join(sections) + "\n"


def _table(
    topics: Iterable[Topic], uses: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    lines = ["| Id | Topic | Where | Chapters |", "|---|---|---|---|"]
    for topic in topics:
        links = ", ".join(
            f"[{title}]({address})" for title, address in uses.get(topic.id, ())
        )
        cells = [f"`{topic.id}`", topic.topic, topic.at, links or "none yet"]
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(lines)
