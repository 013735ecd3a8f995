"""List all Python that the book shows: where it is, and which test covers it."""

import argparse
import ast
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.book.book import Book
from handbook.book.layout import find_root, tests_of
from handbook.book.outline import defined_names
from handbook.book.page import Embed, Page

__all__ = ["Entry", "call", "read_ledger"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fence or embed.

    Attributes
    ----------
    page : Path
        Relative to the book's root.
    line : int
        From 1.
    what : str
        `fence`, or the embed's symbol.
    fate : str
        What became of it: `runs`, `shown`, `refused`, `hidden`, or what is wrong.
    test : str
        Which test covers it; empty if none does.
    code : str
        What the reader is shown; of an embed, the module's source in which it must be.
    """

    page: Path
    line: int
    what: str
    fate: str
    test: str
    code: str

    def __str__(self) -> str:
        where = f"{self.page.as_posix()}:{self.line}"
        return f"{where}  {self.what}  {self.fate}  {self.test or 'NO TEST'}"


def call(arguments: argparse.Namespace) -> int:
    """Print a line for each, and one at the end."""
    book = Book(find_root(Path.cwd()))
    entries = read_ledger(book, arguments.paths)
    for entry in entries:
        print(entry)
    lacking = sum(not entry.test for entry in entries)
    print(f"{len(entries)} entries, {lacking} without a test")
    return 1 if lacking else 0


def read_ledger(book: Book, paths: Sequence[Path] = ()) -> list[Entry]:
    """List every Python fence and every embed of the book's pages.

    Parameters
    ----------
    book : Book
        The book.
    paths : sequence of Path
        Files and folders to stay within; everything if empty.
    """
    tests = _Tests(book.root)
    pages = book.read(book.find(paths)[0])
    return [entry for page in pages for entry in _entries(page, book.root, tests)]


def _entries(page: Page, root: Path, tests: "_Tests") -> Iterator[Entry]:
    path = page.chapter.path
    running = {} if page.problems else {block.line for block in page.chapter.blocks}
    found = []
    for fence in page.fences:
        if fence.fate == "refused" or fence.language == "python":
            runs = fence.line + 1 in running
            # The item that pytest collects for it.
            test = f"{path.as_posix()}::line {fence.line + 1}" if runs else ""
            found.append(Entry(path, fence.line, "fence", fence.fate, test, fence.code))
    found += [_embedded(path, embed, root, tests) for embed in page.embeds]
    yield from sorted(found, key=lambda entry: entry.line)


def _embedded(page: Path, embed: Embed, root: Path, tests: "_Tests") -> Entry:
    """Find what an embed shows, and the test that covers it."""
    parts = embed.symbol.split(".")
    for end in range(len(parts), 0, -1):
        module, names = root.joinpath(*parts[:end]), parts[end:]
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.is_file():
                source = file.read_text(encoding="utf-8")
                line = _line(source, names)
                where = file.relative_to(root).as_posix()
                fate = f"shown, {where}:{line}" if line else f"not in {where}"
                test = tests.of(".".join(parts[:end]), names[:1]) if line else ""
                return Entry(page, embed.line, embed.symbol, fate, test, source)
    return Entry(page, embed.line, embed.symbol, "not found", "", "")


def _line(source: str, names: Sequence[str]) -> int:
    """Find the line that defines a name in a module; 0 if none, 1 for the module."""
    body: Sequence[ast.stmt] = ast.parse(source).body
    line = 1
    for name in names:
        node = next((node for node in body if name in defined_names(node)), None)
        if node is None:
            return 0
        line, body = node.lineno, getattr(node, "body", [])
    return line


class _Tests:
    """Finds tests at the mirrored path of what they test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._words = functools.cache(_words_of)

    def of(self, module: str, names: Sequence[str]) -> str:
        """Name the test file of a module that uses a name of it; empty if none does."""
        for path in tests_of(module):
            file = self.root / path
            if file.is_file() and set(names) <= self._words(file):
                return path.as_posix()
        return ""


def _words_of(file: Path) -> set[str]:
    return set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
