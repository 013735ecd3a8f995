"""Count how long a page is for its reader, with all folds closed."""

import ast
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from handbook.book.book import Book
from handbook.book.prose import passages, sentences
from handbook.book.remember import Answers, remember
from handbook.book.scan import Line
from handbook.book.source import Module, PageSource

__all__ = ["CODE", "PROSE", "Block", "Length", "minutes", "read_lengths"]

PROSE = 238
"""Words a minute: adults reading English non-fiction silently (Brysbaert, 2019)."""

CODE = 30
"""Lines of code a minute. Our guess: published rates are those of code inspections."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of visible code or output.

    Attributes
    ----------
    line : int
        The line of the page where it begins, from 1.
    lines : int
        Its visible lines.
    code : int
        Those of them that are code and not blank.
    """

    line: int
    lines: int
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The visible parts of a page.

    Attributes
    ----------
    sections : tuple of (int, int)
        The line of each heading, and the words from there to the next one: prose,
        headings and tables.
    blocks : tuple of Block
        The code and the outputs; each symbol that a card shows is a block.
    cards : tuple of int
        The line where each card begins. Neighbours of one module share a card.
    """

    sections: tuple[tuple[int, int], ...]
    blocks: tuple[Block, ...]
    cards: tuple[int, ...]

    @property
    def words(self) -> int:
        """The words of all sections."""
        return sum(words for _, words in self.sections)

    @property
    def lines(self) -> int:
        """The lines of all blocks."""
        return sum(block.lines for block in self.blocks)

    @property
    def minutes(self) -> int:
        """The time that it takes to read."""
        return minutes(self.words, sum(block.code for block in self.blocks))


def minutes(words: int, lines: int) -> int:
    """Estimate how many minutes a page takes to read.

    Parameters
    ----------
    words, lines : int
        The words of prose, and the lines of code that readers see.

    Returns
    -------
    int
        Minutes, rounded up; at least 1.

    Notes
    -----
    Source: Brysbaert (2019), How many words do we read per minute?, Journal of Memory
    and Language 109. The rate for code is our guess.
    """
    return max(1, math.ceil(words / PROSE + lines / CODE))


def read_lengths(book: Book) -> dict[Path, Length]:
    """Return the length of each page that is written in Markdown, by its path."""

    def read_modules(new: Sequence[Module]) -> Answers:
        return {module.path: list(map(list, _symbols(module.text))) for module in new}

    def read_pages(new: Sequence[PageSource]) -> Answers:
        return {page.path: [*_texts(page)] for page in new}

    modules = remember(book.files, "symbols", book.snippets, read_modules)
    symbols = {
        f"{module.name}.{name}": (lines, code)
        for module in book.snippets
        for name, lines, code in modules[module.path]
    }
    texts = remember(book.files, "length", book.pages, read_pages)
    return {page.path: _length(page, symbols, *texts[page.path]) for page in book.pages}


def _length(
    page: PageSource,
    symbols: Mapping[str, tuple[int, int]],
    sections: Sequence[tuple[int, int]],
    folded: Container[int],
) -> Length:
    blocks = []
    for fence in page.page.fences:
        if fence.fate in {"runs", "shown", "expected"} and fence.line not in folded:
            lines = fence.code.strip("\n").split("\n")  # as Pygments shows them
            code = 0 if fence.fate == "expected" else _filled(lines)
            blocks.append(Block(fence.line, len(lines), code))
    embeds = [embed for embed in page.page.embeds if embed.line not in folded]
    blocks += [
        Block(embed.line, *symbols[embed.symbol])
        for embed in embeds
        if embed.symbol in symbols
    ]
    cards = [embed.line for embed in embeds[:1]]
    for before, embed in pairwise(embeds):
        between = page.lines[before.line : embed.line - 1]
        same = before.symbol.rpartition(".")[0] == embed.symbol.rpartition(".")[0]
        if any(line.strip() for line in between) or not same:
            cards.append(embed.line)
    return Length(
        sections=tuple((line, words) for line, words in sections),
        blocks=tuple(sorted(blocks, key=lambda block: block.line)),
        cards=tuple(cards),
    )


def _symbols(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the names that a module defines, with the lines that a card shows of each.

    The last number is that of the lines that are not blank.
    """
    lines = text.split("\n")
    for node in ast.parse(text).body:
        first = node.lineno
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                name = node.name
                first = min([first, *(each.lineno for each in node.decorator_list)])
            case ast.Assign(targets=[ast.Name(id=name)]):
                pass
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case _:
                continue
        folded = {line for span in _docstrings(node) for line in span}
        shown = [
            lines[number - 1]
            for number in range(first, (node.end_lineno or first) + 1)
            if number not in folded
        ]
        yield name, len(shown), _filled(shown)


def _docstrings(node: ast.stmt) -> Iterator[range]:
    """Yield the lines of each docstring that its card folds.

    The first one is visible, and so is the last one if it has only the quotes.
    """
    for each in ast.walk(node):
        match each:
            case (
                ast.ClassDef(body=[first, *_])
                | ast.FunctionDef(body=[first, *_])
                | ast.AsyncFunctionDef(body=[first, *_])
            ) if docstring := ast.get_docstring(each, clean=False):
                last = first.end_lineno or first.lineno
                alone = not docstring.rpartition("\n")[2].strip()
                yield range(first.lineno + 1, last if alone else last + 1)


def _texts(page: PageSource) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the words below each heading, and the lines that are not visible."""
    folded = list(_folded(page.scanned))
    titles = {line.number for line in page.scanned if line.marks.startswith("???")}
    hidden = {*folded, *titles}
    sections = []
    line, words = 1, 0
    for passage in passages(page):
        if passage.line in hidden or passage.kind == "alt":
            continue
        if passage.kind == "heading":
            sections.append((line, words))
            line, words = passage.line, 0
        words += sum(sentence.words for sentence in sentences(passage))
    sections.append((line, words))
    return [section for section in sections if section[1]], folded


def _folded(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the lines, from 1, that are in a fold or behind the first of some tabs."""
    depth: int | None = None
    html = False
    tabs: int | None = None  # the indent of the tabs that this line is below
    for line in lines:
        is_tab = line.kind == "box" and line.marks.startswith("===")
        if line.text.strip():
            if depth is not None and line.indent <= depth:
                depth = None
            if tabs is not None and line.indent <= tabs and not is_tab:
                tabs = None
        html = html or line.text.startswith("<details")
        html = html and "</details>" not in line.text
        if html or depth is not None:
            yield line.number
        elif line.kind == "box" and (
            line.marks == "???" or (is_tab and tabs is not None)
        ):
            depth = line.indent
        elif is_tab:
            tabs = line.indent


def _filled(lines: Sequence[str]) -> int:
    return sum(bool(line.strip()) for line in lines)
