"""HB036 and HB037: a chapter has a length that a busy reader finishes."""

from collections.abc import Iterator
from pathlib import Path

from handbook.book.book import Book
from handbook.book.layout import GENERATED, address_of, kind_of, source_of
from handbook.book.length import Block, Length, read_lengths
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["BUDGET", "LIST", "RULES", "SCREENS", "find", "measures", "read_list"]

BUDGET = {"words": 1_200, "lines": 160, "cards": 4, "block": 20, "minutes": 10}
"""The most that a chapter may have: words of prose, visible lines of code and output,
open cards, visible lines in one block, and minutes."""

SCREENS = {"screens": 10, "phone": 14_000}
"""The most that its built page may have: screens of 1440 by 900 pixels, and pixels on
a screen 390 wide. Only a browser can measure these: tests/site/screens.py."""

LIST = Path("tests/site/over_budget.tsv")
"""The pages over budget, each with the numbers that it may not exceed."""

_COLUMNS = [*SCREENS, *BUDGET]

RULES = (
    Rule(
        id="HB036",
        name="page-within-budget",
        why=(
            "People at work don't finish a longer page. tests/site/over_budget.tsv "
            "lists the pages that are older than this rule, and these may not grow."
        ),
        wrong="a chapter with 204 visible lines of code and output",
        right='the code of its figure in ??? example "The code of the figure"',
    ),
    Rule(
        id="HB037",
        name="budget-list",
        why="An exception that no page needs any more would let the page grow again.",
        wrong="explore/nulls/ has 1,340 words in the list, and 1,100 on the page",
        right="a dash instead of the number, or no line: `make measure` writes it",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the chapters over budget, and what is wrong with the list."""
    if book.broken:
        return
    lengths = {
        address_of(source_of(path)): (path, length)
        for path, length in read_lengths(book).items()
        if kind_of(path) in {"chapter", "leg"}
    }
    listed, problems = read_list(book)
    yield from problems
    for page, (path, length) in lengths.items():
        _, allowed = listed.get(page, (0, {}))
        for name, value in measures(length).items():
            most = max(BUDGET[name], allowed.get(name, 0))
            if value > most:
                line, message = _worst(name, length, value, most)
                yield Problem(path, line, message, "HB036")
    known = {address_of(source_of(head.path)) for head in book.heads}
    known |= {address_of(source_of(path)) for path in GENERATED}
    for page, (line, allowed) in listed.items():
        if page not in known:
            message = f"there is no page {page}: delete this line"
            yield Problem(LIST, line, message, "HB037")
        if page in lengths:
            now = measures(lengths[page][1])
            for name in sorted(allowed.keys() & BUDGET.keys()):
                if now[name] <= BUDGET[name]:
                    message = (
                        f"{page} is within the budget now, with {now[name]:,} {name}: "
                        "write a dash instead of the number"
                    )
                    yield Problem(LIST, line, message, "HB037")


def measures(length: Length) -> dict[str, int]:
    """Return what the budget limits of a page, by name."""
    return {
        "words": length.words,
        "lines": length.lines,
        "cards": len(length.cards),
        "block": max((block.lines for block in length.blocks), default=0),
        "minutes": length.minutes,
    }


def read_list(
    book: Book,
) -> tuple[dict[str, tuple[int, dict[str, float]]], list[Problem]]:
    """Return the listed pages, each with its line and its numbers, and what is wrong.

    A page that is not over budget in something has a dash there.
    """
    if not book.files.has(LIST):
        return {}, []
    text = book.files.read(LIST).decode(errors="replace")
    head, *rows = text.splitlines() or [""]
    columns = "\t".join(["page", *_COLUMNS])
    if head != columns:
        message = f"the first line must be {columns!r}: `make measure` writes it"
        return {}, [Problem(LIST, 1, message, "HB037")]
    found: dict[str, tuple[int, dict[str, float]]] = {}
    problems = []
    for line, row in enumerate(rows, 2):
        page, *cells = row.split("\t")
        try:
            values = {
                name: float(cell.replace(",", ""))
                for name, cell in zip(_COLUMNS, cells, strict=True)
                if cell != "-"
            }
        except ValueError:
            message = f"write a page and {len(_COLUMNS)} numbers or dashes, with tabs"
            problems.append(Problem(LIST, line, message, "HB037"))
            continue
        if page in found:
            message = f"line {found[page][0]} lists the same page: keep one"
            problems.append(Problem(LIST, line, message, "HB037"))
            continue
        found[page] = (line, values)
    return found, problems


def _worst(name: str, length: Length, value: int, most: float) -> tuple[int, str]:
    """Return the line of what takes most of a measure, and what to do about it."""
    section = max(length.sections, key=lambda each: each[1], default=(1, 0))
    block = max(length.blocks, key=lambda each: each.lines, default=Block(1, 0, 0))
    line, message = {
        "words": (
            section[0],
            f"{value:,} words of prose, {most:,.0f} at most: cut, fold or split off; "
            f"this section has the most, {section[1]}",
        ),
        "lines": (
            block.line,
            f"{value} visible lines of code and output, {most:.0f} at most: cut, fold, "
            f"or move code into the snippet; this block has the most, {block.lines}",
        ),
        "cards": (
            length.cards[int(most)] if len(length.cards) > most else 1,
            f"{value} open cards, {most:.0f} at most: fold from here on, or show less",
        ),
        "block": (
            block.line,
            f"{value} visible lines in one block, {most:.0f} at most: cut or fold it",
        ),
        "minutes": (
            section[0],
            f"{value} minutes to read, {most:.0f} at most: cut, fold or split off; "
            "this section has the most words",
        ),
    }[name]
    return line, message
