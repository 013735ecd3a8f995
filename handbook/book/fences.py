"""Find what runs on a page: what pytest-codeblocks extracts, if readers see the same.

Every other way to write Python or a shell command is refused: no tool would run it,
and none would report that.
"""

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest_codeblocks
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

from handbook.book.directives import DIRECTIVES, Directive, find_directives
from handbook.book.layout import GENERATED
from handbook.book.markdown import Rendering, Site, SiteFence
from handbook.book.page import Block, Chapter, Embed, Expectation, Fence, Figure, Page
from handbook.book.problem import Problem
from handbook.book.reaches import find_reaches
from handbook.book.scan import scan
from handbook.book.unrun import (
    DIAGRAMS,
    find_claims,
    find_shows,
    find_unrun,
    is_python,
    lost_value,
)

__all__ = ["read_page"]

PLAIN = ("text", "console", "markdown", "")
"""The languages that never run: output, a terminal, an example of a page, none."""

_PYTHON = re.compile(r"\s*`{3,}python")
_OPENS = re.compile(r"[>\s]*(?P<marks>`{3,}|~{3,})\s*(?P<info>.*)$")
_RAW = re.compile(r"<(pre|code|div)\b[^>]*\bclass\b", re.IGNORECASE)
_LIKE_AN_EMBED = re.compile(r"[\s>#*+.:)\d-]*:::\s*(?P<symbol>[\w.]*)")
_SYMBOL = re.compile(r"[\w.]+")
_OTHER_BOX = (
    'this is a box of another tool: write !!! tip "Title" and indent its text by four'
)
_MAGIC = re.compile(
    r"\s*(?P<magic>%{1,2}\w|!\w|In \[\d*\]:|>>> )|.*\w(?P<help>\?{1,2})$"
)
_FIGURE = re.compile(r"(?:\./)?figures/(?P<name>[^/]+)")


def read_page(path: Path, source: str, site: Site) -> Page:
    """Read what a page runs, shows and refuses.

    Parameters
    ----------
    path : Path
        Relative to the book's root.
    source : str
        The page's text, with line ends of any kind.
    site : Site
        The Markdown of the site, which will render it.

    Returns
    -------
    Page
        The page, with all its problems in the order of the lines.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    lines = source.split("\n")
    rendering = site.render(source)
    refused = dict(_refuse(lines, rendering))
    outside = _outside(lines, rendering)
    directives = find_directives(lines, outside)
    expectations, misplaced = _expectations(
        lines, rendering.fences, directives, refused
    )
    shown = {f.line: f for f in rendering.fences if f.seen and _runs(lines, f)}
    # A refused directive must not change what is extracted, or one problem would hide
    # another.
    bad = {d.line for d in directives if d.refusal} | misplaced.keys()
    extracted = _extract(
        "\n".join("" if n in bad else s for n, s in enumerate(lines, 1))
    )
    differences = dict(
        _compare(
            lines,
            rendering.fences,
            shown=shown,
            extracted=extracted,
            refused=refused,
        )
    )

    blocks = tuple(
        Block(_text(lines, fence), line + 1, expectations.get(line))
        for line, fence in shown.items()
        if line not in refused and line not in differences
    )
    fences = tuple(
        Fence(f.line, f.language, f.code, _fate(f, refused, shown, expectations))
        for f in rendering.fences
    )
    embeds, malformed = _embeds(source, outside, rendering)
    figures = tuple(figure for block in blocks for figure in _figures(block))
    compared = {expectation.line - 1 for expectation in expectations.values()}
    claims = _claims(
        lines, rendering.fences, {*compared, *(b.line - 1 for b in blocks)}
    )
    # Whether a block must raise is unknown while a directive is refused.
    lost = [] if bad else [each for block in blocks for each in _lost(block)]
    faults = [
        *refused.items(),
        # A generated page shows code as an example, such as the wrong code of a rule.
        *(
            ()
            if path in GENERATED
            else find_unrun(rendering.fences, compared | refused.keys())
        ),
        *(() if bad else claims),
        *_unseen(lines, rendering),
        *(each for block in blocks for each in _reaches(block)),
        *lost,
        *misplaced.items(),
        *((d.line, d.refusal) for d in directives if d.refusal),
        *differences.items(),
        *malformed,
    ]
    return Page(
        chapter=Chapter(path, blocks),
        fences=fences,
        embeds=tuple(embeds),
        figures=figures,
        problems=tuple(
            sorted(Problem(path, line, message) for line, message in faults)
        ),
        sections=rendering.sections,
        anchors=rendering.anchors,
    )


def _reaches(block: Block) -> Iterator[tuple[int, str]]:
    """Refuse code that could forge the run of its page."""
    for line, name in find_reaches(block.code):
        yield (
            block.line + line - 1,
            f"'{name:.40}' reaches into the process that runs the page: show it in a "
            "snippet or in words, not in a block",
        )


def _embeds(
    source: str, outside: Sequence[int], rendering: Rendering
) -> tuple[list[Embed], list[tuple[int, str]]]:
    """Find the embeds, and refuse lines that only some tools would read as one."""
    left, scanned = Counter(rendering.embeds), scan(source)
    embeds, malformed = [], []
    for number in outside:
        line = scanned[number - 1]
        if line.kind == "embed" and not _SYMBOL.fullmatch(line.name):
            malformed.append((number, _OTHER_BOX))
        elif line.kind == "embed" and left[line.name]:
            left[line.name] -= 1
            embeds.append(Embed(number, line.name))
        elif like := _LIKE_AN_EMBED.match(line.text):
            symbol = like["symbol"]
            if line.kind == "comment" and not left[symbol]:
                continue
            wanted = f"::: {symbol or 'snippets.part.stem.name'}"
            message = (
                f"'{line.text.strip()}' is not read as an embed: write `{wanted}` on a "
                "line of its own, indented only as the text of a box is"
            )
            malformed.append((number, message))
    return embeds, malformed


def _fate(
    fence: SiteFence,
    refused: dict[int, str],
    shown: dict[int, SiteFence],
    expectations: dict[int, Expectation],
) -> Literal["runs", "expected", "shown", "hidden", "refused"]:
    if fence.line in refused:
        return "refused"
    if not fence.seen:
        return "hidden"
    if fence.line in shown:
        return "runs"
    described = {expectation.line for expectation in expectations.values()}
    return "expected" if fence.line + 1 in described else "shown"


def _refuse(lines: Sequence[str], rendering: Rendering) -> Iterator[tuple[int, str]]:
    """Yield the lines of fences that the site or the runner would misread, and why."""
    for fence in rendering.fences:
        opening = lines[fence.line - 1]
        marks = re.match(r"[>\s]*(`*)", opening)
        within = range(fence.line + 1, fence.end)
        if reason := _reason(lines, fence):
            yield fence.line, reason
        elif "\t" in opening[: len(opening) - len(opening.lstrip())]:
            yield fence.line, "a tab indents this fence: write spaces"
        elif (
            marks
            and marks[1]
            and (
                early := [
                    n for n in within if lines[n - 1].lstrip().startswith(marks[1])
                ]
            )
        ):
            yield (
                early[0],
                f"pytest-codeblocks would end the fence of line {fence.line} here: "
                "write that fence with more backticks",
            )
    for line in _outside(lines, rendering):
        if match := _OPENS.match(lines[line - 1]):
            yield line, _not_a_fence(lines[line - 1].strip(), match["info"])
    written = iter(n for n in _outside(lines, rendering) if _RAW.search(lines[n - 1]))
    for fix in filter(None, map(_fix, rendering.raw)):
        yield next(written, 1), f"code written as HTML is not run: {fix}"


def _not_a_fence(line: str, info: str) -> str:
    if not info:
        return "these marks neither open nor close a fence: complete the pair"
    if "`" in info:
        return (
            f"'{line}' opens a fence for pytest-codeblocks: begin the line with a word"
        )
    return (
        f"the site does not read '{line}' as a fence: write ```python or ```text "
        "and nothing else, and close it with the same marks"
    )


def _reason(lines: Sequence[str], fence: SiteFence) -> str:
    opening = lines[fence.line - 1].strip()
    if fence.language == "python":
        if fence.quoted:
            return "a fence inside a quotation is not run: write ```python outside it"
        if not _runs(lines, fence):
            return (
                f"'{opening}' is not run: write ```python and nothing else, "
                "with three backticks or more"
            )
        if line := _magic(fence.code):
            return (
                f"'{line.strip()[:40]}' is for IPython or a prompt, and no script can "
                "run it: write plain Python without it"
            )
        if not fence.seen:
            return (
                "no reader sees this fence, since something hides it or it is indented "
                "as text: write ```python on the page itself, or remove it"
            )
        return ""
    marks = _OPENS.match(opening)
    if marks and marks["info"] and not fence.language:
        fix = (
            "this is read as a fence without a language: write ```python, ```console "
            "or ```text"
        )
    else:
        fix = "" if fence.diagram else _fix(fence.language)
    return fix and f"'{opening}' is not run: {fix}"


def _runs(lines: Sequence[str], fence: SiteFence) -> bool:
    return _PYTHON.fullmatch(lines[fence.line - 1].rstrip()) is not None


def _fix(language: str) -> str:
    """Return how to write this language; empty if it needs no change."""
    if language in PLAIN:
        return ""
    if language in DIAGRAMS:
        return "no diagram is drawn of it: draw a figure and save it in figures/"
    try:
        family = find_lexer_class_by_name(language).__module__.lower()
    except ClassNotFound:
        return "this language is unknown: write ```python, ```console or ```text"
    if "python" in family:
        return "write ```python"
    return "write ```console" if "shell" in family else ""


def _outside(lines: Sequence[str], rendering: Rendering) -> list[int]:
    """Return the numbers of the lines outside fences and front matter."""
    inside = {
        line for fence in rendering.fences for line in range(fence.line, fence.end + 1)
    }
    return [
        line for line in range(rendering.start, len(lines) + 1) if line not in inside
    ]


def _text(lines: Sequence[str], fence: SiteFence) -> str:
    """Return the code of a fence without the fence's own indentation.

    pytest-codeblocks removes it too, but loses the empty lines of an indented block.
    """
    opening = lines[fence.line - 1]
    indent = len(opening) - len(opening.lstrip(" "))
    content = lines[fence.line : fence.end - 1]
    return "".join(
        line[min(indent, len(line) - len(line.lstrip(" "))) :] + "\n"
        for line in content
    )


def _expectations(
    lines: Sequence[str],
    fences: Sequence[SiteFence],
    directives: Sequence[Directive],
    refused: dict[int, str],
) -> tuple[dict[int, Expectation], dict[int, str]]:
    """Match each directive with the block above and the fence below, by block line."""
    names = {kind: name for name, kind in DIRECTIVES.items()}
    ending = {fence.end: fence for fence in fences}
    opening = {fence.line: fence for fence in fences}
    expectations: dict[int, Expectation] = {}
    misplaced: dict[int, str] = {}
    for line, kind, _ in directives:
        if kind is None:
            continue
        above = ending.get(_next_text(lines, line, -1))
        below = opening.get(_next_text(lines, line, +1))
        if above is not None and above.line in refused:
            continue  # the problem of the block is reported first
        if above is None or not _runs(lines, above):
            misplaced[line] = (
                f"{names[kind]} follows no block: put it directly below "
                "the ```python block that it describes"
            )
        elif (
            below is None
            or lines[below.line - 1].strip("` ") != "text"
            or below.line > line + 2
        ):
            misplaced[line] = (
                f"{names[kind]} describes no fence: put its ```text fence below it"
            )
        else:
            expectations[above.line] = Expectation(
                kind, _text(lines, below), below.line + 1
            )
    return expectations, misplaced


def _next_text(lines: Sequence[str], line: int, step: Literal[-1, 1]) -> int:
    """Return the number of the next line that is not empty; 0 if there is none."""
    line += step
    while 1 <= line <= len(lines):
        if lines[line - 1].strip():
            return line
        line += step
    return 0


def _extract(source: str) -> dict[int, pytest_codeblocks.CodeBlock] | str:
    """Return the blocks that pytest-codeblocks finds, by line, or its error message."""
    try:
        blocks = pytest_codeblocks.extract_from_buffer(
            io.StringIO(source), max_num_lines=source.count("\n") + 2
        )
    except RuntimeError as error:
        return str(error)
    return {block.lineno: block for block in blocks if block.syntax == "python"}


def _compare(
    lines: Sequence[str],
    fences: Sequence[SiteFence],
    *,
    shown: dict[int, SiteFence],
    extracted: dict[int, pytest_codeblocks.CodeBlock] | str,
    refused: dict[int, str],
) -> Iterator[tuple[int, str]]:
    """Yield the lines where what would run differs from what readers see."""
    if isinstance(extracted, str):
        if not refused:
            yield (
                1,
                f"pytest-codeblocks cannot read this page ({extracted}): "
                "close every fence",
            )
        return
    for line in extracted.keys() - shown.keys() - refused.keys():
        outer = next((f.line for f in fences if f.line < line < f.end), None)
        yield (
            line,
            (
                "would run, but the site shows no block of Python here: "
                + (
                    f"write the fence of line {outer} with backticks, "
                    "more than this one has"
                    if outer
                    else "close the fence above, or fix the indentation"
                )
            ),
        )
    for line in sorted(shown.keys() - refused.keys()):
        fence, text = shown[line], _text(lines, shown[line])
        if line not in extracted:
            yield (
                line,
                "is shown, but would not run: "
                "a line above that starts with ``` hides it",
            )
        elif _without_empty_lines(extracted[line].code) != _without_empty_lines(text):
            yield (
                line,
                "pytest-codeblocks would run lines that differ from those shown: "
                "simplify the fence",
            )
        elif different := [
            n
            for n, (ours, theirs) in enumerate(
                zip(text.split("\n"), fence.code.split("\n"), strict=False), line + 1
            )
            if ours != theirs
        ]:
            yield (
                different[0],
                (
                    "the site would not show this line as it runs: "
                    "replace tabs with spaces, and leave no spaces on an empty line"
                ),
            )


def _without_empty_lines(code: str) -> list[str]:
    return [line for line in code.split("\n") if line.strip()]


def _magic(code: str) -> str:
    """Return the first line that only IPython or a prompt reads; empty if none is."""
    if is_python(code):
        # `In [1]: total = 1` is Python, too: an annotation.
        prompts = (
            node.lineno
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.AnnAssign)
            and ast.unparse(node.target).startswith(("In[", "Out["))
        )
        number = min(prompts, default=0)
        return code.split("\n")[number - 1] if number else ""
    return next(filter(_MAGIC.match, code.split("\n")), "")


def _lost(block: Block) -> Iterator[tuple[int, str]]:
    """Find what a block gives, or says that it gives, and no page shows."""
    must_raise = block.expected is not None and block.expected.kind == "error"
    if not must_raise and (line := lost_value(block.code)):
        yield (
            block.line + line - 1,
            "nobody sees the value of this last expression: print it",
        )
    for line, claim in find_claims(block.code):
        yield (
            block.line + line - 1,
            f"'{claim}' says what this gives, and nothing compares it: print it, and "
            "put the output below the block",
        )
    for line in find_shows(block.code):
        yield (
            block.line + line - 1,
            "show() shows nothing on a page: save it as figures/STEM-NAME.svg with "
            "savefig()",
        )


def _claims(
    lines: Sequence[str], fences: Sequence[SiteFence], known: set[int]
) -> Iterator[tuple[int, str]]:
    """Find texts right below a block, or below words that introduce its output."""
    ending = {fence.end: fence for fence in fences}
    for fence in fences:
        if fence.language not in {"", "text"} or fence.line in known or not fence.seen:
            continue
        above = _next_text(lines, fence.line, -1)
        if above not in ending and lines[above - 1].rstrip().endswith(":"):
            above = _next_text(lines, above, -1)
        block = ending.get(above)
        if block is not None and _runs(lines, block) and block.line in known:
            yield (
                fence.line,
                "nothing compares this text with what the block above prints: put "
                "<!--pytest-codeblocks:expected-output--> above it, or remove it",
            )


def _unseen(lines: Sequence[str], rendering: Rendering) -> Iterator[tuple[int, str]]:
    """Find code that Markdown makes of indented lines, and that is written as <pre>."""
    outside = iter(_outside(lines, rendering))
    for first in rendering.indented:
        if _OPENS.match(first) or _LIKE_AN_EMBED.match(first):
            continue  # refused for a reason of its own
        number = next((n for n in outside if first.strip() in lines[n - 1]), 1)
        yield (
            number,
            "this is shown as code, and nothing runs it: write ```python, or ```text "
            "for what is no code",
        )


def _figures(block: Block) -> Iterator[Figure]:
    """Read the names in `savefig("figures/...")`."""
    if "figures/" not in block.code:
        return
    try:
        tree = ast.parse(block.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # running the block reports the error
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", getattr(node.func, "id", None)) == "savefig"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
            and (match := _FIGURE.fullmatch(node.args[0].value))
        ):
            yield Figure(block.line + node.lineno - 1, match["name"])
