"""Read the front matter and the title of pages and notebooks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
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
    """A place in a file: the line, and the first and last character in the text."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of a page, and its first heading.

    Attributes
    ----------
    path : Path
        The page or the notebook, relative to the book's root.
    title : str
        The first heading of the first level; the file's stem if there is none.
    values : mapping
        The values as YAML reads them; empty if the page has no front matter.
    places : mapping
        The place of each key's value, and of each item of a list, or name in a
        mapping, by (key, index).
    end : int
        The last line of the front matter; 0 if there is none.
    """

    path: Path
    _: KW_ONLY
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str | tuple[str, int], Place] = field(default_factory=dict)
    end: int = 0

    @property
    def description(self) -> str:
        """The description; empty if the page has none."""
        value = self.values.get("description")
        return value.strip() if isinstance(value, str) else ""

    def items(self, key: str) -> Iterator[tuple[Place, Any]]:
        """Yield each item of a list, or name in a mapping, with its place."""
        value = self.values.get(key)
        for index, item in enumerate(value if isinstance(value, list | dict) else []):
            yield self.places[key, index], item

    def texts(self, key: str) -> Iterator[tuple[Place, str]]:
        """Yield each item that is a text, with its place."""
        for place, item in self.items(key):
            if isinstance(item, str) and item.strip():
                yield place, item

    def names(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list, or the names in a mapping."""
        return tuple(text for _, text in self.texts(key))

    @property
    def topics(self) -> Mapping[str, str]:
        """The id of the section that teaches each topic, by the topic's id."""
        value = self.values.get("topics")
        pairs = value.items() if isinstance(value, dict) else ()
        return {topic: str(section or "") for topic, section in pairs}


def read(path: Path, text: str) -> FrontMatter | Problem:
    """Read the front matter of a page, or return the problem that prevents it.

    Parameters
    ----------
    path : Path
        The page or the notebook, relative to the book's root.
    text : str
        The text of the file; its lines end in a newline.
    """
    lines = scan(read_notebook(text) if path.suffix == ".py" else text)
    end = sum(line.kind == "front matter" for line in lines)
    name = title(lines) or path.stem
    if not end:
        return FrontMatter(path, title=name)
    inside = "".join(f"{line.text}\n" for line in lines[1 : end - 1])
    try:
        values, places = _values(inside, len(lines[0].text) + 1)
    except _FaultError as fault:
        return Problem(path, fault.line + 2, str(fault))
    return FrontMatter(path, title=name, values=values, places=places, end=end)


def read_all(
    files: Files, paths: Sequence[Path]
) -> tuple[list[FrontMatter], list[Problem]]:
    """Read the front matter of pages, and return the problems of those that have any.

    Parameters
    ----------
    files : Files
        The files of the book.
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
    """An error in the YAML, with its line, from 0."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _values(
    text: str, offset: int
) -> tuple[dict[str, Any], dict[str | tuple[str, int], Place]]:
    """Read the values of a mapping and their places; the YAML starts at `offset`."""
    try:
        node = parse(text)
        _refuse_aliases_and_tags(text)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from error
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
        names = isinstance(value, yaml.MappingNode) and [
            name for name, _ in value.value
        ]
        items = value.value if isinstance(value, yaml.SequenceNode) else names or ()
        for index, item in enumerate(items):
            places[key.value, index] = _place(item, offset)
        try:
            values[key.value] = SafeConstructor().construct_document(value)
        except (ValueError, yaml.YAMLError) as error:  # reviewed: 2026-02-30
            raise _not_yaml(error, value.start_mark.line) from error
    return values, places


def _refuse_aliases_and_tags(text: str) -> None:
    """Refuse aliases, which can make a list contain itself, and tags."""
    if "*" not in text and "!" not in text:
        return
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise _FaultError(line, "write this out, without & and *")
        if tag := getattr(event, "tag", None):
            name = tag.replace("tag:yaml.org,2002:", "!!")
            raise _FaultError(line, f"write the value without {name}")


def _not_yaml(error: Exception, line: int = 0) -> _FaultError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return _FaultError(mark.line if mark else line, f"this is not YAML: {reason}")


def _place(node: yaml.Node, offset: int) -> Place:
    start, end = node.start_mark, node.end_mark
    return Place(start.line + 2, offset + start.index, offset + end.index)
