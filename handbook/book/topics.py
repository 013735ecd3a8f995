"""The topics that the handbook set out to cover."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from handbook.base.files import Files
from handbook.book.problem import Problem
from handbook.book.yaml_list import Fields, compose, read_entries

__all__ = ["SOURCES", "TOPICS", "Plan", "Topic", "read_topics"]

TOPICS = Path("docs/reference/topics.yml")
"""Relative to the book's root."""

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
"""The heading and the origin of each source of topics."""


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


def read_topics(files: Files) -> tuple[Plan, list[Problem]]:
    """Read the topics, and what is wrong with the others.

    Parameters
    ----------
    files : Files
        The book's.
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
            message = f"a source is {' or '.join(SOURCES)}, not {source.text}"
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
