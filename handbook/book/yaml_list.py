"""Read a YAML list of entries, and report what is wrong with it, with the lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from handbook.base.files import Files
from handbook.book.problem import Problem

__all__ = ["Entry", "Fields", "Value", "compose", "parse", "read_entries"]

_DEEPEST = 100  # brackets within brackets
_LONGEST = 2**20  # bytes; every command reads the file, and has to be quick


class Value(NamedTuple):
    """The value of a key.

    Attributes
    ----------
    text : str
        The text as it is written, whatever its type in YAML; empty for a list.
    items : tuple of str
        The texts of a list; empty for a text.
    line : int
        The line in the file, from 1, where the text begins.
    literal : bool
        Whether it is a block below `key: |`, whose line breaks are kept.
    """

    text: str = ""
    items: tuple[str, ...] = ()
    line: int = 0
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the list.

    Attributes
    ----------
    line : int
        The line in the file, from 1, of its first key.
    values : dict of str to Value
        The values by key. Those that are required are there and not empty.
    """

    line: int
    values: dict[str, Value]

    def __getitem__(self, key: str) -> Value:
        return self.values.get(key, Value())


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys that an entry can have.

    Attributes
    ----------
    required, optional, lists : tuple of str
        The required texts, the optional texts, and the optional lists of texts.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every key, in the order of the definition."""
        return self.required + self.optional + self.lists


def parse(text: str) -> yaml.Node | None:
    """Read YAML into nodes, which have their lines; None if it is empty.

    Raises
    ------
    yaml.YAMLError
        If the text is not YAML, or is nested too deeply.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:  # the composer recurses in C, and would crash Python
            raise yaml.MarkedYAMLError(
                problem="nested too deeply", problem_mark=event.start_mark
            )
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    return node


def compose(files: Files, path: Path) -> yaml.Node | Problem:
    """Read a YAML file into nodes, which have their lines.

    Parameters
    ----------
    files : Files
        The files of the book.
    path : Path
        The file, relative to the book's root.
    """
    try:
        if (size := (files.root / path).stat().st_size) > _LONGEST:
            message = f"this file has {size / 1e6:.1f} MB: keep it under 1 MB"
            return Problem(path, 1, message)
        content = files.read(path)
        node = parse(content.decode("utf-8-sig"))
    except OSError as error:
        return Problem(path, 1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Problem(path, line, "this file is not UTF-8: save it as UTF-8")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"this is not YAML: {error.problem}"
        return Problem(path, mark.line + 1 if mark else 1, message)
    except yaml.YAMLError as error:
        message = f"this is not YAML: {str(error).splitlines()[0]}"
        return Problem(path, 1, message)
    return node if node is not None else Problem(path, 1, "this file is empty")


def read_entries(
    node: yaml.Node, path: Path, fields: Fields
) -> tuple[list[Entry], list[Problem]]:
    """Read the entries of a list, and return the problems of those that have any.

    Parameters
    ----------
    node : Node
        The node of the list.
    path : Path
        The file, relative to the book's root.
    fields : Fields
        The keys of an entry.

    Returns
    -------
    entries : list of Entry
        The entries without a problem, in order.
    problems : list of Problem
        The problems of the others.
    """
    wanted = f"`- {fields.required[0]}: ...`"
    if not isinstance(node, yaml.SequenceNode):
        return [], [_problem(path, node, f"write a list of entries, each {wanted}")]
    entries, problems = [], []
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            problems.append(_problem(path, item, f"an entry begins with {wanted}"))
            continue
        wrong = list(_wrong(item, path, fields))
        problems += wrong
        if not wrong:
            values = {key.value: _value(value) for key, value in item.value}
            entries.append(Entry(item.start_mark.line + 1, values))
    return entries, problems


def _wrong(item: yaml.MappingNode, path: Path, fields: Fields) -> Iterator[Problem]:
    name = next(
        (value.value for key, value in item.value if key.value == fields.required[0]),
        "an entry",
    )
    seen = set()
    for key, value in item.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in fields.all:
            known = ", ".join(fields.all)
            yield _problem(path, key, f"this key is unknown: an entry has {known}")
        elif key.value in seen:
            yield _problem(path, key, f"'{name}' has two `{key.value}`: remove one")
        elif key.value in fields.lists:
            if not _is_list(value):
                yield _problem(path, key, f"`{key.value}` is a list: write [a, b]")
        elif not isinstance(value, yaml.ScalarNode):
            yield _problem(path, key, f"`{key.value}` is a text: quote it")
        elif key.value in fields.required and not value.value.strip():
            yield _problem(path, key, f"`{key.value}` is empty: write it")
        seen.add(str(key.value))
    for lacking in [key for key in fields.required if key not in seen]:
        yield _problem(path, item, f"'{name}' lacks `{lacking}`: write it")


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) for item in node.value
    )


def _value(node: yaml.Node) -> Value:
    line: int = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Value(items=tuple(item.value for item in node.value), line=line)
    literal = node.style == "|"
    return Value(node.value, line=line + literal, literal=literal)


def _problem(path: Path, node: yaml.Node, message: str) -> Problem:
    return Problem(path, node.start_mark.line + 1, message)
