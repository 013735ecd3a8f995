from pathlib import Path

from handbook.book.book import Book
from handbook.check.ledger import census

ROOT = Path(__file__).parents[2]


def test_every_highlighted_block_of_python_is_accounted_for(site: Path) -> None:
    assert [str(problem) for problem in census(Book(ROOT), site)] == []
