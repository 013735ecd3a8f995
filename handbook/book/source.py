"""The files that people write, as they are read."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from handbook.book.front_matter import FrontMatter
from handbook.book.layout import is_before, kind_of, stem_of
from handbook.book.page import Page
from handbook.book.scan import Line, scan

__all__ = ["Module", "PageSource", "Source", "Symbol"]


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
