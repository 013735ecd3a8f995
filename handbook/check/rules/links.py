"""HB060: a link within the book leads to a page or a file that exists."""

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
        id="HB060",
        name="link-leads-to-a-page",
        why=(
            "When a page is removed or renamed, links to it may be left that lead "
            "nowhere."
        ),
        wrong="[Why is it null?](../explore/null.md)",
        right="[Why is it null?](../explore/nulls.md)",
    ),
)

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MARKDOWN = re.compile(
    r"\]\(\s*<?(?P<link>[^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(?P<named>\S+)"
)
_HTML = re.compile(r"""\b(?:xlink:)?(?:href|src)=(["'])(?P<link>.*?)\1""")


def find(book: Book) -> Iterator[Problem]:
    """Yield the links to pages and files that do not exist.

    lychee checks anchors, on the built site.
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
                # MkDocs does not convert links of notebooks: they are addresses.
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
        """Check a link in Markdown, which leads from file to file."""
        target = Path(normpath((page.parent / link).as_posix()))
        # HB027 reports figures.
        if target.parent.name != "figures" and not self._has(target):
            message = f"{target.as_posix()} does not exist: fix the link, or remove it"
            yield Problem(page, line, message, "HB060")

    def visit(self, page: Path, line: int, link: str) -> Iterator[Problem]:
        """Check a link in HTML, which leads from address to address.

        The address of a page is a folder.
        """
        here = PurePosixPath("docs", address_of(source_of(page)))
        target = PurePosixPath(normpath(here / link))
        files = [Path(target)]
        if target.is_relative_to("docs"):
            address = target.relative_to("docs")
            files += [Path("docs", source) for source in sources_at(address)]
        if not any(map(self._has, files)):
            message = f"no page has the address {link}: fix the link, or remove it"
            yield Problem(page, line, message, "HB060")

    def _has(self, path: Path) -> bool:
        """Return whether the site will have this file, written or generated."""
        match path.parts:
            case ("docs", "code", *rest):
                return self.root.joinpath(*rest).is_file()
            case ("docs", _, *_):
                return is_there(self.root, PurePosixPath(*path.parts[1:]))
            case _:
                return False  # not published
