"""What the pages say of themselves: their front matter and their title."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor

from handbook.base.files import Files
from handbook.book.problem import Problem
from handbook.book.scan import read_notebook, scan, title
from handbook.book.yaml_list import parse

__all__ = ["FrontMatter", "Place", "read", "read_all"]


class Place(NamedTuple):
    """Where something stands in a file: its line, and its characters in the text."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of a page, and its first heading.

    Attributes
    ----------
    path : Path
        Of the page or the notebook, relative to the book's root.
    title : str
        The first heading of the first level; the file's stem where there is none.
    values : mapping
        As YAML gives them; empty where the page has no front matter.
    places : mapping
        Where the value of each key stands, and each item of a list by (key, index).
    end : int
        The last line of it; 0 without.
    """

    path: Path
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str | tuple[str, int], Place] = field(default_factory=dict)
    end: int = 0

    @property
    def description(self) -> str:
        """Empty where the page has none."""
        value = self.values.get("description")
        return value.strip() if isinstance(value, str) else ""

    def items(self, key: str) -> Iterator[tuple[Place, Any]]:
        """Return each item of a list with its place; none where it is no list."""
        value = self.values.get(key)
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield self.places[key, index], item

    def texts(self, key: str) -> Iterator[tuple[Place, str]]:
        """Return each item of a list that is a text, as each should be."""
        for place, item in self.items(key):
            if isinstance(item, str) and item.strip():
                yield place, item

    def names(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list without their places."""
        return tuple(text for _, text in self.texts(key))


def read(path: Path, text: str) -> FrontMatter | Problem:
    """Read the front matter of a page, or say with its line why that cannot be done.

    Parameters
    ----------
    path : Path
        Of the page or the notebook, relative to the book's root.
    text : str
        Its lines end in a newline.
    """
    lines = scan(read_notebook(text) if path.suffix == ".py" else text)
    end = sum(line.kind == "front matter" for line in lines)
    name = title(lines) or path.stem
    if not end:
        return FrontMatter(path, name)
    inside = "".join(f"{line.text}\n" for line in lines[1 : end - 1])
    try:
        values, places = _values(inside, len(lines[0].text) + 1)
    except _FaultError as fault:
        return Problem(path, fault.line + 2, str(fault))
    return FrontMatter(path, name, values, places, end)


def read_all(
    files: Files, paths: Sequence[Path]
) -> tuple[list[FrontMatter], list[Problem]]:
    """Read the front matter of pages, and what is wrong with the others.

    Parameters
    ----------
    files : Files
        The book's.
    paths : sequence of Path
        Pages and notebooks.
    """
    found, problems = [], []
    for path in paths:
        try:
            text = files.text(path)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(path, 1, f"cannot be read: {error}"))
            continue
        head = read(path, text)
        if isinstance(head, Problem):
            problems.append(head)
        else:
            found.append(head)
    return found, problems


class _FaultError(ValueError):
    """What is wrong, and on which line of the YAML, from 0."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _values(
    text: str, offset: int
) -> tuple[dict[str, Any], dict[str | tuple[str, int], Place]]:
    """Read the values of a mapping, and where they stand from `offset` on."""
    try:
        node = parse(text)
        _refuse_what_yaml_can_do(text)
    except yaml.YAMLError as error:
        raise _no_yaml(error) from error
    if not isinstance(node, yaml.MappingNode):
        raise _FaultError(0, "front matter must be lines of `key: value`")
    values: dict[str, Any] = {}
    places: dict[str | tuple[str, int], Place] = {}
    for key, value in node.value:
        line = key.start_mark.line
        if key.tag != "tag:yaml.org,2002:str":
            raise _FaultError(line, "a key must be a word")
        if key.value in values:
            raise _FaultError(line, f"a second `{key.value}`: keep one")
        places[key.value] = _place(value, offset)
        if isinstance(value, yaml.SequenceNode):
            for index, item in enumerate(value.value):
                places[key.value, index] = _place(item, offset)
        try:
            values[key.value] = SafeConstructor().construct_document(value)
        except (ValueError, yaml.YAMLError) as error:  # reviewed: 2026-02-30
            raise _no_yaml(error, value.start_mark.line) from error
    return values, places


def _refuse_what_yaml_can_do(text: str) -> None:
    """Refuse a list that may hold itself, and a tag that its value may not fit."""
    if "*" not in text and "!" not in text:
        return
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise _FaultError(line, "write this out, without & and *")
        if tag := getattr(event, "tag", None):
            name = tag.replace("tag:yaml.org,2002:", "!!")
            raise _FaultError(line, f"write the value without {name}")


def _no_yaml(error: Exception, line: int = 0) -> _FaultError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return _FaultError(mark.line if mark else line, f"this is no YAML: {reason}")


def _place(node: yaml.Node, offset: int) -> Place:
    start, end = node.start_mark, node.end_mark
    return Place(start.line + 2, offset + start.index, offset + end.index)
