"""Account for all Python that the book shows: where it is and which test covers it."""

import argparse
import ast
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from handbook.book.book import Book, find_root
from handbook.book.layout import tests_of
from handbook.book.outline import defined_names
from handbook.book.page import Embed, Page
from handbook.book.problem import Problem

__all__ = ["Entry", "call", "census", "read_ledger"]


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


def census(book: Book, site: Path) -> list[Problem]:
    """Compare the ledger with the site: each highlighted Python block must be in both.

    Parameters
    ----------
    book : Book
        Its pages.
    site : Path
        The folder that MkDocs wrote.

    Returns
    -------
    list of Problem
        Blocks of the site that no page accounts for, and entries that the site does not
        show.
    """
    entries: dict[Path, list[Entry]] = {}
    for page in book.find()[0]:
        entries[page] = []
    for entry in read_ledger(book):
        entries[entry.page].append(entry)
    problems = []
    unknown = set(site.rglob("*.html"))
    for page, expected in entries.items():
        html = _built(site, page.relative_to("docs"))
        if html is None:
            if expected:
                problems.append(
                    Problem(page, 1, "the site does not have this page: add it to nav")
                )
            continue
        unknown.discard(html)
        problems += _settle(page, expected, _blocks(html))
    for html in sorted(unknown):
        for language, code in _blocks(html):
            problems.append(_stray(html.relative_to(site), 1, language, code))
    return sorted(problems)


def _settle(
    page: Path, expected: Sequence[Entry], blocks: list[tuple[str, str]]
) -> Iterator[Problem]:
    left = list(blocks)
    for entry in expected:
        if entry.what == "fence":
            match = next(
                (block for block in left if _bare(block[1]) == _bare(entry.code)), None
            )
            if match:
                left.remove(match)
            elif entry.fate != "hidden":
                yield Problem(page, entry.line, "the site does not show this fence")
    embeds = [entry for entry in expected if entry.what != "fence"]
    for language, code in left:
        # The source of an embed, or an example in its docstring.
        if not any(_bare(code) in _bare(entry.code) for entry in embeds):
            yield _stray(page, 1, language, code)


def _stray(page: Path, line: int, language: str, code: str) -> Problem:
    first = code.strip().split("\n")[0]
    return Problem(
        page,
        line,
        f"the site shows a block of {language} that no fence and no embed accounts "
        f"for: '{first}'",
    )


def _bare(code: str) -> str:
    """Leave out what a theme or a template changes: the white space."""
    return re.sub(r"\s+", "", code)


def _built(site: Path, page: Path) -> Path | None:
    """Find the page's HTML, with directory addresses or without."""
    stem = page.with_suffix("")
    if page.stem in {"index", "README"}:
        candidates = [page.with_name("index.html")]
    else:
        candidates = [stem / "index.html", stem.with_suffix(".html")]
    return next((site / path for path in candidates if (site / path).is_file()), None)


def _blocks(html: Path) -> list[tuple[str, str]]:
    parser = _Highlighted()
    parser.feed(html.read_text(encoding="utf-8"))
    return parser.blocks


class _Highlighted(HTMLParser):
    """Collects the highlighted blocks of Python: (language, code).

    But for signatures, which mkdocstrings writes anew and no reader copies, and for
    line numbers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self._open: list[str] = []  # the block's tags that are not closed yet
        self._numbers = ""  # the tag that holds line numbers, while in it

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        classes = (dict(attributes).get("class") or "").split()
        if self._open:
            if tag in {"div", "pre"}:
                self._open.append(tag)
            if "linenos" in classes:
                self._numbers = tag
        elif (
            tag in {"div", "pre"}
            and "highlight" in classes
            and "doc-signature" not in classes
        ):
            for name in classes:
                language = name.removeprefix("language-")
                if language != name and re.search(
                    r"^i?py|python", language, re.IGNORECASE
                ):
                    self._open = [tag]
                    self.blocks.append((language, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._numbers:
            self._numbers = ""
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and not self._numbers:
            language, code = self.blocks[-1]
            self.blocks[-1] = language, code + data
