"""Join neighbouring cards of a module, and fold their docstrings.

theme/templates/python/material/card.html.jinja writes a card for each symbol, with the
comments that this module looks for.
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
    """Return a page with neighbouring cards joined, and docstrings folded."""
    html = _MARK.sub("", _BETWEEN.sub("", html))
    return _CODE.sub(lambda block: _folded(block["kind"], block["code"]), html)


def _folded(kind: str, code: str) -> str:
    """Split code at its docstrings; all parts in order are the whole code."""
    lines = code.split("\n")  # the last one is empty, as code ends in a newline
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
    # HTML drops a newline right after <pre>, so the empty element keeps blank lines.
    return f'<div class="{kind}"><pre><span></span><code>{code}</code></pre></div>'


def _docstrings(source: str) -> Iterator[tuple[int, int]]:
    """Yield the range of lines, from 0, that each docstring folds.

    Its first line stays visible, and so does its last if it has only the quotes.
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
