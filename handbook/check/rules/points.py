"""HB303: a mark below a block names one of its lines."""

import re
from collections.abc import Iterator

from handbook.book.book import Book
from handbook.book.page import Fence
from handbook.book.problem import Problem
from handbook.book.source import PageSource
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB303",
        name="point-is-a-line",
        why=(
            "The site highlights the one line with these words, in the block above or "
            "in its output. If no line has them, or several, it highlights none."
        ),
        wrong="<!--handbook:point 1,614 rows-->  and no line above has these words",
        right="<!--handbook:point 9,430 rows-->",
    ),
)

_POINT = re.compile(r" *<!--handbook:point (?P<words>.*?)--> *")
_NOTHING = re.compile(r"\s*(?:<!--.*-->\s*)?")


def find(book: Book) -> Iterator[Problem]:
    """Yield the marks that name no line, or several."""
    for page in book.pages:
        for number, line in page.prose:
            if "handbook:point" not in line:
                continue
            if not (point := _POINT.fullmatch(line)) or not point["words"].strip():
                message = "write <!--handbook:point WORDS--> on a line of its own"
                yield Problem(page.path, number, message, "HB303")
                continue
            lines = [
                each
                for fence in _above(page, number)
                for each in fence.code.split("\n")
                if point["words"] in each
            ]
            if len(lines) != 1:
                count = (
                    f"{len(lines)} lines of the block above have"
                    if lines
                    else "no line of the block above has"
                )
                message = f"{count} '{point['words']}': write words of exactly one line"
                yield Problem(page.path, number, message, "HB303")


def _above(page: PageSource, number: int) -> Iterator[Fence]:
    """Yield the fence above a line; if that is an output, also the block it is of."""
    for fence in reversed(page.page.fences):
        if fence.line >= number:
            continue
        below = fence.line + fence.code.count("\n") + 2
        between = page.lines[below : number - 1]
        if not all(map(_NOTHING.fullmatch, between)):
            return
        yield fence
        if fence.fate != "expected":
            return
        number = fence.line
