"""Cards: one for neighbours of a module, and their docstrings folded.

theme/templates/python/material/card.html.jinja writes a card for each symbol, with the
comments that are looked for here.
"""

import ast
import re
from collections.abc import Iterator

from handbook.site.markdown.code import BLOCK, plain

__all__ = ["join"]

_BETWEEN = re.compile(
    r"</div><!--end of (?P<module>[\w.]+)-->\s*<div [^>]*>"
    r"(?:(?!<!--).)*<!--symbols of (?P=module)-->",
    re.DOTALL,
)
_MARK = re.compile(r"<!--(?:end|symbols) of [\w.]+-->")
_CODE = re.compile(rf'(?<=<div class="card__code">){BLOCK.pattern}', re.DOTALL)


def join(html: str) -> str:
    """Make one card of neighbours, and fold all but the first line of docstrings."""
    html = _MARK.sub("", _BETWEEN.sub("", html))
    return _CODE.sub(lambda block: _folded(block["kind"], block["code"]), html)


def _folded(kind: str, code: str) -> str:
    """Cut code at its docstrings; the parts in a row are all of it."""
    lines = code.split("\n")  # the last is empty: code ends in a newline
    shown = 0
    parts = []
    for first, last in sorted(_docstrings(plain(code))):
        parts.append(_block(kind, lines[shown:first]))
        count = last - first
        parts.append(
            '<details class="card__docstring"><summary data-search-exclude>'
            f"Docstring: {count} line{'s' if count > 1 else ''}</summary>"
            f"{_block(kind, lines[first:last])}</details>"
        )
        shown = last
    parts.append(_block(kind, lines[shown:-1]))
    return "\n".join(parts)


def _block(kind: str, lines: list[str]) -> str:
    code = "".join(f"{line}\n" for line in lines)
    # The empty element keeps a first line that is empty from being taken for none.
    return f'<div class="{kind}"><pre><span></span><code>{code}</code></pre></div>'


def _docstrings(source: str) -> Iterator[tuple[int, int]]:
    """Give the lines between the first and the last of each docstring, from 0.

    The last line stays in sight where it holds the closing quotes and nothing else.
    """
    lines = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.ClassDef(body=[first, *_])
                | ast.FunctionDef(body=[first, *_])
                | ast.AsyncFunctionDef(body=[first, *_])
            ) if ast.get_docstring(node) is not None:
                end = first.end_lineno or first.lineno
                closing = lines[end - 1].strip() in {'"""', "'''"}
                last = end - 1 if closing else end
                if last > first.lineno:
                    yield first.lineno, last
