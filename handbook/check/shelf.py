"""The book as the rules see it: every file read once, what is broken set aside."""

import ast
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

from handbook.book import Book
from handbook.chapter import Page
from handbook.check.rule import Finding

__all__ = ["GENERATED", "Head", "Module", "PageSource", "Shelf", "Source", "read_shelf"]

_T = TypeVar("_T")

GENERATED = frozenset(
    Path("docs/reference", name)
    for name in ("coverage.md", "data.md", "glossary.md", "rules.md")
)
"""Pages that `handbook generate` writes: no rule looks at them."""

_NO_PARTS = {"assets", "code", "contribute", "late_flights", "pathways", "reference"}
_LONGEST = 2**20  # bytes; nobody writes a page or a module of a megabyte
_HEAD = re.compile(r"-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A text file.

    Attributes
    ----------
    path : Path
        Relative to the book's root.
    text : str
        As it stands in the file, so that an `Edit` can count its characters.
    """

    path: Path
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts in the text; one more than there are lines."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts


@dataclass(frozen=True)
class Head:
    """The front matter of a page.

    Attributes
    ----------
    values : mapping
        As YAML gives them; empty where the page has no front matter.
    lines : mapping
        The page's line of each key, and of each item of a list by (key, index).
    end : int
        The page's last line of it; 0 without.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str | tuple[str, int], int] = field(default_factory=dict)
    end: int = 0

    def items(self, key: str) -> Iterator[tuple[int, Any]]:
        """Give each item of a list with its line; none where it is no list."""
        value = self.values.get(key)
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield self.lines[key, index], item


@dataclass(frozen=True)
class PageSource(Source):
    """A page: its text, its front matter, and what the runner reads of it."""

    head: Head
    page: Page

    @property
    def part(self) -> str:
        """The folder: `explore`; empty for docs/index.md."""
        return self.path.parts[1] if len(self.path.parts) > 2 else ""

    @property
    def is_chapter(self) -> bool:
        """Whether it is a page of a part, with a snippet and tests of its own."""
        return bool(
            self.part
            and self.part not in _NO_PARTS
            and len(self.path.parts) == 3
            and self.path.stem != "index"
        )


@dataclass(frozen=True)
class Module(Source):
    """A file of Python: snippet or test."""

    tree: ast.Module


@dataclass(frozen=True)
class Shelf:
    """The book, read once.

    Attributes
    ----------
    root : Path
        Holds mkdocs.yml.
    pages : tuple of PageSource
        Those that people write; sorted, like all that follow.
    snippets, tests : tuple of Module
        `snippets/**/*.py`; `tests/snippets/**/*.py` and `tests/facts/**/*.py`.
    figures : tuple of Path
        Files in a `figures` folder below docs/.
    nav : tuple of (str, int)
        Each page that mkdocs.yml names, relative to docs/, with its line.
    terms : mapping of str to int
        The glossary's terms, each with its line in `reference/glossary.yml`.
    topics : mapping of str to int
        The topics' ids, each with its line in `reference/topics.yml`.
    broken : tuple of Finding
        Files that cannot be read. A rule that says that something is nowhere must not
        speak while there are any.
    """

    root: Path
    pages: tuple[PageSource, ...] = ()
    snippets: tuple[Module, ...] = ()
    tests: tuple[Module, ...] = ()
    figures: tuple[Path, ...] = ()
    nav: tuple[tuple[str, int], ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[Finding, ...] = ()


def read_shelf(root: Path) -> Shelf:
    """Read the book.

    Parameters
    ----------
    root : Path
        Holds mkdocs.yml; resolved.
    """
    reading = _Reading(root)
    nav = reading.nav()
    if reading.broken:  # no page can be read as the site will show it
        return Shelf(root, broken=tuple(reading.broken))
    return Shelf(
        root,
        tuple(reading.pages()),
        tuple(reading.modules("snippets")),
        (*reading.modules("tests/facts"), *reading.modules("tests/snippets")),
        tuple(reading.figures()),
        tuple(nav),
        reading.entries(Path("docs/reference/glossary.yml"), "term"),
        reading.entries(Path("docs/reference/topics.yml"), "id"),
        tuple(reading.broken),
    )


class _BrokenError(ValueError):
    """A file that says nothing: which rule, on which line, and why."""

    def __init__(self, rule: str, line: int, message: str) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line


class _Reading:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[Finding] = []

    def pages(self) -> Iterator[PageSource]:
        sources = {
            source.path: source
            for path in self._below("docs", ".md")
            if path not in GENERATED
            if (source := self._source(path)) is not None
        }
        heads = {
            path: head
            for path, source in sources.items()
            if (head := self._guard(path, lambda s=source: _head(s.text))) is not None
        }
        for page in Book(self.root).pages(list(heads)):
            path = page.chapter.path
            yield PageSource(path, sources[path].text, heads[path], page)

    def modules(self, folder: str) -> Iterator[Module]:
        for path in self._below(folder, ".py"):
            if (source := self._source(path)) is not None:
                tree = self._guard(path, lambda s=source: _parse(s.text))
                if tree is not None:
                    yield Module(path, source.text, tree)

    def figures(self) -> Iterator[Path]:
        for path in self._below("docs", ""):
            if path.parent.name == "figures":
                yield path

    def nav(self) -> list[tuple[str, int]]:
        path = Path("mkdocs.yml")
        source = self._source(path)
        node = source and self._guard(path, lambda: _compose(source.text))
        if not isinstance(node, yaml.MappingNode):
            return []
        for key, value in node.value:
            if key.value == "nav":
                return list(_leaves(value))
        return []

    def entries(self, path: Path, key: str) -> dict[str, int]:
        """Read a list of mappings: the value of `key` in each, with its line."""
        if not (self.root / path).exists():
            return {}
        source = self._source(path)
        node = source and self._guard(path, lambda: _compose(source.text))
        if not isinstance(node, yaml.SequenceNode):
            return {}
        return {
            value.value: value.start_mark.line + 1
            for item in node.value
            if isinstance(item, yaml.MappingNode)
            for name, value in item.value
            if name.value == key
        }

    def _below(self, folder: str, suffix: str) -> list[Path]:
        found = []
        for parent, folders, files in os.walk(self.root / folder):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            here = Path(parent).relative_to(self.root)
            if here == Path("docs"):  # copies of what stands elsewhere
                folders[:] = [name for name in folders if name != "code"]
            found += [here / name for name in files if name.endswith(suffix)]
        return sorted(found)

    def _source(self, path: Path) -> Source | None:
        return self._guard(path, lambda: Source(path, _read(self.root / path)))

    def _guard(self, path: Path, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except _BrokenError as error:
            self.broken.append(Finding(path, error.line, error.rule, str(error)))
            return None


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _LONGEST:
            size = file.stat().st_size / _LONGEST
            raise _BrokenError("HB003", 1, f"this file has {size:.0f} MB: split it")
        content = file.read_bytes()
    except OSError as error:
        raise _BrokenError("HB001", 1, f"cannot be read: {error.strerror}") from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _BrokenError(
            "HB001", line, "not UTF-8: save the file as UTF-8"
        ) from error
    if not text.strip() and file.name != "__init__.py":
        raise _BrokenError("HB002", 1, "this file is empty: write it, or remove it")
    return text


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruff speaks of invalid escapes
        try:
            return ast.parse(text)
        except SyntaxError as error:
            raise _BrokenError(
                "HB005", error.lineno or 1, f"no Python: {error.msg}"
            ) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise _BrokenError("HB005", 1, f"no Python: {error}") from error


def _compose(text: str, first: int = 1) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _BrokenError(
            "HB004", first + line, f"no YAML: {error.problem}"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _BrokenError("HB004", first, f"no YAML: {error}") from error


def _head(text: str) -> Head:
    match = _HEAD.match(text)
    if match is None:
        return Head()
    end = text.count("\n", 0, match.end())
    node = _compose(match[1], 2)
    if not isinstance(node, yaml.MappingNode):
        raise _BrokenError("HB004", 2, "the front matter must be lines of `key: value`")
    lines: dict[str | tuple[str, int], int] = {}
    for key, value in node.value:
        lines[key.value] = key.start_mark.line + 2
        for index, item in enumerate(_items(value)):
            lines[key.value, index] = item.start_mark.line + 2
    try:
        values = yaml.load(match[1], yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError) as error:  # reviewed: 2026-02-30
        raise _BrokenError("HB004", 2, f"no YAML: {error}") from error
    return Head(values, lines, end)


def _items(node: yaml.Node) -> Sequence[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _leaves(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _leaves(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _leaves(value)
    else:
        yield node.value, node.start_mark.line + 1
