"""HB00x, HB062, HB066: files can be read.

HB007 and HB008 are in handbook/check/allow.py.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.prose import CONFLICT
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB001",
        name="readable",
        why="Text that is not UTF-8 is shown as question marks, or not at all.",
        wrong="a page saved as Latin-1",
        right="the page saved as UTF-8",
    ),
    Rule(
        id="HB002",
        name="not-empty",
        why="An empty file looks like lost work.",
        wrong="docs/explore/nulls.md of 0 bytes",
        right="the page, or no file",
    ),
    Rule(
        id="HB003",
        name="not-huge",
        why=(
            "Nobody writes a page of 1 MB or a line of 5,000 characters, and nobody "
            "reads one."
        ),
        wrong="a table of 10 MB pasted into a page",
        right="the table in a file that a block reads",
    ),
    Rule(
        id="HB004",
        name="valid-yaml",
        why="Front matter that is not YAML is shown as text, and its keys are lost.",
        wrong="terms: [censoring",
        right="terms: [censoring]",
    ),
    Rule(
        id="HB005",
        name="valid-python",
        why="A module that does not compile breaks every page that shows it.",
        wrong="def late(:",
        right="def late():",
    ),
    Rule(
        id="HB006",
        name="runner-reads-it",
        why="A fence that the runner refuses would be shown although it never ran.",
        wrong="```py",
        right="```python",
    ),
    Rule(
        id="HB009",
        name="line-ends",
        why=(
            "With other line ends or a byte-order mark, a pull request shows every "
            "line of the page as changed."
        ),
        wrong="lines that end in CR LF",
        right="lines that end in LF",
        fixable=True,
    ),
    Rule(
        id="HB062",
        name="names-differ",
        why=(
            "On macOS and Windows names that differ only in their capitals are one "
            "file, so a clone lacks the other."
        ),
        wrong="docs/explore/Nulls.md beside docs/explore/nulls.md",
        right="docs/explore/nulls.md",
    ),
    Rule(
        id="HB066",
        name="no-links",
        why="A symbolic link may lead out of the book, to a file that a clone lacks or "
        "that nobody meant to publish.",
        wrong="snippets/explore/notes.txt -> /home/ann/notes.txt",
        right="snippets/explore/notes.txt, the file itself",
    ),
    Rule(
        id="HB019",
        name="no-conflict",
        why="A marker of a conflict in git means that two versions of a text are both "
        "there, and a reader sees both.",
        wrong="<<<<<<< HEAD\nThe share is small.\n=======\nThe share is large.",
        right="The share is small.",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the files that cannot be read, and what the runner refuses on a page."""
    yield from book.broken
    yield from _same_names(book.root)
    yield from _links(book)
    for document in book.documents if book.has_config else ():
        for problem in document.problems:
            yield replace(problem, rule="HB006")
    for page in book.pages:
        for problem in page.page.problems:
            yield replace(problem, rule="HB006")
        marks = [
            line
            for line in page.scanned
            if line.kind != "code" and CONFLICT.match(line.text)
        ]
        # Without the other marks, seven `=` underline a heading.
        if any(line.text[0] != "=" for line in marks):
            for line in marks:
                message = f"this marks a conflict in git: resolve it ({line.text[:7]})"
                yield Problem(page.path, line.number, message, "HB019")
    for source in book.sources:
        if source.raw != source.text:
            message = "save this file with LF line ends and without a byte-order mark"
            # `--fix` writes the text, which has LF only: an empty edit is enough.
            yield Problem(source.path, 1, message, "HB009", fix=Edit(0, 0, ""))


def _links(book: Book) -> Iterator[Problem]:
    """Find symbolic links, except those that are reported anyway; HB502 has docs/."""
    root, told = book.root, {problem.path for problem in book.broken}
    found = [path for path in root.glob("[!.]*") if not path.is_dir()]
    for top in ("snippets", "tests"):
        for parent, folders, names in os.walk(root / top):
            # An editor marks an open file with a hidden link.
            folders[:] = [name for name in folders if not name.startswith(".")]
            inside = [*folders, *names]
            found += [Path(parent, name) for name in inside if name[0] != "."]
    for path in found:
        here = path.relative_to(root)
        if path.is_symlink() and here not in told:
            message = "this is a link: put the file or the folder itself here"
            yield Problem(here, 1, message, "HB066")


def _same_names(root: Path) -> Iterator[Problem]:
    """Find files and folders whose names differ only in their capitals."""
    for top in ("docs", "snippets", "tests"):
        for parent, folders, names in os.walk(root / top):
            here = Path(parent).relative_to(root)
            first: dict[str, str] = {}
            for name in sorted([*folders, *names]):
                other = first.setdefault(name.casefold(), name)
                if other != name:
                    message = f"on many disks {other} and this are one file: rename one"
                    yield Problem(here / name, 1, message, "HB062")
