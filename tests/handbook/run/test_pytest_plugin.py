"""The blocks of a book are tests for pytest, here in a separate session."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.book.book import Book

ROOT = Path(__file__).parents[3]


def _fence(code: str) -> str:
    return f"```python\n{code}\n```\n\n"


PAGES = {
    "fine": _fence("one = 1") + _fence("two = one + 1"),
    "fails": _fence("one = 1")
    + _fence("two = 2\n\none = one / 0")
    + _fence("three = 3"),
    "calls": _fence("def half(n):\n    return n / 0") + _fence("half(1)"),
    "empty": _fence("raise ValueError"),
    "refused": "```py\none = 1\n```\n\n<!--pytest-codeblocks:skip-->\n"
    + _fence("one = 1"),
    "commands": "```console\n$ ls docs/prose.md\ndocs/prose.md\n$ ls none\n```\n",
    "prose": "# Prose\n",
}


@pytest.fixture(scope="module")
def book(
    tmp_path_factory: pytest.TempPathFactory, small_book: Callable[[Path], Book]
) -> Book:
    book = small_book(tmp_path_factory.mktemp("book"))
    for name, page in PAGES.items():
        (book.root / "docs" / f"{name}.md").write_text(page)
    (book.root / "docs" / "late_flights").mkdir()
    (book.root / "docs/late_flights/leg-1.py").write_text(
        "# %%\none = 1\n\n# %%\none / 0\n"
    )
    (book.root / "pytest.ini").write_text(
        "[pytest]\naddopts = -p handbook.run.pytest_plugin\n"
    )
    return book


def _pytest(book: Book, *arguments: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", *arguments],
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.splitlines()


@pytest.fixture(scope="module")
def lines(book: Book) -> list[str]:
    return _pytest(book, "docs")


@pytest.mark.parametrize(
    "line",
    [
        "PASSED docs/fine.md::line 2",
        "PASSED docs/fine.md::line 6",
        "PASSED docs/fails.md::line 2",
        "FAILED docs/fails.md::line 6 - docs/fails.md:8: "
        "ZeroDivisionError: division by zero",
        # An earlier block has the line that raises; the block that calls it fails.
        "PASSED docs/calls.md::line 2",
        "FAILED docs/calls.md::line 7 - docs/calls.md:3: "
        "ZeroDivisionError: division by zero",
        "FAILED docs/empty.md::line 2 - docs/empty.md:2: ValueError",
        "FAILED docs/refused.md::line 1 - docs/refused.md:1: "
        "'```py' is not run: write ```python",
        "FAILED docs/refused.md::line 5 - docs/refused.md:5: "
        "'pytest-codeblocks:skip' is refused: "
        "every block of the book runs; remove this line",
        "FAILED docs/commands.md::commands - docs/commands.md:4: "
        "'ls none' fails, and the page does not show how",
        "FAILED docs/late_flights/leg-1.py::notebook - docs/late_flights/leg-1.py:5: "
        "cell 2: ZeroDivisionError: division by zero",
    ],
)
def test_the_summary_names_the_file_and_the_line(lines: list[str], line: str) -> None:
    assert line in lines


def test_a_block_that_was_not_reached_does_not_pass(lines: list[str]) -> None:
    assert "PASSED docs/fails.md::line 12" not in lines
    assert any(line.startswith("SKIPPED [1] docs/fails.md") for line in lines)


def test_nothing_else_is_collected(lines: list[str]) -> None:
    assert lines[-1].strip("= ").startswith("7 failed, 4 passed, 1 skipped")


def test_a_single_block_can_be_selected(book: Book) -> None:
    lines = _pytest(book, "docs/fails.md::line 6", "--quiet")

    assert lines[-1].startswith("1 failed")
