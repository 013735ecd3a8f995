"""Compare what the site shows with the ledger: each block of Python is in both."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.check.ledger import Entry, read_ledger

__all__ = ["census"]


def census(book: Book, site: Path) -> list[Problem]:
    """Find highlighted Python that only the site or only the ledger has.

    Parameters
    ----------
    book : Book
        The book.
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
        problems += _differences(page, expected, _blocks(html))
    for html in sorted(unknown):
        for language, code in _blocks(html):
            problems.append(_stray(html.relative_to(site), 1, language, code))
    return sorted(problems)


def _differences(
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
    """Collects the language and the code of each highlighted block of Python.

    Signatures are left out, since mkdocstrings writes them anew and no reader copies
    them; so are line numbers.
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
