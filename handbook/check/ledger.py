"""List all Python that the book shows, where it is, and which test covers it."""

import argparse
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.book.book import Book
from handbook.book.layout import find_root, tests_of
from handbook.book.page import Embed, Page
from handbook.book.symbols import Symbols

__all__ = ["Entry", "call", "read_ledger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fence or an embed.

    Attributes
    ----------
    page : Path
        The page, relative to the book's root.
    line : int
        The line on the page, from 1.
    what : str
        `fence`, or the embed's symbol.
    fate : str
        What happens to it: `runs`, `shown`, `refused`, `hidden`, or what is wrong.
    test : str
        The test that covers it; empty if none does.
    code : str
        The code that readers see; for an embed, the source of the module that has it.
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
    """Print a line for each entry, and a summary."""
    book = Book(find_root(Path.cwd()))
    entries = read_ledger(book, arguments.paths)
    for entry in entries:
        print(entry)
    untested = sum(not entry.test for entry in entries)
    print(f"{len(entries)} entries, {untested} without a test")
    return 1 if untested else 0


def read_ledger(book: Book, paths: Sequence[Path] = ()) -> list[Entry]:
    """Return every Python fence and every embed of the book's pages.

    Parameters
    ----------
    book : Book
        The book.
    paths : sequence of Path
        The files and folders to search; everything if empty.
    """
    tests = _Tests(book.root)
    pages = book.read(book.find(paths)[0])
    symbols = Symbols(book.root)
    return [entry for page in pages for entry in _entries(page, symbols, tests)]


def _entries(page: Page, symbols: Symbols, tests: "_Tests") -> Iterator[Entry]:
    path = page.chapter.path
    running = {} if page.problems else {block.line for block in page.chapter.blocks}
    found = []
    for fence in page.fences:
        if fence.fate == "refused" or fence.language == "python":
            runs = fence.line + 1 in running
            # The name of the item that pytest collects for this block.
            test = f"{path.as_posix()}::line {fence.line + 1}" if runs else ""
            found.append(
                Entry(
                    page=path,
                    line=fence.line,
                    what="fence",
                    fate=fence.fate,
                    test=test,
                    code=fence.code,
                )
            )
    found += [_embedded(path, embed, symbols, tests) for embed in page.embeds]
    yield from sorted(found, key=lambda entry: entry.line)


def _embedded(page: Path, embed: Embed, symbols: Symbols, tests: "_Tests") -> Entry:
    """Return the entry of an embed: what it shows, and the test that covers it."""
    parts = embed.symbol.split(".")
    names = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    known = next((found for name in names if (found := symbols.find(name))), None)
    if known is None or not isinstance(file := known.filepath, Path):
        return Entry(
            page=page,
            line=embed.line,
            what=embed.symbol,
            fate="not found",
            test="",
            code="",
        )
    where = file.relative_to(tests.root).as_posix()
    if known.path == embed.symbol:
        module = known.module.path
        names_in_it = parts[len(module.split(".")) :]
        fate = f"shown, {where}:{known.lineno or 1}"
        test = tests.of(module, names_in_it[:1])
    else:
        fate, test = f"not in {where}", ""
    code = file.read_text(encoding="utf-8")
    return Entry(
        page=page, line=embed.line, what=embed.symbol, fate=fate, test=test, code=code
    )


class _Tests:
    """Finds the tests of a module at its mirrored path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._words = functools.cache(_words_of)

    def of(self, module: str, names: Sequence[str]) -> str:
        """Return the test file of a module that uses some names; empty if none does."""
        for path in tests_of(module):
            file = self.root / path
            if file.is_file() and set(names) <= self._words(file):
                return path.as_posix()
        return ""


def _words_of(file: Path) -> set[str]:
    return set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
