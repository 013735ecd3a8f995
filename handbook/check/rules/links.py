"""HB060 and HB061: a link leads to a page, a file or an anchor that exists."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from handbook.base.words import suggest
from handbook.book.book import Book
from handbook.book.glossary import anchor
from handbook.book.layout import (
    GLOSSARY_PAGE,
    address_of,
    is_there,
    source_of,
    sources_at,
)
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB060",
        name="link-leads-to-a-page",
        why=(
            "When a page is removed or renamed, links to it may be left that lead "
            "nowhere."
        ),
        wrong="[Why is it null?](../explore/null.md)",
        right="[Why is it null?](../explore/nulls.md)",
    ),
    Rule(
        id="HB061",
        name="link-leads-to-an-anchor",
        why=(
            "When a heading changes, its anchor changes, too, and links to it only "
            "open the page."
        ),
        wrong="[the ladder](../explore/nulls.md#the-lader)",
        right="[the ladder](../explore/nulls.md#the-ladder)",
    ),
)

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MARKDOWN = re.compile(
    r"\]\(\s*<?(?P<link>[^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(?P<named>\S+)"
)
_HTML = re.compile(r"""\b(?:xlink:)?(?:href|src)=(["'])(?P<link>.*?)\1""")


def find(book: Book) -> Iterator[Problem]:
    """Yield the links to pages, files and anchors that do not exist.

    Those to an anchor of a notebook or of a generated page are checked on the built
    site only, by lychee, but for the glossary.
    """
    if book.broken:
        return
    docs = _Docs(book)
    for page in book.pages:
        for line, text in page.prose:
            for link in _targets(_MARKDOWN, text):
                yield from docs.follow(page.path, line, *link)
            for link in _targets(_HTML, text):
                yield from docs.visit(page.path, line, *link)
    for notebook in (head.path for head in book.notebooks):
        source = book.files.text(notebook)
        for line, text in enumerate(source.split("\n"), 1):
            if text.startswith("#"):
                # MkDocs does not convert links of notebooks: they are addresses.
                for link in _targets(_MARKDOWN, text):
                    yield from docs.visit(notebook, line, *link)


def _targets(pattern: "re.Pattern[str]", text: str) -> Iterator[tuple[str, str]]:
    """Yield each link within the book: its path, and the anchor in it."""
    for match in pattern.finditer(_CODE.sub("", text)):
        groups = match.groupdict()
        link = urlsplit(groups["link"] or groups["named"])
        if not link.scheme and not link.netloc and (link.path or link.fragment):
            yield unquote(link.path), unquote(link.fragment)


class _Docs:
    def __init__(self, book: Book) -> None:
        self.root = book.root
        self.anchors = {page.path: set(page.page.anchors) for page in book.pages}
        self.anchors[GLOSSARY_PAGE] = {*map(anchor, book.terms)}

    def follow(
        self, page: Path, line: int, link: str, fragment: str
    ) -> Iterator[Problem]:
        """Check a link in Markdown, which leads from file to file."""
        if not link:
            yield from self._find_anchor(page, line, page, fragment)
            return
        target = Path(normpath((page.parent / link).as_posix()))
        # HB027 reports figures.
        if target.parent.name != "figures" and not self._has(target):
            message = f"{target.as_posix()} does not exist: fix the link, or remove it"
            yield Problem(page, line, message, "HB060")
        yield from self._find_anchor(page, line, target, fragment)

    def visit(
        self, page: Path, line: int, link: str, fragment: str
    ) -> Iterator[Problem]:
        """Check a link in HTML, which leads from address to address.

        The address of a page is a folder.
        """
        if not link:
            yield from self._find_anchor(page, line, page, fragment)
            return
        here = PurePosixPath("docs", address_of(source_of(page)))
        target = PurePosixPath(normpath(here / link))
        files = [Path(target)]
        if target.is_relative_to("docs"):
            address = target.relative_to("docs")
            files += [Path("docs", source) for source in sources_at(address)]
        if not any(map(self._has, files)):
            message = f"no page has the address {link}: fix the link, or remove it"
            yield Problem(page, line, message, "HB060")
        for file in files:
            yield from self._find_anchor(page, line, file, fragment)

    def _find_anchor(
        self, page: Path, line: int, target: Path, fragment: str
    ) -> Iterator[Problem]:
        # The theme gives every page an anchor that begins with two underscores.
        known = self.anchors.get(target)
        if known is None or fragment in {"", "top", *known} or fragment[:2] == "__":
            return
        hint = suggest(fragment, known, otherwise=": fix the link, or remove it")
        message = f"{target.as_posix()} has no anchor #{fragment}{hint}"
        yield Problem(page, line, message, "HB061")

    def _has(self, path: Path) -> bool:
        """Return whether the site will have this file, written or generated."""
        match path.parts:
            case ("docs", "code", *rest):
                return self.root.joinpath(*rest).is_file()
            case ("docs", _, *_):
                return is_there(self.root, PurePosixPath(*path.parts[1:]))
            case _:
                return False  # not published
