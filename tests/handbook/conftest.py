"""Small books in a temporary folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.book import Book

ROOT = Path(__file__).parents[2]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A book without a page, with the site's own Markdown."""
    return _empty(tmp_path)


@pytest.fixture(scope="session")
def small_book() -> Callable[[Path], Book]:
    """Make such a book in a folder, for tests that share one."""
    return _empty


def _empty(folder: Path) -> Book:
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "docs").mkdir()
    return Book(folder.resolve())
