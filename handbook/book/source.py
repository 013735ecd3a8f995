"""The files that people write, with what was read from them."""

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
        The file, relative to the book's root.
    text : str
        The text, whose lines end in a newline only; an `Edit` counts in it.
    raw : str
        The text as it is in the file, maybe with other line ends or a byte-order mark.
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
        """Where each line starts in the text; the last item is its length plus one."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts


@dataclass(frozen=True, kw_only=True)
class PageSource(Source):
    """A page: its text, its front matter, and what the runner reads from it."""

    head: FrontMatter
    page: Page

    @property
    def part(self) -> str:
        """The folder: `explore`; empty for docs/index.md."""
        return stem_of(self.path).part

    @property
    def stem(self) -> str:
        """The name of the page in Python: `first_hour` for `first-hour.md`."""
        return stem_of(self.path).name

    @property
    def is_chapter(self) -> bool:
        """Whether the page is a chapter, which has a snippet and tests."""
        return kind_of(self.path) == "chapter"

    @cached_property
    def scanned(self) -> list[Line]:
        """The lines of the page, each with its kind."""
        return scan(self.text)

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines outside fences and front matter, with their numbers."""
        return [
            (line.number, line.text)
            for line in self.scanned
            if line.kind not in {"front matter", "code"}
        ]


class Symbol(NamedTuple):
    """What a module defines under a name: its line, and the names of its members."""

    line: int
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Module(Source):
    """A Python file: a snippet or a test.

    Attributes
    ----------
    defined : mapping of str to Symbol
        What the module defines, by name; imports are not included.
    public : tuple of str
        The names in `__all__`; without it, those that don't begin with an underscore.
    """

    defined: Mapping[str, Symbol]
    public: tuple[str, ...]

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. Parsing is slow: use it only where the answer is cached."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """The name that is imported: `snippets.explore.nulls`."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def part(self) -> str:
        """The folder of a snippet: `explore`; empty for a file outside a folder."""
        return stem_of(self.path).part

    @property
    def stem(self) -> str:
        """The chapter of a snippet: `nulls` for nulls_before.py; empty for a part."""
        return stem_of(self.path).name

    @property
    def is_before(self) -> bool:
        """Whether a snippet is bad on purpose."""
        return is_before(self.path)
