"""HB115: a page that moved keeps its old address, and no other page has that one."""

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
        id="HB115",
        name="old-address-is-free",
        why=(
            "A bookmark of a page that moved leads to its new address, so only one "
            "page may claim an old address, and no page may have it now."
        ),
        wrong="formerly: [explore/nulls.md]  in explore/missing.md, and both are there",
        right=(
            "formerly: [explore/nulls.md]  in explore/missing.md, which it has become"
        ),
    ),
)

_PATH = re.compile(r"(?:\w[\w-]*/)*\w[\w-]*\.(?:md|ipynb)")


def find(book: Book) -> Iterator[Problem]:
    """Yield each former address that leads nowhere, or to two pages."""
    first: dict[str, Path] = {}
    for page in book.pages:
        for place, old in page.head.texts("formerly"):
            message = ""
            if not _PATH.fullmatch(old):
                message = f"write the former file below docs/, PART/STEM.md, not {old}"
            elif is_there(book.root, PurePosixPath(old)):
                message = f"docs/{old} still exists: remove the page, or this"
            elif (other := first.setdefault(old, page.path)) != page.path:
                message = (
                    f"{other.as_posix()} was formerly {old} too: keep one of the two"
                )
            if message:
                yield Problem(page.path, place.line, message, "HB115")
