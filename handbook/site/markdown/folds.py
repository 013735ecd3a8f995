"""Folded code: its title says how long it is."""

import re

from handbook.site.markdown.code import BLOCK, plain

__all__ = ["count"]

_FOLD = re.compile(r'<details class="(?!card)[\w ]+"(?: open="open")?>\s*<summary>')
_TAG = re.compile(r"<(/?)details\b")


def count(html: str) -> str:
    """Add to each fold's title the number of lines of Python that are in it."""
    done, at = [], 0
    for fold in _FOLD.finditer(html):
        title = html.index("</summary>", fold.end())
        code = [
            block["code"]
            for block in BLOCK.finditer(html, title, _end(html, fold.start()))
            if "language-python" in block["kind"]
        ]
        lines = sum(plain(each).count("\n") for each in code)
        if lines:
            done.append(f"{html[at:title]}: {lines} line{'s' if lines > 1 else ''}")
            at = title
    return "".join([*done, html[at:]])


def _end(html: str, start: int) -> int:
    """Find where a fold ends that starts here; folds may lie in it."""
    depth = 0
    for tag in _TAG.finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start()
    return len(html)
