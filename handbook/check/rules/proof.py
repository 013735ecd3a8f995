"""HB411: a number in prose is printed by its page, or asserted by a test of facts."""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from handbook.book.book import Book
from handbook.book.layout import stem_of
from handbook.book.problem import Problem
from handbook.book.prose import Passage, passages, sentences, written_terms
from handbook.book.remember import Answers, remember
from handbook.book.source import Module, PageSource, Source
from handbook.check.rule import Rule
from handbook.check.rules.numbers import (
    Number,
    Proof,
    asserted,
    printed,
    proves,
    stated,
)

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB411",
        name="number-proved",
        why=(
            "A number that no run prints and no test asserts will be wrong one day, "
            "and nobody will notice."
        ),
        wrong="52.7% of the flights never left.",
        right="53.3% of the flights never left.\n\nThe page prints 0.533, or "
        "tests/facts/explore/test_nulls.py has: assert round(share, 3) == 0.533",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the numbers that are neither printed nor asserted."""
    facts = {
        test.path: test
        for test in book.tests
        if test.path.is_relative_to("tests/facts")
    }
    pages = {page.path: page for page in [*book.pages, *written_terms(book)]}
    scope = {path: _scope(page, facts) for path, page in pages.items()}
    known = functools.cache(lambda path: asserted(facts[path].tree))

    def prove(new: Sequence[Source]) -> Answers:
        answers = {}
        for path in (source.path for source in new):
            tests = (test for test in facts if test.is_relative_to(scope[path]))
            proofs = set[Proof]().union(*map(known, tests))
            answers[path] = list(_unproved(pages[path], proofs, scope[path]))
        return answers

    sources = [_with_facts(page, scope[path], facts) for path, page in pages.items()]
    unproved = remember(book.files, "proof", sources, prove)
    for path, answers in unproved.items():
        for line, message in answers:
            yield Problem(path, line, message, "HB411")


def _scope(page: PageSource, facts: Collection[Path]) -> Path:
    """Return where a page's numbers may be asserted: its own tests, if it has some."""
    own = stem_of(page.path).facts
    return own if page.is_chapter or own in facts else Path("tests/facts")


def _with_facts(page: PageSource, scope: Path, facts: Mapping[Path, Module]) -> Source:
    """Return a page with its tests, so that it counts as new when either changes."""
    tests = (test.text for path, test in facts.items() if path.is_relative_to(scope))
    text = "\0".join([page.text, *tests])
    return Source(page.path, text, text)


def _unproved(
    page: PageSource, facts: set[Proof], scope: Path
) -> Iterator[tuple[int, str]]:
    outputs = (fence.code for fence in page.page.fences if fence.fate == "expected")
    proofs = facts.union(*map(printed, outputs))
    for passage in [*_description(page), *passages(page)]:
        for sentence in sentences(passage):
            for number in stated(sentence.text):
                if not proves(proofs, number):
                    line = sentence.line + sentence.text.count("\n", 0, number.at)
                    yield line, _message(number, scope)


def _description(page: PageSource) -> Iterator[Passage]:
    """Yield the description of a page, which lists and search results show."""
    text = page.head.values.get("description")
    if isinstance(text, str):
        line = page.head.places["description"].line
        yield Passage("paragraph", line, (text.replace("\n", " "),))


def _message(number: Number, scope: Path) -> str:
    return (
        f"no output of this page has {number.shown}, and nothing in "
        f"{scope.as_posix()} asserts it: print it, assert it, or correct it; "
        "if it is a setting, write it as code"
    )
