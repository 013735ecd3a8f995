"""What this book says of all its blocks, terms and topics."""

from pathlib import Path

from handbook.book.book import Book
from handbook.book.glossary import read_glossary
from handbook.book.topics import read_topics
from handbook.check.ledger import census
from handbook.site.pages.coverage import render
from tests.site.host import ROOT


def test_every_highlighted_block_of_python_is_accounted_for(site: Path) -> None:
    assert [str(problem) for problem in census(Book(ROOT), site)] == []


def test_the_terms_stand_in_the_order_of_the_alphabet() -> None:
    terms = [term.term.casefold() for term in read_glossary(ROOT)[0]]

    assert terms == sorted(terms)


def test_the_plan_has_the_101_topics_of_its_sources() -> None:
    plan, problems = read_topics(ROOT)
    numbered = [f"P{n:02}" for n in range(1, 73)] + [f"A{n:02}" for n in range(1, 30)]

    assert problems == []
    assert [topic.id for topic in plan.topics] == numbered
    assert len({topic.topic for topic in plan.topics}) == len(numbered)
    assert render(plan.topics, {}).count("none yet") == len(numbered)
