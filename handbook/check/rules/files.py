"""HB00x: files that can be read; HB007 and HB008 are in excuse.py."""

from collections.abc import Iterator
from dataclasses import replace

from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.prose import CONFLICT
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB001",
        "readable",
        "What is not UTF-8 shows as question marks, or not at all.",
        "a page saved as Latin-1",
        "the page saved as UTF-8",
    ),
    Rule(
        "HB002",
        "not-empty",
        "An empty file looks like work that was lost.",
        "docs/explore/nulls.md of 0 bytes",
        "the page, or no file",
    ),
    Rule(
        "HB003",
        "not-huge",
        "Nobody writes a page of a megabyte or a line of 5,000 characters, and nobody "
        "reads one.",
        "a table of 10 MB pasted into a page",
        "the table in a file that a block reads",
    ),
    Rule(
        "HB004",
        "valid-yaml",
        "Front matter that is no YAML is shown as text, and its keys are lost.",
        "terms: [censoring",
        "terms: [censoring]",
    ),
    Rule(
        "HB005",
        "valid-python",
        "A module that does not compile breaks every page that shows it.",
        "def late(:",
        "def late():",
    ),
    Rule(
        "HB006",
        "runner-reads-it",
        "A fence that the runner refuses would be shown without ever having run.",
        "```py",
        "```python",
    ),
    Rule(
        "HB009",
        "line-ends",
        "Other line ends, or a byte-order mark, make every line of a page differ in a "
        "pull request.",
        "lines that end in CR LF",
        "lines that end in LF",
        fixable=True,
    ),
    Rule(
        "HB019",
        "no-conflict",
        "A marker of a conflict in git means that two versions of a text are both "
        "there, and a reader sees both.",
        "<<<<<<< HEAD\nThe share is small.\n=======\nThe share is large.",
        "The share is small.",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Give the files that cannot be read, and what the runner refuses of a page."""
    yield from book.broken
    for page in book.pages:
        for problem in page.page.problems:
            yield replace(problem, rule="HB006")
        for line in page.scanned:
            if line.kind != "code" and CONFLICT.match(line.text):
                message = f"this marks a conflict in git: resolve it ({line.text[:7]})"
                yield Problem(page.path, line.number, message, "HB019")
    for source in book.sources:
        if source.raw != source.text:
            message = "save this file with LF line ends and without a byte-order mark"
            # What is written is the text: no edit of it is needed.
            yield Problem(source.path, 1, message, "HB009", Edit(0, 0, ""))
