"""The line that is the point: `<!--handbook:point WORDS-->` below a block marks it."""

import re
from collections.abc import Iterator

from handbook.site.markdown.code import BLOCK, plain

__all__ = ["mark"]

_POINT = re.compile(r"<!--handbook:point (?P<words>.*?)-->\n*")
_BELOW = re.compile(r"(?:\s|</div>|</details>|<!--.*?-->)*", re.DOTALL)


def mark(html: str) -> str:
    """Mark the line that has the words, of the block above or of what it printed.

    Where no line has them, or more than one, none is marked: `handbook check` says so.
    """
    while point := _POINT.search(html):
        above = html[: point.start()]
        blocks = list(_blocks(above))
        places = [
            (block, number)
            for block in blocks
            for number, line in enumerate(plain(block["code"]).split("\n"))
            if point["words"] in line
        ]
        if len(places) == 1:
            [(block, number)] = places
            lines = block["code"].split("\n")
            lines[number] = _marked(lines[number])
            code = "\n".join(lines)
            above = above[: block.start("code")] + code + above[block.end("code") :]
        html = above + html[point.end() :]
    return html


def _blocks(above: str) -> Iterator[re.Match[str]]:
    """Give the block that a page ends in, and what printed it."""
    end = len(above)
    for block in reversed(list(BLOCK.finditer(above))):
        if not _BELOW.fullmatch(above, block.end(), end):
            return
        yield block
        if "language-text" not in block["kind"]:
            return
        end = block.start()


def _marked(line: str) -> str:
    """Mark a line as Pygments does, or as the row of a table that it is."""
    if '<span role="row"' in line:
        return line.replace('role="row"', 'role="row" class="point"', 1)
    return f'<span class="hll">{line}</span>'
