"""Add the length of folded code to the title of its fold."""

import re

from handbook.site.markdown.code import BLOCK, plain

__all__ = ["FOLD", "count"]

FOLD = re.compile(r'<details class="(?!card)[\w ]+"(?: open="open")?>\s*<summary>')
"""The beginning of a fold of a page, which is not the docstring of a card."""

_TAG = re.compile(r"<(/?)details\b")


def count(html: str) -> str:
    """Return a page whose folds have their number of lines of code in the title."""
    done, at = [], 0
    for fold in FOLD.finditer(html):
        title = html.index("</summary>", fold.end())
        code = [
            block["code"]
            for block in BLOCK.finditer(html, title, _end(html, fold.start()))
            if "language-text" not in block["kind"]
        ]
        lines = sum(plain(each).count("\n") for each in code)
        if lines:
            done.append(f"{html[at:title]}: {lines} line{'s' if lines > 1 else ''}")
            at = title
    return "".join([*done, html[at:]])


def _end(html: str, start: int) -> int:
    """Return the end of the fold that starts here, which may contain other folds."""
    depth = 0
    for tag in _TAG.finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start()
    return len(html)
