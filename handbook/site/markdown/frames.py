"""Show a printed data frame as a table, without changing a character of its text."""

import re
from collections.abc import Sequence
from html import escape

from handbook.book.frames import Column, find_frames
from handbook.site.markdown.code import BLOCK, plain

__all__ = ["show"]


def show(html: str) -> str:
    """Return a page with the rows and cells of its printed frames marked up."""

    def shown(block: re.Match[str]) -> str:
        text = plain(block["code"])
        if "language-text" not in block["kind"] or not (frames := find_frames(text)):
            return block[0]
        lines = [escape(line, quote=False) for line in text.split("\n")]
        for frame in frames:
            raw = text.split("\n")[frame.first : frame.last]
            rows = [
                _row(line, frame.columns, head=number < frame.heads)
                for number, line in enumerate(raw)
            ]
            rows[0] = f'<span class="frame" role="table">{rows[0]}'
            rows[-1] += "</span>"
            lines[frame.first : frame.last] = rows
        code = "\n".join(lines)
        start = block.start()
        return (
            block[0][: block.start("code") - start]
            + code
            + block[0][block.end("code") - start :]
        )

    return BLOCK.sub(shown, html)


def _row(line: str, columns: Sequence[Column], *, head: bool) -> str:
    cells = [line[column.begin : column.end] for column in columns]
    if len(line) != columns[-1].end:
        cells = [line, *("" for _ in columns[1:])]  # the name of a series
    marked = []
    for cell, column in zip(cells, columns, strict=True):
        role = "columnheader" if head else "rowheader" if column.label else "cell"
        role = role if cell.strip() else "cell"  # an empty heading would be read out
        side = "" if column.number else ' class="frame__text"'
        text = escape(cell, quote=False)
        marked.append(f'<span role="{role}"{side}>{text}</span>')
    return f'<span role="row">{"".join(marked)}</span>'
