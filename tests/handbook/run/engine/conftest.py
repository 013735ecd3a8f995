"""Small books, and chapters written as a list of blocks."""

from pathlib import Path
from typing import Protocol

import pytest

from handbook.book.page import Block, Chapter, Expectation


class MakeChapter(Protocol):
    """Makes a chapter with its first block on line 10, the second on 20, and so on."""

    def __call__(self, name: str, *codes: str, fails: bool = False) -> Chapter: ...


def _chapter(name: str, *codes: str, fails: bool = False) -> Chapter:
    error = Expectation("error", "", 1) if fails else None
    blocks = [
        Block(f"{code}\n", 10 * number, error)
        for number, code in enumerate(codes, start=1)
    ]
    return Chapter(Path(f"docs/part/{name}.md"), tuple(blocks))


@pytest.fixture(scope="session")
def chapter() -> MakeChapter:
    return _chapter


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A root with an empty package `snippets.part`."""
    return make_book(tmp_path)


@pytest.fixture(scope="module")
def shared_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_book(tmp_path_factory.mktemp("book"))


def make_book(root: Path) -> Path:
    for folder in (root / "snippets", root / "snippets" / "part"):
        folder.mkdir()
        (folder / "__init__.py").touch()
    return root
