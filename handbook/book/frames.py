"""Read the data frames that pandas printed back from their text.

It reads the text by the rules that pandas prints with: row labels flush left, all else
flush right, two spaces after the labels and one or two between columns. A text that can
be read in two ways is no frame.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

__all__ = ["Column", "Frame", "find_frames"]

_NUMBER = re.compile(r"[+-]?(?:\d[\d,]*)?\.?\d+\.?(?:e[+-]?\d+)?%?|[+-]?inf")
_NOTHING = {"", "NaN", "NaT", "None", "<NA>", "..."}
_WORD = re.compile(r"[^\W\d]\w*")
_SERIES = 4
"""The spaces that pandas puts between the labels of a series and its longest value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed frame: its place in each line.

    Attributes
    ----------
    begin, end : int
        The slice of a line, with the spaces before a value that is flush right.
    label : bool
        Whether it labels rows, and so is flush left.
    number : bool
        Whether all its cells are numbers.
    """

    begin: int
    end: int
    label: bool
    number: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines of a text that are a table.

    Attributes
    ----------
    first, last : int
        The lines, from 0; `last` is the line after it.
    heads : int
        The number of lines in its head: at most 2.
    """

    first: int
    last: int
    heads: int
    columns: tuple[Column, ...]


def find_frames(text: str) -> list[Frame]:
    """Find the frames and series that pandas printed in a text.

    Parameters
    ----------
    text : str
        The output of a block.

    Returns
    -------
    list of Frame
        The frames in order, and none that is uncertain. Lines that pandas did not print
        are in none of them.
    """
    lines = text.split("\n")
    found = []
    first = 0
    for last in range(1, len(lines) + 1):
        # pandas pads all lines of a frame to the same length.
        if last < len(lines) and len(lines[last]) == len(lines[first]):
            continue
        frame = _read_frame(lines, first, last) or _read_series(lines, first, last)
        if frame:
            found.append(frame)
        first = last
    return found


_Span = tuple[int, int]


def _read_frame(lines: Sequence[str], first: int, last: int) -> Frame | None:
    region = lines[first:last]
    runs = _runs(region)
    if len(region) < 2 or len(runs) < 2:
        return None
    labels, heads = _labels(region, runs)
    body = region[heads:]
    data = _data(region[0], body, runs, labels[-1][1] if labels else 0)
    if len(data) + len(labels) < 2 or not body:
        return None
    columns = tuple(
        Column(begin, end, span in labels, _are_numbers(body, begin, end))
        for span in (*labels, *data)
        for begin, end in [span]
    )
    certain = (
        data[-1][1] == len(region[0])
        and all(_is_column(region, column) for column in columns)
        and all(_space(region, column) <= 1 + bool(column.begin) for column in columns)
        and not any(_is_torn(region, *two) for two in pairwise(columns))
        and not any(_repeats_its_name(region, column) for column in columns)
        and (heads == 2 or _has_a_head(region[0], columns))
    )
    return Frame(first, last, heads, columns) if certain else None


def _read_series(lines: Sequence[str], first: int, last: int) -> Frame | None:
    region = lines[first:last]
    runs = _runs(region)
    if len(region) < 2 or len(runs) < 2:
        return None
    begin, end = runs[-1]
    between = max(len(line[:begin].rstrip()) for line in region)
    columns = (
        Column(0, between, label=True, number=False),
        Column(between, end, label=False, number=True),
    )
    certain = (
        end == len(region[0])
        and _gap(region, between) == _SERIES
        and all(_is_column(region, column) for column in columns)
        and all(_is_number(line[begin:]) for line in region)
    )
    if not certain:
        return None
    named = first > 0 and _WORD.fullmatch(lines[first - 1])
    return Frame(first - bool(named), last, int(bool(named)), columns)


def _runs(region: Sequence[str]) -> list[_Span]:
    """Return the spans of columns between those where every line has a space."""
    blank = [not "".join(each).strip() for each in zip(*region, strict=True)]
    edges = [
        at
        for at, (one, other) in enumerate(pairwise([True, *blank, True]))
        if one != other
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _labels(region: Sequence[str], runs: Sequence[_Span]) -> tuple[list[_Span], int]:
    """Return the spans of the row labels, and the number of lines in the head."""
    head, names = region[0], region[1]
    bare = list(takewhile(lambda run: not head[slice(*run)].strip(), runs))
    rest = runs[len(bare) :]
    if not rest:
        return [], 1
    if not bare:
        # The name of the columns is above the labels, or this is an ordinary column.
        begin, end = runs[0]
        flush = all(line[begin] != " " for line in region)
        ragged = any(line[end - 1] == " " for line in region[1:])
        return ([runs[0]] if flush and ragged else []), 1
    end = bare[-1][1]
    if _gap(region[1:], end) < 2:
        return [], 1  # the first words of a column whose name is short
    if names[end:].strip():
        return [(bare[0][0], end)], 1
    # The names of the labels have a line of their own.
    begins = [begin for begin, _ in bare if names[begin] != " "]
    if not begins:
        return [], 1
    return list(zip(begins, [*begins[1:], end], strict=True)), 2


def _gap(body: Sequence[str], end: int) -> int:
    """Return the least space after the labels, counting a minus sign as a space."""
    rest = [line[end:] for line in body if line[end:].strip()]
    return min(len(cell) - len(cell.lstrip(" -")) for cell in rest)


def _data(
    head: str, body: Sequence[str], runs: Sequence[_Span], begin: int
) -> list[_Span]:
    """Return the spans of the columns: each ends where its name and a value end."""
    found = []
    for run in runs:
        filled = [line[slice(*run)].strip() != "" for line in (head, *body)]
        if run[1] > begin and filled[0] and any(filled[1:]):
            found.append((begin, run[1]))
            begin = run[1]
    return found


def _is_column(region: Sequence[str], column: Column) -> bool:
    """Return whether all cells are flush, without double spaces in them."""
    edge = column.begin if column.label else column.end - 1
    return all(
        line[edge] != " " and "  " not in cell
        for line in region
        if (cell := line[column.begin : column.end].strip())
    )


def _space(region: Sequence[str], column: Column) -> int:
    """Return the number of spaces before the widest cell."""
    cells = [line[column.begin : column.end] for line in region]
    return min(len(cell) - len(cell.lstrip()) for cell in cells if cell.strip())


def _is_torn(region: Sequence[str], one: Column, other: Column) -> bool:
    """Return whether two columns may be one, as one space parts them in every line."""
    cells = [
        (line[one.begin : one.end], line[other.begin : other.end]) for line in region
    ]
    return all(
        len(left) - len(left.rstrip()) + len(right) - len(right.lstrip()) == 1
        for left, right in cells
        if left.strip() and right.strip()
    )


def _repeats_its_name(region: Sequence[str], column: Column) -> bool:
    name, *cells = (line[column.begin : column.end].strip() for line in region)
    return name != "" and name in cells


def _has_a_head(head: str, columns: Sequence[Column]) -> bool:
    """Return whether a line is a head: words above numbers, nothing above labels."""
    names = {column: head[column.begin : column.end].strip() for column in columns}
    return any(
        (column.number and not _is_number(name)) or (column.label and not name)
        for column, name in names.items()
    )


def _are_numbers(body: Sequence[str], begin: int, end: int) -> bool:
    cells = [line[begin:end].strip() for line in body]
    return any(map(_is_number, cells)) and all(
        _is_number(cell) or cell in _NOTHING for cell in cells
    )


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None
