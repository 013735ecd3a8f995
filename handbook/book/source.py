"""The book as the rules see it: every file read once."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from handbook.book.front_matter import FrontMatter
from handbook.book.layout import is_before, kind_of, stem_of
from handbook.book.page import Embed, Page
from handbook.book.problem import Problem
from handbook.book.scan import Line, scan
from handbook.book.topics import Plan

__all__ = ["Module", "PageSource", "Shelf", "Source", "Symbol"]


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


@dataclass(frozen=True)
class PageSource(Source):
    """A page: its text, its front matter, and what the runner reads of it."""

    head: FrontMatter
    page: Page

    @property
    def part(self) -> str:
        """The folder: `explore`; empty for docs/index.md."""
        return stem_of(self.path).part

    @property
    def stem(self) -> str:
        """Its name as Python writes it: `first_hour` for `first-hour.md`."""
        return stem_of(self.path).name

    @property
    def is_chapter(self) -> bool:
        """Whether it is a page of a part, with a snippet and tests of its own."""
        return kind_of(self.path) == "chapter"

    @cached_property
    def scanned(self) -> list[Line]:
        """What each line is."""
        return scan(self.text)

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines that are in no fence and not in the front matter, numbered."""
        return [
            (line.number, line.text)
            for line in self.scanned
            if line.kind not in {"front matter", "code"}
        ]


class Symbol(NamedTuple):
    """What a module defines under a name: its line, and the functions within."""

    line: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Module(Source):
    """A file of Python: snippet or test.

    Attributes
    ----------
    defined : mapping of str to Symbol
        By name; imports are not among it.
    public : tuple of str
        The names in `__all__`; without it, those that begin with no underscore.
    """

    defined: Mapping[str, Symbol]
    public: tuple[str, ...]

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax. To parse is dear: ask for it in what is remembered alone."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """As it is imported: `snippets.explore.nulls`."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def part(self) -> str:
        """The folder of a snippet: `explore`; empty for that of all snippets."""
        return stem_of(self.path).part

    @property
    def stem(self) -> str:
        """The chapter of a snippet: `nulls` for nulls_before.py; empty for a part."""
        return stem_of(self.path).name

    @property
    def is_before(self) -> bool:
        """Whether a snippet is bad on purpose."""
        return is_before(self.path)


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
    notebooks : tuple of FrontMatter
        Of `docs/late_flights/*.py`.
    nav : tuple of (str, int)
        Each page that mkdocs.yml names, relative to docs/, with its line.
    lists : tuple of Source
        `reference/glossary.yml` and `reference/topics.yml`.
    terms : mapping of str to int
        The glossary's terms, each with its line.
    plan : Plan
        The topics, and how many are covered at least.
    committed : date or None
        The day of the last commit; None outside a git checkout.
    broken : tuple of Problem
        Files that cannot be read. A rule that says that something is nowhere must not
        speak while there are any.
    """

    root: Path
    pages: tuple[PageSource, ...] = ()
    snippets: tuple[Module, ...] = ()
    tests: tuple[Module, ...] = ()
    figures: tuple[Path, ...] = ()
    sheet: tuple[Embed, ...] = ()
    notebooks: tuple[FrontMatter, ...] = ()
    nav: tuple[tuple[str, int], ...] = ()
    lists: tuple[Source, ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    committed: date | None = None
    broken: tuple[Problem, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files that people write and rules read."""
        return (*self.pages, *self.snippets, *self.tests, *self.lists)
