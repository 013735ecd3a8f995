"""Read the three comments that declare what a block outputs, and refuse all others."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from handbook.base.words import nearest

__all__ = ["DIRECTIVES", "Directive", "find_directives"]

Kind = Literal["output", "error", "measured"]

DIRECTIVES: dict[str, Kind] = {
    "pytest-codeblocks:expected-output": "output",
    "handbook:expected-error": "error",
    "handbook:measured-output": "measured",
}

_EVERY_BLOCK_RUNS = "every block of the book runs; remove this line"
_REFUSED = {
    "cont": (
        "a chapter is one namespace, blocks see the names above them; remove this line"
    ),
    "skip": _EVERY_BLOCK_RUNS,
    "skipfile": _EVERY_BLOCK_RUNS,
    "skipif": _EVERY_BLOCK_RUNS,
    "importorskip": _EVERY_BLOCK_RUNS,
    "expect-error": "name the error: write <!--handbook:expected-error-->",
    "expect-exception": "name the error: write <!--handbook:expected-error-->",
    "expected-output-ignore-whitespace": (
        "output is compared exactly: write <!--pytest-codeblocks:expected-output-->"
    ),
}
_COMMENT = re.compile(r"<!--(.*?)(?:-->|$)")
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")  # shows a comment as text
_OURS = re.compile(r"(pytest|handbook|codeblocks?)[\w-]*\s*[:.]", re.IGNORECASE)
# `handbook check` reads the one, the site the other.
_FOR_OTHERS = re.compile(r"handbook:(?:allow|point|try)\b")
_SHORT = [name.partition(":")[2] for name in DIRECTIVES]
_KNOWN = [*DIRECTIVES, *_SHORT, *_REFUSED]


class Directive(NamedTuple):
    """A comment that is meant for the runner.

    Attributes
    ----------
    line : int
        The page's line, from 1.
    kind : {"output", "error", "measured"} or None
        None if it is refused.
    refusal : str
        Why it is refused, and how to fix it; empty if it is not refused.
    """

    line: int
    kind: Kind | None
    refusal: str


def find_directives(lines: Sequence[str], outside: Iterable[int]) -> list[Directive]:
    """Read the directives of a page.

    Parameters
    ----------
    lines : sequence of str
        The lines of the page.
    outside : iterable of int
        The numbers, from 1, of the lines that are not in a fence.
    """
    found = []
    for line in outside:
        for comment in _COMMENT.finditer(_INLINE_CODE.sub("", lines[line - 1])):
            words = comment[1].strip("- \t")
            if not words and not comment[0].endswith("-->"):
                words = "".join(lines[line : line + 1]).strip("-> \t")
            if not _is_for_the_runner(words) or _FOR_OTHERS.match(words):
                continue
            alone = lines[line - 1].strip() == comment[0] and comment[0].endswith("-->")
            if words in DIRECTIVES and alone:
                found.append(Directive(line, DIRECTIVES[words], ""))
            else:
                found.append(Directive(line, None, _refusal(words)))
    return found


def _is_for_the_runner(words: str) -> bool:
    return bool(_OURS.match(words) or nearest(words.lower(), _KNOWN, cutoff=0.8))


def _refusal(words: str) -> str:
    if words in DIRECTIVES:
        return f"<!--{words}--> must be the only text on its line"
    if words.startswith("pytest.mark"):
        return f"'{words}' is refused: {_EVERY_BLOCK_RUNS}"
    name = re.match(r"[\w-]*", words.partition(":")[2] or words)
    if name and name[0] in _REFUSED:
        return f"'{words}' is refused: {_REFUSED[name[0]]}"
    # The part after the colon shows best what was meant.
    last = words.lower().rpartition(":")[2]
    like = nearest(last, _SHORT, cutoff=0) or _SHORT[0]
    full = next(directive for directive in DIRECTIVES if directive.endswith(like))
    return f"unknown directive '{words}': write <!--{full}-->"
