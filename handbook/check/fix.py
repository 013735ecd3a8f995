"""Apply the edits of findings where a page shows the same afterwards."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.book import Book
from handbook.book.problem import MarkdownError, Problem
from handbook.check.shown import Item, shown

__all__ = ["fix"]

_Words = tuple[tuple[str, str], ...]
_REPLACES = {"HB412", "HB413"}  # rules that replace words; the others keep them all


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


def _any(before: str, after: str, words: _Words) -> bool:
    return True


def _apply(
    text: str, findings: Sequence[Problem], keeps: Callable[[str, str, _Words], bool]
) -> tuple[str, int]:
    """Make the edits at once if the page keeps what it shows, else one by one."""
    ordered = _without_overlaps(findings)
    whole = _edited(text, ordered)
    if keeps(text, whole, _words(text, ordered)):
        return whole, len(ordered)
    good = [
        finding
        for finding in ordered
        if keeps(text, _edited(text, [finding]), _words(text, [finding]))
    ]
    whole = _edited(text, good)
    if keeps(text, whole, _words(text, good)):
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


def _words(text: str, findings: Iterable[Problem]) -> _Words:
    """Return the words that findings replace, each with its replacement."""
    edits = (each.fix for each in findings if each.rule in _REPLACES and each.fix)
    return tuple((text[edit.start : edit.end], edit.replacement) for edit in edits)


def _same_but(words: _Words, before: Item, after: Item) -> bool:
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
        self._shown: dict[str, list[Item] | None] = {}

    def __call__(self, before: str, after: str, words: _Words) -> bool:
        old, new = self._render(before), self._render(after)
        if old is None or new is None or len(old) != len(new):
            return False
        return all(_same_but(words, *pair) for pair in zip(old, new, strict=True))

    def _render(self, text: str) -> list[Item] | None:
        if text not in self._shown:
            try:
                self._shown[text] = shown(self._book.site.page(text))
            except MarkdownError:
                self._shown[text] = None
        return self._shown[text]
