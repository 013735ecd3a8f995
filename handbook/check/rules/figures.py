"""HB025 to HB028: a block draws each figure, git has it, and a page shows it."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB025",
        name="figure-is-shown",
        why="A block that draws what nobody sees only costs time.",
        wrong='figure.savefig("figures/nulls-days.svg")  and no image',
        right="![Two dark squares: 8 and 9 February.](figures/nulls-days.svg)",
    ),
    Rule(
        id="HB026",
        name="figure-is-there",
        why="A figure is committed, so that a pull request shows how it changed.",
        wrong='figure.savefig("figures/nulls-days.svg")  and no such file',
        right="handbook run docs/explore/nulls.md --update",
    ),
    Rule(
        id="HB027",
        name="figure-is-drawn",
        why="A figure that no block draws cannot be drawn again when the data change.",
        wrong="![A calendar.](figures/nulls-days.svg)  and no block that saves it",
        right='figure.savefig("figures/nulls-days.svg")',
    ),
    Rule(
        id="HB028",
        name="figure-is-used",
        why="A file that no block draws and no page shows is forgotten work.",
        wrong="docs/explore/figures/nulls-old.svg, in no block and on no page",
        right="remove the file",
    ),
)

_Places = dict[Path, tuple[Path, int]]
"""A page and a line for each figure."""

_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?(?P<target>[^)\s>#?]+)")


def find(book: Book) -> Iterator[Problem]:
    """Yield the figures that are not drawn, not committed or not shown."""
    if book.broken:
        return
    drawn, shown = _drawn(book), _shown(book)
    for path, (page, line) in drawn.items():
        if path not in shown:
            message = f"no page shows this: ![What it shows.](figures/{path.name})"
            yield Problem(page, line, message, "HB025")
        if path not in book.figures:
            message = f"there is no {path.as_posix()}: handbook run --update draws it"
            yield Problem(page, line, message, "HB026")
    for path, (page, line) in shown.items():
        if path not in drawn:
            message = f'no block saves this figure: savefig("figures/{path.name}")'
            yield Problem(page, line, message, "HB027")
    for path in book.figures:
        if path not in drawn and path not in shown:
            message = "no block saves this and no page shows it: remove it"
            yield Problem(path, 1, message, "HB028")


def _drawn(book: Book) -> _Places:
    return {
        page.path.parent / "figures" / figure.name: (page.path, figure.line)
        for page in book.pages
        for figure in page.page.figures
    }


def _shown(book: Book) -> _Places:
    shown: _Places = {}
    for page in book.pages:
        for line, text in page.prose:
            for image in _IMAGE.finditer(text):
                target = (page.path.parent / image["target"]).as_posix()
                path = Path(normpath(target))
                if path.parent.name == "figures":
                    shown.setdefault(path, (page.path, line))
    return shown
