"""HB210 finds each public function that nobody calls with hostile inputs."""

from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules import hostile

SNIPPET = '''
"""Alerts."""

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Alert", "Counter", "Page", "late"]


def late(delay):
    return delay > 15


def _early(delay):
    return delay < 0


@dataclass
class Alert:
    above: float

    @property
    def name(self):
        return "alert"

    def firing(self, values):
        return values > self.above


class Counter:
    def __init__(self, start):
        self.total = start


class Page(Protocol):
    def send(self): ...
'''
HONEST = """
from handbook.proof.hostile.declare import Honest

HONEST = [
    Honest(late, {"delay": 3}),
    Honest(Alert.firing, {"self": Alert(3), "values": 4}),
    Honest(Counter, {"start": 0}),
]
"""


@pytest.fixture
def root(small: Path) -> Path:
    snippet = small / "snippets/explore/delays.py"
    snippet.write_text(SNIPPET.lstrip())
    for name in ("explore", "cross"):
        (small / "tests/hostile" / name).mkdir(parents=True)
    return small


def _found(root: Path) -> list[str]:
    return [str(each) for each in hostile.find(Book(root)) if "delays" in str(each)]


def test_each_public_function_method_and_constructor_needs_a_call(root: Path) -> None:
    where = "has no honest call: declare one in tests/hostile/explore/delays.py"

    assert _found(root) == [
        f"snippets/explore/delays.py:9: HB210 late {where}",
        f"snippets/explore/delays.py:25: HB210 Alert.firing {where}",
        f"snippets/explore/delays.py:29: HB210 Counter {where}",
    ]


def test_nothing_is_found_if_each_has_one(root: Path) -> None:
    (root / "tests/hostile/explore/delays.py").write_text(HONEST)

    assert _found(root) == []


def test_a_book_without_a_hostile_table_needs_none(small: Path) -> None:
    assert list(hostile.find(Book(small))) == []
