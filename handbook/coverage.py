"""The topics that the handbook set out to cover, and the page of those that it does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from handbook.entries import Fields, compose, read_entries
from handbook.problem import Problem

__all__ = ["TOPICS", "Plan", "Topic", "read_topics", "render"]

TOPICS = Path("docs/reference/topics.yml")
"""Relative to the book's root."""

_FIELDS = Fields(("id", "topic", "source", "at"))
_SOURCES = {
    "talk": (
        "The talk",
        "Catherine Nelson and Demetrios Brinkmann, "
        "*Why All Data Scientists Should Learn Software Engineering Principles*, "
        "MLOps Community, July 2024; minutes and seconds.",
    ),
    "article": (
        "The article",
        "Ani Madurkar, *Thinking Fast and Slow for Data Science*, October 2022; "
        "paragraphs counted from its first, captions and repeated sentences left out.",
    ),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A point of a source, in our own words.

    Attributes
    ----------
    id : str
        As chapters name it: `A21`.
    topic : str
        One line.
    source : {"talk", "article"}
        Which of the two.
    at : str
        Where in it.
    line : int
        The file's line, from 1.
    """

    id: str
    topic: str
    source: str
    at: str
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What topics.yml holds.

    Attributes
    ----------
    topics : tuple of Topic
        In the order of the file.
    covered_at_least : int
        As many had a chapter when somebody last counted.
    line : int
        The file's line, from 1, of that number; 0 without one.
    """

    topics: tuple[Topic, ...] = ()
    covered_at_least: int = 0
    line: int = 0


def read_topics(root: Path) -> tuple[Plan, list[Problem]]:
    """Read the topics, and what is wrong with the others.

    Parameters
    ----------
    root : Path
        The book's root.
    """
    node = compose(root, TOPICS)
    if isinstance(node, Problem):
        return Plan(), [node]
    parts = {}
    if isinstance(node, yaml.MappingNode):
        parts = {key.value: value for key, value in node.value}
    if parts.keys() != {"covered_at_least", "topics"}:
        message = "write `covered_at_least: N` and the list `topics:`, nothing else"
        return Plan(), [Problem(TOPICS, 1, message)]
    entries, problems = read_entries(parts["topics"], TOPICS, _FIELDS)
    first: dict[str, int] = {}
    for entry in entries:
        name, source = entry["id"], entry["source"]
        if (other := first.setdefault(name.text, entry.line)) != entry.line:
            message = f"{name.text} is on line {other} too: keep one of the two"
            problems.append(Problem(TOPICS, entry.line, message))
        if source.text not in _SOURCES:
            message = f"a source is {' or '.join(_SOURCES)}, not {source.text}"
            problems.append(Problem(TOPICS, source.line, message))
    number = parts["covered_at_least"]
    line = number.start_mark.line + 1
    if not str(number.value).isdecimal():
        problems.append(Problem(TOPICS, line, "`covered_at_least` is a whole number"))
        return Plan(), sorted(problems)
    topics = [
        Topic(
            entry["id"].text,
            entry["topic"].text.strip(),
            entry["source"].text,
            entry["at"].text.strip(),
            entry.line,
        )
        for entry in entries
    ]
    return Plan(tuple(topics), int(number.value), line), sorted(problems)


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
        heading, origin = _SOURCES[source]
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
