"""HB412: words are spelt correctly."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.prose import passages
from handbook.book.remember import Answers, remember
from handbook.book.source import PageSource, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB412",
        name="spelling",
        why=(
            "A misspelt word costs trust in the number beside it, and no search finds "
            "it. If codespell should know a word, add it to pyproject.toml, "
            "tool.codespell.ignore-words-list."
        ),
        wrong="the share that arived",  # codespell:ignore arived
        right="the share that arrived",
        fixable=True,
    ),
)

_MISSPELT = 65  # the exit status of codespell if it finds something
_FOUND = re.compile(r"(?P<line>\d+): (?P<word>.+?) ==> (?P<right>.+)$")
_READ = {".md", ".py", ".toml", ".yaml", ".yml"}
# These tests contain words that are misspelt on purpose.
_ON_PURPOSE = Path("tests/handbook")


def find(book: Book) -> Iterator[Problem]:
    """Yield what codespell finds in pages, code and whatever else people read."""
    prose = {page.path: _prose(page) for page in book.pages}
    pages = {page.path: page for page in book.pages}
    sources = [
        source
        for source in book.tracked
        if source.path.suffix in _READ and not source.path.is_relative_to(_ON_PURPOSE)
    ]

    def spell(new: Sequence[Source]) -> Answers:
        return _spell(book.root, new)

    misspelt = remember(book.files, "codespell", sources, spell)
    for path, answers in misspelt.items():
        # codespell names a word as often as the line has it, in an address, too.
        for line, word, right in sorted(set(map(tuple, answers))):
            if word.isupper():
                continue  # an abbreviation, such as MAPE
            if path in prose and not _search(word, prose[path].get(line, "")):
                continue  # in code, in an address, in a name
            yield Problem(
                path,
                line,
                f"'{word}' is misspelt: write {right}",
                "HB412",
                fix=_edit(pages[path], prose[path][line], line, word, right)
                if path in pages
                else None,
            )


def _spell(root: Path, sources: Sequence[Source]) -> Answers:
    command = [sys.executable, "-m", "codespell_lib", "--quiet-level=39", "--"]
    answer = subprocess.run(
        [*command, *(source.path.as_posix() for source in sources)],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if answer.returncode not in {0, _MISSPELT}:
        raise WrongUse(f"codespell failed: {answer.stderr.strip()}")
    answers: Answers = {}
    for line in answer.stdout.splitlines():
        path, _, rest = line.partition(":")
        if match := _FOUND.match(rest):
            answers.setdefault(Path(path), []).append(
                [int(match["line"]), match["word"], match["right"]]
            )
    return answers


def _prose(page: PageSource) -> dict[int, str]:
    """Return the words of each line of a page, with everything else blank."""
    lines: dict[int, str] = {}
    for passage in passages(page):
        for number, text in enumerate(passage.lines, passage.line):
            other = lines.get(number, "")
            width = max(len(other), len(text))
            pairs = zip(other.ljust(width), text.ljust(width), strict=True)
            lines[number] = "".join(b if a == " " else a for a, b in pairs)
    return lines


def _search(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)


def _edit(
    page: PageSource, prose: str, line: int, word: str, right: str
) -> Edit | None:
    """Return the edit of a word in the prose of a page, if it has only one spelling."""
    match = _search(word, prose)
    if match is None or "," in right or "|" in right:
        return None
    start = page.starts[line - 1] + match.start()
    return Edit(start, start + len(word), right)
