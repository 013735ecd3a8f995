"""HB060: a link within the book leads to what is there."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from handbook.book.book import Book
from handbook.book.layout import address_of, is_there, source_of, sources_at
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB060",
        "link-leads-to-a-page",
        "A page that was removed or renamed leaves links behind that lead nowhere.",
        "[Why is it null?](../explore/null.md)",
        "[Why is it null?](../explore/nulls.md)",
    ),
)

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MARKDOWN = re.compile(
    r"\]\(\s*<?(?P<link>[^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(?P<named>\S+)"
)
_HTML = re.compile(r"""\b(?:xlink:)?(?:href|src)=(["'])(?P<link>.*?)\1""")


def find(book: Book) -> Iterator[Problem]:
    """Give the links to pages and files that are not there.

    Anchors are for lychee to follow, on the built site.
    """
    if book.broken:
        return
    docs = _Docs(book.root)
    for page in book.pages:
        for line, text in page.prose:
            for link in _targets(_MARKDOWN, text):
                yield from docs.follow(page.path, line, link)
            for link in _targets(_HTML, text):
                yield from docs.visit(page.path, line, link)
    for notebook in (head.path for head in book.notebooks):
        source = book.files.text(notebook)
        for line, text in enumerate(source.split("\n"), 1):
            if text.startswith("#"):
                # MkDocs turns no notebook's link into an address: it is one.
                for link in _targets(_MARKDOWN, text):
                    yield from docs.visit(notebook, line, link)


def _targets(pattern: "re.Pattern[str]", text: str) -> Iterator[str]:
    for match in pattern.finditer(_CODE.sub("", text)):
        groups = match.groupdict()
        link = urlsplit(groups["link"] or groups["named"])
        if not link.scheme and not link.netloc and link.path:
            yield unquote(link.path)


class _Docs:
    def __init__(self, root: Path) -> None:
        self.root = root

    def follow(self, page: Path, line: int, link: str) -> Iterator[Problem]:
        """Follow a link of Markdown, from file to file."""
        target = Path(normpath((page.parent / link).as_posix()))
        # HB027 speaks of figures.
        if target.parent.name != "figures" and not self._has(target):
            message = f"{target.as_posix()} is not there: mend the link, or remove it"
            yield Problem(page, line, message, "HB060")

    def visit(self, page: Path, line: int, link: str) -> Iterator[Problem]:
        """Follow a link of HTML, from address to address: a page's is a folder."""
        here = PurePosixPath("docs", address_of(source_of(page)))
        target = PurePosixPath(normpath(here / link))
        files = [Path(target)]
        if target.is_relative_to("docs"):
            address = target.relative_to("docs")
            files += [Path("docs", source) for source in sources_at(address)]
        if not any(map(self._has, files)):
            message = f"no page has the address {link}: mend the link, or remove it"
            yield Problem(page, line, message, "HB060")

    def _has(self, path: Path) -> bool:
        """Whether the site will have this file, written or generated."""
        match path.parts:
            case ("docs", "code", *rest):
                return self.root.joinpath(*rest).is_file()
            case ("docs", _, *_):
                return is_there(self.root, PurePosixPath(*path.parts[1:]))
            case _:
                return False  # outside of what is published
