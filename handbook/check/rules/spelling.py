"""HB412: words are spelt as everybody spells them."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import PageSource, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB412",
        "spelling",
        "A misspelt word costs trust in the number beside it, and no search finds it. "
        "A word that codespell should know goes into pyproject.toml, "
        "tool.codespell.ignore-words-list.",
        "the share that arived",  # codespell:ignore arived
        "the share that arrived",
        fixable=True,
    ),
)

_MISSPELT = 65  # how codespell ends where it finds something
_FOUND = re.compile(r"(?P<line>\d+): (?P<word>.+?) ==> (?P<right>.+)$")
_READ = {".md", ".py", ".toml", ".yaml", ".yml"}
# It plants misspelt words to see what comes of them.
_PLANTED = Path("tests/handbook")


def find(book: Book) -> Iterator[Problem]:
    """Give what codespell says of pages, code and everything else that people read."""
    pages = {page.path: page for page in book.pages}
    sources = [
        source
        for source in book.tracked
        if source.path.suffix in _READ and not source.path.is_relative_to(_PLANTED)
    ]

    def ask(new: Sequence[Source]) -> Answers:
        return _ask(book.root, new)

    said = remember(book.files, "codespell", sources, ask)
    for path, answers in said.items():
        for line, word, right in answers:
            yield Problem(
                path,
                line,
                f"'{word}' is misspelt: write {right}",
                "HB412",
                _edit(pages.get(path), line, word, right),
            )


def _ask(root: Path, sources: Sequence[Source]) -> Answers:
    command = [sys.executable, "-m", "codespell_lib", "--quiet-level=39", "--"]
    answer = subprocess.run(
        [*command, *(source.path.as_posix() for source in sources)],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if answer.returncode not in {0, _MISSPELT}:
        raise WrongUse(f"codespell gave up: {answer.stderr.strip()}")
    answers: Answers = {}
    for line in answer.stdout.splitlines():
        path, _, rest = line.partition(":")
        if match := _FOUND.match(rest):
            answers.setdefault(Path(path), []).append(
                [int(match["line"]), match["word"], match["right"]]
            )
    return answers


def _edit(page: PageSource | None, line: int, word: str, right: str) -> Edit | None:
    """Mend a word in the prose of a page, where there is one way to spell it."""
    if page is None or "," in right or "|" in right:
        return None
    prose = dict(page.prose).get(line, "")
    match = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", prose)
    if match is None:
        return None
    start = page.starts[line - 1] + match.start()
    return Edit(start, start + len(word), right)
