"""Apply the edits that findings propose, and change nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.book import Book
from handbook.book.problem import Edit, Problem

__all__ = ["fix"]


def fix(book: Book, findings: Iterable[Problem]) -> int:
    """Write the files with the edits of findings, each file whole or not at all.

    Parameters
    ----------
    book : Book
        The book with the findings.
    findings : iterable of Problem
        The findings. If two edits overlap, only the first is applied.

    Returns
    -------
    int
        The number of findings that were fixed.

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
    fixed = 0
    for path, wanted in edits.items():
        text, applied = _apply(sources[path].text, wanted)
        file = book.root / path
        try:
            write_whole(file, text)
        except OSError as error:
            raise WrongUse(f"{file} cannot be written: {error.strerror}") from error
        fixed += applied
    return fixed


def _apply(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    parts, at, applied = [], 0, 0
    for start, end, replacement in sorted(set(edits)):
        if start >= at:
            parts += [text[at:start], replacement]
            at, applied = end, applied + 1
    return "".join([*parts, text[at:]]), applied
