"""What the pages say of themselves: title, terms and topics."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from handbook.entries import parse
from handbook.problem import Problem

__all__ = ["Head", "read_heads"]

_HEAD = re.compile(r"-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_TITLE = re.compile(
    r"^# (?P<title>.+?)(?: +(?:\{[^}]*\}|<!--.*?-->))* *$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Head:
    """A page's front matter and its first heading.

    Attributes
    ----------
    path : Path
        Relative to the book's root.
    title : str
        The first heading; the file's stem where there is none.
    description : str
        Empty where the front matter has none.
    terms, topics, tags, formerly : tuple of str
        Empty where the front matter has none.
    """

    path: Path
    title: str
    description: str
    terms: tuple[str, ...]
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    formerly: tuple[str, ...]


def read_heads(root: Path, pages: Sequence[Path]) -> tuple[list[Head], list[Problem]]:
    """Read the pages' heads, and what is wrong with the others.

    Parameters
    ----------
    root : Path
        The book's root.
    pages : sequence of Path
        Pages and notebooks, relative to it.
    """
    heads, problems = [], []
    for path in pages:
        try:
            text = (root / path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(path, 1, f"cannot be read: {error}"))
            continue
        if path.suffix == ".py":  # a notebook: its prose stands in comments
            text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
        match = _HEAD.match(text)
        try:
            node = parse(match[1]) if match else None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 1
            problems.append(Problem(path, line, f"no YAML: {error.problem}"))
            continue
        except yaml.YAMLError as error:
            problems.append(Problem(path, 1, f"no YAML: {error}"))
            continue
        title = _TITLE.search(text, match.end() if match else 0)
        name = title["title"] if title else path.stem
        texts = (_texts(node, key) for key in ("terms", "topics", "tags", "formerly"))
        heads.append(Head(path, name, _text(node, "description"), *texts))
    return heads, problems


def _text(head: yaml.Node | None, key: str) -> str:
    if not isinstance(head, yaml.MappingNode):
        return ""
    values = (value.value for name, value in head.value if name.value == key)
    value = next(values, "")
    return value.strip() if isinstance(value, str) else ""


def _texts(head: yaml.Node | None, key: str) -> tuple[str, ...]:
    """Give the texts of a list; what is none is for `handbook check` to tell."""
    if not isinstance(head, yaml.MappingNode):
        return ()
    values = (value for name, value in head.value if name.value == key)
    value = next(values, None)
    items = value.value if isinstance(value, yaml.SequenceNode) else ()
    return tuple(str(item.value) for item in items)
