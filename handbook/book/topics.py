"""The topics that the handbook set out to cover."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from handbook.base.files import Files
from handbook.book.problem import Problem
from handbook.book.yaml_list import Fields, compose, read_entries

__all__ = ["SOURCES", "TOPICS", "Plan", "Topic", "read_topics"]

TOPICS = Path("docs/reference/topics.yml")
"""The list of topics, relative to the book's root."""

_FIELDS = Fields(("id", "topic", "source", "at"))
SOURCES = {
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
"""The heading and the reference of each source of topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A point that a source makes, in our own words.

    Attributes
    ----------
    id : str
        The name that chapters use: `A21`.
    topic : str
        The topic, in one line.
    source : {"talk", "article"}
        Where the topic comes from.
    at : str
        The place in the source.
    line : int
        The line in the file, from 1.
    """

    id: str
    topic: str
    source: str
    at: str
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of topics.yml.

    Attributes
    ----------
    topics : tuple of Topic
        The topics, in the order of the file.
    covered_at_least : int
        How many topics had a chapter when somebody last counted.
    line : int
        The line in the file, from 1, with that number; 0 without one.
    """

    topics: tuple[Topic, ...] = ()
    covered_at_least: int = 0
    line: int = 0


def read_topics(files: Files) -> tuple[Plan, list[Problem]]:
    """Read the topics, and return the problems of the other entries.

    Parameters
    ----------
    files : Files
        The files of the book.
    """
    node = compose(files, TOPICS)
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
        if source.text not in SOURCES:
            message = f"write {' or '.join(SOURCES)} as the source, not {source.text}"
            problems.append(Problem(TOPICS, source.line, message))
    number = parts["covered_at_least"]
    line = number.start_mark.line + 1
    if not str(number.value).isdecimal():
        message = "`covered_at_least` must be a whole number"
        problems.append(Problem(TOPICS, line, message))
        return Plan(), sorted(problems)
    topics = [
        Topic(
            id=entry["id"].text,
            topic=entry["topic"].text.strip(),
            source=entry["source"].text,
            at=entry["at"].text.strip(),
            line=entry.line,
        )
        for entry in entries
    ]
    return Plan(tuple(topics), int(number.value), line), sorted(problems)
