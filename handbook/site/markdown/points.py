"""Highlight the line that `<!--handbook:point WORDS-->` below a block names."""

import re
from collections.abc import Iterator

from handbook.site.markdown.code import BLOCK, plain

__all__ = ["mark"]

_POINT = re.compile(r"<!--handbook:point (?P<words>.*?)-->\n*")
_BELOW = re.compile(r"(?:\s|</div>|</details>|<!--.*?-->)*", re.DOTALL)


def mark(html: str) -> str:
    """Highlight the line with these words, in the block above or in its output.

    If no line has them, or several, none is highlighted; `handbook check` reports that.
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
    """Yield the last block, if nothing follows; if it is an output, also its code."""
    end = len(above)
    for block in reversed(list(BLOCK.finditer(above))):
        if not _BELOW.fullmatch(above, block.end(), end):
            return
        yield block
        if "language-text" not in block["kind"]:
            return
        end = block.start()


def _marked(line: str) -> str:
    """Return a line highlighted as Pygments does it, or as the row of a table."""
    if '<span role="row"' in line:
        return line.replace('role="row"', 'role="row" class="point"', 1)
    return f'<span class="hll">{line}</span>'
