"""Read the book for the rules, and set aside what is broken."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from handbook.book.book import Book
from handbook.book.front_matter import FrontMatter, read
from handbook.book.glossary import GLOSSARY, read_glossary
from handbook.book.history import read_commit
from handbook.book.layout import GENERATED, NOTEBOOKS
from handbook.book.outline import outline
from handbook.book.page import Embed, Page
from handbook.book.parse import (
    BrokenError,
    read_nav,
    read_sheet,
    read_site,
    read_text,
)
from handbook.book.problem import MarkdownError, Problem
from handbook.book.remember import Answers, remember
from handbook.book.scan import scan
from handbook.book.source import (
    Module,
    PageSource,
    Shelf,
    Source,
    Symbol,
)
from handbook.book.topics import TOPICS, Plan, read_topics

__all__ = ["read_shelf"]

_A = TypeVar("_A")
_T = TypeVar("_T")

_SHEET = Path("snippets/data/sheet.toml")
_SITE = Path("mkdocs.yml")


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


class _Reading:
    """Reads files, and notes those that it cannot read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[Problem] = []

    def pages(self) -> Iterator[PageSource]:
        sources, heads = {}, {}
        for path in self._below("docs", ".md"):
            if path in GENERATED or (source := self._source(path)) is None:
                continue
            if (head := self._head(source)) is not None:
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
        except MarkdownError as error:
            if not self._try(_SITE, read_site, self.root / _SITE):
                return
            if len(paths) > 1:
                for path in paths:
                    yield from self._rendered([path])
            else:
                message = f"Markdown cannot render this page: {error}"
                self.broken.append(Problem(paths[0], 1, message, "HB006"))

    def modules(self) -> Iterator[Module]:
        folders = ("snippets", "tests/facts", "tests/snippets")
        paths = [path for folder in folders for path in self._below(folder, ".py")]
        sources = list(filter(None, map(self._source, paths)))

        def ask(new: Sequence[Source]) -> Answers:
            return {source.path: outline(source.text) for source in new}

        outlines = remember(self.root, "outlines", sources, ask)
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
                self.broken.append(Problem(source.path, first, second, "HB005"))

    def figures(self) -> Iterator[Path]:
        return (path for path in self._below("docs") if path.parent.name == "figures")

    def notebooks(self) -> Iterator[FrontMatter]:
        paths = self._below(NOTEBOOKS.as_posix(), ".py")
        return filter(None, map(self._head, filter(None, map(self._source, paths))))

    def sheet(self) -> Iterator[Embed]:
        if not (self.root / _SHEET).exists():
            return
        text = self._try(_SHEET, read_sheet, self.root / _SHEET) or ""
        for line in scan(text):
            if line.kind == "embed":
                yield Embed(line.number, line.name)

    def nav(self) -> list[tuple[str, int]]:
        source = self._source(_SITE)
        return (source and self._try(_SITE, read_nav, source.text)) or []

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
            replace(problem, rule="HB113")
            for problem in problems
            if problem.path not in already
        ]

    def _below(self, folder: str, suffix: str = "") -> list[Path]:
        found = []
        cut = len(str(self.root)) + 1
        for parent, folders, files in os.walk(self.root / folder):
            # Hidden folders are not the book's, and docs/code holds copies.
            folders[:] = [
                name
                for name in folders
                if not name.startswith(".") and name != "__pycache__"
            ]
            here = parent[cut:]
            if here == "docs" and "code" in folders:
                folders.remove("code")
            names = [*files, *folders] if suffix else files
            found += [f"{here}/{name}" for name in names if name.endswith(suffix)]
        return [Path(path) for path in sorted(found)]

    def _source(self, path: Path) -> Source | None:
        if (raw := self._try(path, read_text, self.root / path)) is None:
            return None
        text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Source(path, text, raw)

    def _head(self, source: Source) -> FrontMatter | None:
        head = read(source.path, source.text)
        if isinstance(head, FrontMatter):
            return head
        self.broken.append(replace(head, rule="HB004"))
        return None

    def _try(self, path: Path, read: Callable[[_A], _T], argument: _A) -> _T | None:
        try:
            return read(argument)
        except BrokenError as error:
            self.broken.append(Problem(path, error.line, str(error), error.rule))
            return None


def _committed(root: Path) -> date | None:
    commit = read_commit(root)
    return date.fromisoformat(commit.date) if commit else None
