"""Read the book for the rules, and set aside what is broken."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml

from handbook import data_sheet, entries
from handbook.book import Book
from handbook.chapter import Embed, Page, Problem
from handbook.check.outline import outline
from handbook.check.remember import Answers, code_version, remember
from handbook.check.rule import Finding
from handbook.check.shelf import (
    GENERATED,
    Head,
    Module,
    PageSource,
    Place,
    Shelf,
    Source,
    Symbol,
)
from handbook.coverage import TOPICS, Plan, read_topics
from handbook.glossary import GLOSSARY, read_glossary
from handbook.ledger import defined_names

__all__ = ["read_shelf"]

_A = TypeVar("_A")
_T = TypeVar("_T")

_SHEET = Path("snippets/data/sheet.toml")
_SITE = Path("mkdocs.yml")
_LARGEST = 2**20  # bytes; nobody writes a page or a module of a megabyte
_LONGEST = 5_000  # characters; Markdown takes minutes over a line of brackets
_HEAD = re.compile(r"-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)


def read_shelf(root: Path) -> Shelf:
    """Read the book.

    Parameters
    ----------
    root : Path
        Holds mkdocs.yml; resolved.
    """
    reading = _Reading(root)
    nav = reading.nav()
    pages = tuple(reading.pages()) if not reading.broken else ()
    if _SITE in {finding.path for finding in reading.broken}:
        # No page can be read as the site will show it.
        return Shelf(root, broken=tuple(reading.broken))
    modules = tuple(reading.modules())
    return Shelf(
        root,
        pages,
        tuple(each for each in modules if each.path.parts[0] == "snippets"),
        tuple(each for each in modules if each.path.parts[0] == "tests"),
        tuple(reading.figures()),
        tuple(reading.sheet()),
        tuple(reading.notebooks()),
        tuple(nav),
        tuple(reading.lists()),
        reading.terms(),
        reading.plan(),
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
        for page in self._rendered(list(heads)):
            path = page.chapter.path
            source = sources[path]
            yield PageSource(path, source.text, source.raw, heads[path], page)

    def _rendered(self, paths: Sequence[Path]) -> Iterator[Page]:
        """Read pages as the site will show them; find out which one cannot be."""
        book = Book(self.root)
        try:
            yield from book.pages(paths)
        except Exception as error:  # extensions raise any
            if len(paths) > 1 and self._try(_SITE, _make_site, self.root / _SITE):
                for path in paths:
                    yield from self._rendered([path])
            elif len(paths) == 1:
                message = f"Markdown cannot render this page: {error!r:.200}"
                self.broken.append(Finding(paths[0], 1, "HB006", message))

    def modules(self) -> Iterator[Module]:
        folders = ("snippets", "tests/facts", "tests/snippets")
        paths = [path for folder in folders for path in self._below(folder, ".py")]
        sources = list(filter(None, map(self._source, paths)))
        version = code_version(outline, defined_names)

        def ask(new: Sequence[Source]) -> Answers:
            return {source.path: outline(source.text) for source in new}

        outlines = remember(self.root, "outlines", version, sources, ask)
        for source in sources:
            first, second = outlines[source.path]
            if isinstance(first, dict):
                defined = {
                    name: Symbol(line, tuple(within))
                    for name, (line, within) in first.items()
                }
                yield Module(
                    source.path, source.text, source.raw, defined, tuple(second)
                )
            else:
                self.broken.append(Finding(source.path, first, "HB005", second))

    def figures(self) -> Iterator[Path]:
        return (path for path in self._below("docs") if path.parent.name == "figures")

    def notebooks(self) -> Iterator[Path]:
        return iter(self._below("docs/late_flights", ".py"))

    def sheet(self) -> Iterator[Embed]:
        if not (self.root / _SHEET).exists():
            return
        text = self._try(_SHEET, _render_sheet, self.root / _SHEET) or ""
        for line, words in enumerate(text.split("\n"), 1):
            if words.startswith("::: "):
                yield Embed(line, words.removeprefix("::: "))

    def nav(self) -> list[tuple[str, int]]:
        source = self._source(_SITE)
        return (source and self._try(_SITE, _nav, source.text)) or []

    def lists(self) -> Iterator[Source]:
        return filter(None, map(self._source, (GLOSSARY, TOPICS)))

    def terms(self) -> dict[str, int]:
        terms, problems = read_glossary(self.root)
        self._add(problems)
        return {term.term: term.line for term in terms}

    def plan(self) -> Plan:
        plan, problems = read_topics(self.root)
        self._add(problems)
        return plan

    def _add(self, problems: Iterable[Problem]) -> None:
        already = {finding.path for finding in self.broken}
        self.broken += [
            Finding(problem.path, problem.line, "HB113", problem.message)
            for problem in problems
            if problem.path not in already
        ]

    def _below(self, folder: str, suffix: str = "") -> list[Path]:
        found = []
        cut = len(str(self.root)) + 1
        for parent, folders, files in os.walk(self.root / folder):
            # Hidden folders are not the book's, and docs/code holds copies.
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            here = parent[cut:]
            if here == "docs" and "code" in folders:
                folders.remove("code")
            names = [*files, *folders] if suffix else files
            found += [f"{here}/{name}" for name in names if name.endswith(suffix)]
        return [Path(path) for path in sorted(found)]

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
        if (size := file.stat().st_size) > _LARGEST:
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
    for number, written in enumerate(text.split("\n"), 1):
        if (length := len(written)) > _LONGEST:
            message = f"this line has {length:,} characters: break it"
            raise _BrokenError("HB003", number, message)
    if not text.strip() and file.name != "__init__.py":
        raise _BrokenError("HB002", 1, "this file is empty: write it, or remove it")
    return text


def _render_sheet(sheet: Path) -> str:
    _read(sheet)
    try:
        return data_sheet.render(sheet)
    except Exception as error:  # it trusts the types of the fields
        reason = str(error).replace(f"{sheet}", "this sheet")
        message = f"no page of the data can be made of this: {reason}"
        raise _BrokenError("HB004", 1, message) from error


def _make_site(config: Path) -> bool:
    from handbook.rendering import Site  # noqa: PLC0415  it takes a second

    try:
        Site(config)
    except Exception as error:  # extensions raise any
        message = f"Markdown cannot be set up as this says: {error!r:.200}"
        raise _BrokenError("HB004", 1, message) from error
    return True


def _compose(text: str, first: int = 1) -> yaml.Node | None:
    """Read YAML into nodes; `first` is the line of the file on which it begins."""
    try:
        return entries.parse(text)  # libyaml's composer dies of nested brackets
    except yaml.YAMLError as error:
        raise _no_yaml(error, first) from error


def _no_yaml(error: Exception, first: int) -> _BrokenError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    line = first + mark.line if mark else first
    return _BrokenError("HB004", line, f"this is no YAML: {reason}")


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
        if key.tag != "tag:yaml.org,2002:str":
            raise _BrokenError("HB004", line, "a key must be a word")
        if key.value in places:
            raise _BrokenError("HB004", line, f"a second `{key.value}`: keep one")
        places[key.value] = _place(value, match.start(1))
        if isinstance(value, yaml.SequenceNode):
            for index, item in enumerate(value.value):
                places[key.value, index] = _place(item, match.start(1))
    if (line := _alias(match[1])) is not None:
        raise _BrokenError("HB004", line + 2, "write this out, without & and *")
    try:
        values = yaml.load(match[1], yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError) as error:  # reviewed: 2026-02-30
        raise _no_yaml(error, 2) from error
    return Head(values, places, text.count("\n", 0, match.end()))


def _alias(text: str) -> int | None:
    """Find an alias, which can make a list hold itself; most texts need no look."""
    if "&" in text and "*" in text:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line: int = event.start_mark.line
                return line
    return None


def _place(node: yaml.Node, offset: int) -> Place:
    start, end = node.start_mark, node.end_mark
    return Place(start.line + 2, offset + start.index, offset + end.index)


def _nav(text: str) -> list[tuple[str, int]]:
    node = _compose(text)
    if not isinstance(node, yaml.MappingNode):
        raise _BrokenError("HB004", 1, "this must be lines of `key: value`")
    for key, value in node.value:
        if key.value == "nav":
            try:
                return list(_leaves(value))
            except RecursionError as error:
                line = key.start_mark.line + 1
                raise _BrokenError("HB004", line, "nav holds itself") from error
    return []


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
