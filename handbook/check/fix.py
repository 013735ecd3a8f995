"""Apply the edits of findings where a page shows the same afterwards."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.book import Book
from handbook.book.problem import MarkdownError, Problem
from handbook.check.shown import Item, shown

__all__ = ["fix"]


class _May(NamedTuple):
    """What edits may change: words, each with its replacement, and code or not."""

    words: tuple[tuple[str, str], ...]
    code: bool


_REPLACES = {"HB412", "HB413"}  # rules that replace words; the others keep them all
_REWRITES = {"HB301", "HB302"}  # rules that change code; the others keep it


def fix(book: Book, findings: Iterable[Problem]) -> int:
    """Write the files that edits can fix, each whole or not at all.

    A page is rendered before and after. An edit is made only if the page keeps its
    elements, its addresses and its text, apart from white space and from the word that
    the finding names.

    Parameters
    ----------
    book : Book
        The book with the findings.
    findings : iterable of Problem
        Of two edits that touch one place, the first is made.

    Returns
    -------
    int
        The number of edits that were made.

    Raises
    ------
    WrongUse
        If a file cannot be written.
    """
    sources = {source.path: source for source in book.sources}
    pages = {page.path for page in book.pages}
    wanted: dict[Path, list[Problem]] = defaultdict(list)
    for finding in findings:
        if finding.fix is not None:
            wanted[finding.path].append(finding)
    compare = _Comparison(book)
    made = 0
    for path, theirs in wanted.items():
        source = sources[path]
        text, count = _apply(source.text, theirs, compare if path in pages else _any)
        if count and text != source.raw:
            _write(book.root / path, text)
        made += count
    return made


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text)
    except OSError as error:
        raise WrongUse(f"{file} cannot be written: {error.strerror}") from error


def _any(before: str, after: str, may: _May) -> bool:
    return True


def _apply(
    text: str, findings: Sequence[Problem], keeps: Callable[[str, str, _May], bool]
) -> tuple[str, int]:
    """Make the edits at once if the page keeps what it shows, else one by one."""
    ordered = _without_overlaps(findings)
    whole = _edited(text, ordered)
    if keeps(text, whole, _may(text, ordered)):
        return whole, len(ordered)
    good = [
        finding
        for finding in ordered
        if keeps(text, _edited(text, [finding]), _may(text, [finding]))
    ]
    whole = _edited(text, good)
    if keeps(text, whole, _may(text, good)):
        return whole, len(good)
    return text, 0


def _without_overlaps(findings: Iterable[Problem]) -> list[Problem]:
    kept: dict[tuple[int, int], Problem] = {}
    at = 0
    for finding in sorted(findings, key=lambda each: each.fix or (0, 0, "")):
        if finding.fix and finding.fix.start >= at:
            kept.setdefault(finding.fix[:2], finding)
            at = finding.fix.end
    return list(kept.values())


def _edited(text: str, findings: Iterable[Problem]) -> str:
    parts, at = [], 0
    for finding in findings:
        if finding.fix:
            parts += [text[at : finding.fix.start], finding.fix.replacement]
            at = finding.fix.end
    return "".join([*parts, text[at:]])


def _may(text: str, findings: Sequence[Problem]) -> _May:
    """Return what the edits of findings may change."""
    edits = (each.fix for each in findings if each.rule in _REPLACES and each.fix)
    words = tuple((text[edit.start : edit.end], edit.replacement) for edit in edits)
    return _May(words, code=any(each.rule in _REWRITES for each in findings))


def _same_but(words: tuple[tuple[str, str], ...], before: Item, after: Item) -> bool:
    """Return whether two items differ at most where a word was replaced."""
    if before == after:
        return True
    if isinstance(before, tuple) or isinstance(after, tuple):
        return False
    for wrong, right in words:
        before = re.sub(rf"(?<![\w-]){re.escape(wrong)}(?![\w-])", right, before)
    return before == after


class _Comparison:
    """Compares what a page shows before and after an edit."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._shown: dict[str, tuple[list[Item], list[str]] | None] = {}

    def __call__(self, before: str, after: str, may: _May) -> bool:
        old, new = self._render(before), self._render(after)
        if old is None or new is None or len(old[0]) != len(new[0]):
            return False
        if not may.code and old[1] != new[1]:
            return False
        pairs = zip(old[0], new[0], strict=True)
        return all(_same_but(may.words, *pair) for pair in pairs)

    def _render(self, text: str) -> tuple[list[Item], list[str]] | None:
        if text not in self._shown:
            try:
                site = self._book.site
                # The rendered page has marks where the fences are.
                self._shown[text] = shown(site.page(text)), [*map(str, site.codes)]
            except MarkdownError:
                self._shown[text] = None
        return self._shown[text]
