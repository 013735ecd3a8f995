"""HB115: a page that moved keeps its old address, and takes nobody else's."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from handbook.book.book import Book
from handbook.book.layout import is_there
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB115",
        "old-address-is-free",
        "A bookmark of a page that moved leads to where it is now, so one page alone "
        "may claim an address, and only one that is no page any more.",
        "formerly: [explore/nulls.md]  in explore/missing.md, and both are there",
        "formerly: [explore/nulls.md]  in explore/missing.md, which it has become",
    ),
)

_PATH = re.compile(r"(?:\w[\w-]*/)*\w[\w-]*\.(?:md|ipynb)")


def find(book: Book) -> Iterator[Problem]:
    """Give each former address that leads nowhere, or to two pages."""
    first: dict[str, Path] = {}
    for page in book.pages:
        for place, old in page.head.texts("formerly"):
            message = ""
            if not _PATH.fullmatch(old):
                message = f"write the file that it was below docs/, PART/STEM.md: {old}"
            elif is_there(book.root, PurePosixPath(old)):
                message = f"docs/{old} is still there: remove the page, or this"
            elif (other := first.setdefault(old, page.path)) != page.path:
                message = f"{other.as_posix()} was formerly {old} too: keep one of both"
            if message:
                yield Problem(page.path, place.line, message, "HB115")
