"""HB304: the controls of a table choose one row."""

import re
from collections.abc import Iterator, Sequence
from math import prod

from handbook.book.book import Book
from handbook.book.frames import Frame, find_frames
from handbook.book.problem import Problem
from handbook.book.source import PageSource
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB304",
        name="controls-choose-a-row",
        why=(
            "The site shows a control for each of these columns, and the row of the "
            "table above that they choose. So the output ends in a data frame without "
            "its index, which has these columns, others to show, one row for each "
            "combination, and is in a fold."
        ),
        wrong="<!--handbook:try load-->  and two rows of the table have the same load",
        right="<!--handbook:try servers, load-->",
    ),
)

_TRY = re.compile(r" {4,}<!--handbook:try (?P<columns>.*?)--> *")
_NOTHING = re.compile(r"\s*(?:<!--.*-->\s*)?")


def find(book: Book) -> Iterator[Problem]:
    """Yield the marks below outputs from which no controls can be made."""
    for page in book.pages:
        for number, line in page.prose:
            if "handbook:try" not in line:
                continue
            for message in _faults(page, number, line):
                yield Problem(page.path, number, message, "HB304")


def _faults(page: PageSource, number: int, line: str) -> Iterator[str]:
    if not (found := _TRY.fullmatch(line)):
        yield "write <!--handbook:try COLUMN, COLUMN--> on a line of its own, in a fold"
        return
    text = _output_above(page, number)
    frames = find_frames(text)
    if not frames or frames[-1].heads != 1:
        yield "no table is above: print a data frame with to_string(index=False)"
        return
    heads, *rows = _cells(text.split("\n"), frames[-1])
    columns = [name.strip() for name in found["columns"].split(",")]
    if unknown := [name for name in columns if name not in heads]:
        yield f"the table above has no column '{unknown[0]}': it has {', '.join(heads)}"
        return
    if not set(heads) - set(columns):
        yield "no column is left to show: name fewer, or print the results beside them"
        return
    keys = [tuple(row[heads.index(name)] for name in columns) for row in rows]
    combinations = prod(len(set(values)) for values in zip(*keys, strict=True))
    if len(set(keys)) < len(keys):
        yield f"two rows have the same {', '.join(columns)}"
    elif combinations != len(keys):
        yield (
            f"{', '.join(columns)} have {combinations} combinations, "
            f"and the table has {len(keys)} rows: print a row for each"
        )


def _output_above(page: PageSource, number: int) -> str:
    """Return the output right above a line, or nothing."""
    above = [fence for fence in page.page.fences if fence.line < number]
    if not above or above[-1].fate != "expected":
        return ""
    end = above[-1].line + above[-1].code.count("\n") + 2
    between = page.lines[end : number - 1]
    return above[-1].code if all(map(_NOTHING.fullmatch, between)) else ""


def _cells(lines: Sequence[str], frame: Frame) -> list[list[str]]:
    return [
        [line[column.begin : column.end].strip() for column in frame.columns]
        for line in lines[frame.first : frame.last]
    ]
