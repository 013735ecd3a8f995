"""Apply the edits of findings, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.book import Book
from handbook.book.problem import Edit, Problem

__all__ = ["mend"]


def mend(book: Book, findings: Iterable[Problem]) -> int:
    """Write the files that findings can mend, each whole or not at all.

    Parameters
    ----------
    book : Book
        The book that the findings speak of.
    findings : iterable of Problem
        Of two edits that touch one place, the first is applied.

    Returns
    -------
    int
        The number of findings that were mended.

    Raises
    ------
    WrongUse
        If a file cannot be written.
    """
    sources = {source.path: source for source in book.sources}
    edits: dict[Path, list[Edit]] = defaultdict(list)
    for finding in findings:
        if finding.fix is not None:
            edits[finding.path].append(finding.fix)
    mended = 0
    for path, wanted in edits.items():
        text, applied = _apply(sources[path].text, wanted)
        file = book.root / path
        try:
            write_whole(file, text)
        except OSError as error:
            raise WrongUse(f"{file} cannot be written: {error.strerror}") from error
        mended += applied
    return mended


def _apply(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    parts, at, applied = [], 0, 0
    for start, end, replacement in sorted(set(edits)):
        if start >= at:
            parts += [text[at:start], replacement]
            at, applied = end, applied + 1
    return "".join([*parts, text[at:]]), applied
