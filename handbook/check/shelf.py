"""The book as the rules see it: every file read once, what is broken set aside."""

import ast
import os
import re
import subprocess
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml

from handbook import data_sheet
from handbook.book import Book
from handbook.chapter import Embed, Page
from handbook.check.rule import Finding

__all__ = ["GENERATED", "Head", "Module", "PageSource", "Shelf", "Source", "read_shelf"]

_A = TypeVar("_A")
_T = TypeVar("_T")

GENERATED = frozenset(
    Path("docs/reference", name)
    for name in ("coverage.md", "data.md", "glossary.md", "rules.md")
)
"""Pages that `handbook generate` writes: no rule looks at them."""

_SHEET = Path("snippets/data/sheet.toml")
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
        Its lines end in a newline alone: an `Edit` counts its characters.
    raw : str
        As it stands in the file, where that differs: other line ends, a byte-order
        mark.
    """

    path: Path
    text: str
    raw: str

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


class Place(NamedTuple):
    """Where something stands in a file: its line, and its characters in the text."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Head:
    """The front matter of a page.

    Attributes
    ----------
    values : mapping
        As YAML gives them; empty where the page has no front matter.
    places : mapping
        Where the value of each key stands, and each item of a list by (key, index).
    end : int
        The last line of it; 0 without.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str | tuple[str, int], Place] = field(default_factory=dict)
    end: int = 0

    def items(self, key: str) -> Iterator[tuple[Place, Any]]:
        """Give each item of a list with its place; none where it is no list."""
        value = self.values.get(key)
        for index, item in enumerate(value if isinstance(value, list) else []):
            yield self.places[key, index], item


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

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines that are in no fence and not in the front matter, numbered."""
        fenced = {
            line
            for fence in self.page.fences
            for line in range(fence.line, fence.line + _length(fence.code) + 2)
        }
        return [
            (number, line)
            for number, line in enumerate(self.lines, 1)
            if number > self.head.end and number not in fenced
        ]


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
    sheet : tuple of Embed
        What the page of the data shows, on the lines of that generated page.
    nav : tuple of (str, int)
        Each page that mkdocs.yml names, relative to docs/, with its line.
    terms, topics : mapping of str to int
        The glossary's terms and the topics' ids, each with its line in
        `reference/glossary.yml` and `reference/topics.yml`.
    committed : date or None
        The day of the last commit; None outside a git checkout.
    broken : tuple of Finding
        Files that cannot be read. A rule that says that something is nowhere must not
        speak while there are any.
    """

    root: Path
    pages: tuple[PageSource, ...] = ()
    snippets: tuple[Module, ...] = ()
    tests: tuple[Module, ...] = ()
    figures: tuple[Path, ...] = ()
    sheet: tuple[Embed, ...] = ()
    nav: tuple[tuple[str, int], ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    committed: date | None = None
    broken: tuple[Finding, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files that people write and rules read."""
        return (*self.pages, *self.snippets, *self.tests)


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
        tuple(reading.sheet()),
        tuple(nav),
        reading.entries(Path("docs/reference/glossary.yml"), "term"),
        reading.entries(Path("docs/reference/topics.yml"), "id"),
        _committed(root),
        tuple(reading.broken),
    )


class _BrokenError(ValueError):
    """A file that says nothing: which rule, on which line, and why."""

    def __init__(self, rule: str, line: int, message: str) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line


class _Reading:
    """Reads files, and notes those that it cannot read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[Finding] = []

    def pages(self) -> Iterator[PageSource]:
        sources, heads = {}, {}
        for path in self._below("docs", ".md"):
            if path in GENERATED or (source := self._source(path)) is None:
                continue
            if (head := self._try(path, _head, source.text)) is not None:
                sources[path], heads[path] = source, head
        try:
            pages = Book(self.root).pages(list(heads))
        except (ValueError, ImportError) as error:  # an extension that is not there
            self.broken.append(Finding(Path("mkdocs.yml"), 1, "HB004", str(error)))
            return
        for page in pages:
            path = page.chapter.path
            source = sources[path]
            yield PageSource(path, source.text, source.raw, heads[path], page)

    def modules(self, folder: str) -> Iterator[Module]:
        for path in self._below(folder, ".py"):
            if (source := self._source(path)) is None:
                continue
            if (tree := self._try(path, _parse, source.text)) is not None:
                yield Module(path, source.text, source.raw, tree)

    def figures(self) -> Iterator[Path]:
        return (path for path in self._below("docs") if path.parent.name == "figures")

    def sheet(self) -> Iterator[Embed]:
        if not (self.root / _SHEET).exists():
            return
        text = self._try(_SHEET, _render_sheet, self.root / _SHEET) or ""
        for line, words in enumerate(text.split("\n"), 1):
            if words.startswith("::: "):
                yield Embed(line, words.removeprefix("::: "))

    def nav(self) -> list[tuple[str, int]]:
        path = Path("mkdocs.yml")
        source = self._source(path)
        node = source and self._try(path, _compose, source.text)
        if not isinstance(node, yaml.MappingNode):
            if not self.broken:
                message = "this must be lines of `key: value`"
                self.broken.append(Finding(path, 1, "HB004", message))
            return []
        return [
            leaf
            for key, value in node.value
            if key.value == "nav"
            for leaf in _leaves(value)
        ]

    def entries(self, path: Path, key: str) -> dict[str, int]:
        """Read a list of mappings: the value of `key` in each, with its line."""
        if not (self.root / path).exists():
            return {}
        source = self._source(path)
        node = source and self._try(path, _compose, source.text)
        if not isinstance(node, yaml.SequenceNode):
            return {}
        return {
            value.value: value.start_mark.line + 1
            for item in node.value
            if isinstance(item, yaml.MappingNode)
            for name, value in item.value
            if name.value == key
        }

    def _below(self, folder: str, suffix: str = "") -> list[Path]:
        found = []
        for parent, folders, files in os.walk(self.root / folder):
            here = Path(parent).relative_to(self.root)
            # Hidden folders are not the book's, and docs/code holds copies.
            folders[:] = [
                name
                for name in folders
                if not name.startswith((".", "__")) and here / name != Path("docs/code")
            ]
            names = files if not suffix else [*files, *folders]
            found += [here / name for name in names if name.endswith(suffix)]
        return sorted(found)

    def _source(self, path: Path) -> Source | None:
        if (raw := self._try(path, _read, self.root / path)) is None:
            return None
        text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Source(path, text, raw)

    def _try(self, path: Path, read: Callable[[_A], _T], argument: _A) -> _T | None:
        try:
            return read(argument)
        except _BrokenError as error:
            self.broken.append(Finding(path, error.line, error.rule, str(error)))
            return None


def _read(file: Path) -> str:
    try:
        if (size := file.stat().st_size) > _LONGEST:
            raise _BrokenError(
                "HB003", 1, f"this file has {size / 1e6:.1f} MB: keep it under one"
            )
        content = file.read_bytes()
    except OSError as error:
        raise _BrokenError(
            "HB001", 1, f"this file cannot be read: {error.strerror}"
        ) from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _BrokenError(
            "HB001", line, "this file is not UTF-8: save it as UTF-8"
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
                "HB005", error.lineno or 1, f"this is no Python: {error.msg}"
            ) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise _BrokenError("HB005", 1, f"this is no Python: {error}") from error


def _render_sheet(sheet: Path) -> str:
    _read(sheet)
    try:
        return data_sheet.render(sheet)
    except ValueError as error:
        message = str(error).replace(f"{sheet}", "this sheet")
        raise _BrokenError("HB004", 1, message) from error


def _compose(text: str, first: int = 1) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _BrokenError(
            "HB004", first + line, f"this is no YAML: {error.problem}"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _BrokenError("HB004", first, f"this is no YAML: {error}") from error


def _head(text: str) -> Head:
    match = _HEAD.match(text)
    if match is None:
        return Head()
    node = _compose(match[1], 2)
    if not isinstance(node, yaml.MappingNode):
        raise _BrokenError("HB004", 2, "front matter must be lines of `key: value`")
    places: dict[str | tuple[str, int], Place] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            raise _BrokenError("HB004", line, "a key must be one word")
        if key.value in places:
            raise _BrokenError("HB004", line, f"a second `{key.value}`: keep one")
        places[key.value] = _place(value, match.start(1))
        if isinstance(value, yaml.SequenceNode):
            for index, item in enumerate(value.value):
                places[key.value, index] = _place(item, match.start(1))
    try:
        values = yaml.load(match[1], yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError) as error:  # reviewed: 2026-02-30
        raise _BrokenError("HB004", 2, f"this is no YAML: {error}") from error
    return Head(values, places, text.count("\n", 0, match.end()))


def _place(node: yaml.Node, offset: int) -> Place:
    start, end = node.start_mark, node.end_mark
    return Place(start.line + 2, offset + start.index, offset + end.index)


def _leaves(node: yaml.Node) -> Iterator[tuple[str, int]]:
    children: Sequence[yaml.Node] = ()
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = [value for _, value in node.value]
    else:
        yield node.value, node.start_mark.line + 1
    for child in children:
        yield from _leaves(child)


def _committed(root: Path) -> date | None:
    command = ["git", "-C", str(root), "log", "-1", "--format=%cs"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        return date.fromisoformat(answer.stdout.strip())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def _length(code: str) -> int:
    return code.count("\n") + 1 if code else 0
