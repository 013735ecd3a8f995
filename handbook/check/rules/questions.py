"""HB017 and HB018: questions in readers' words lead the search to each chapter."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from handbook.base.words import suggest
from handbook.book.book import Book
from handbook.book.layout import GENERATED, address_of, kind_of, source_of
from handbook.book.problem import Problem
from handbook.check.rule import Rule

__all__ = ["QUESTIONS", "RULES", "TO_EACH", "find"]

QUESTIONS = Path("tests/site/search.tsv")
"""Each line has what a reader types, a tab, and the address that it must lead to."""

TO_EACH = 8
"""The least number of questions for each chapter and each leg."""

RULES = (
    Rule(
        id="HB017",
        name="chapter-has-questions",
        why=(
            "Readers search in their own words, and the test of the search tries only "
            "the questions in this file."
        ),
        wrong="tests/site/search.tsv has 7 lines for explore/nulls/",
        right="tests/site/search.tsv has 8 lines for explore/nulls/",
    ),
    Rule(
        id="HB018",
        name="question-of-a-reader",
        why=(
            "A question without a page, a question that is there twice, and a page's "
            "own title test nothing."
        ),
        wrong="Why is it null?\texplore/nuls/",
        right="dropna loses rows\texplore/nulls/",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the chapters with too few questions, and the lines that test nothing."""
    if book.broken or not book.files.has(QUESTIONS):
        return  # without the file nobody tests the search
    lines = book.files.read(QUESTIONS).decode(errors="replace").splitlines()
    heads = book.heads
    titles = {_address(path): "" for path in GENERATED}
    titles |= {_address(head.path): head.title.rstrip("?") for head in heads}
    leading = defaultdict(list)
    asked: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        question, tab, address = line.partition("\t")
        if not tab or not question.strip():
            message = "write a question, a tab, and the address of a page"
        elif question in asked:
            message = f"line {asked[question]} asks the same: keep one"
        elif question.strip("?").lower() == titles.get(address, "").lower():
            message = (
                "this is the page's title: write what people type who don't know it"
            )
        else:
            asked[question] = number
            leading[address].append(number)
            continue
        yield Problem(QUESTIONS, number, message, "HB018")
    for address in leading.keys() - titles.keys():
        like = suggest(address, titles, otherwise=": correct it, or delete the line")
        message = f"there is no page {address}{like}"
        if more := len(leading[address]) - 1:
            message += f" (and {more} more lines lead there)"
        yield Problem(QUESTIONS, leading[address][0], message, "HB018")
    chapters = (head.path for head in heads if kind_of(head.path) in {"chapter", "leg"})
    for address in map(_address, chapters):
        if (found := len(leading[address])) < TO_EACH:
            message = (
                f"{address} has {found} of {TO_EACH} questions: add {TO_EACH - found} "
                f"that people type, each on a line with a tab and {address}"
            )
            line_of_last = leading[address][-1] if found else max(len(lines), 1)
            yield Problem(QUESTIONS, line_of_last, message, "HB017")


def _address(page: Path) -> str:
    return address_of(source_of(page))
