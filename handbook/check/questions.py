"""HB017 and HB018: questions in readers' words lead the search to each chapter."""

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from handbook.catalogue import page_address
from handbook.check.rule import Finding, Rule
from handbook.check.shelf import GENERATED, PageSource, Shelf

__all__ = ["QUESTIONS", "RULES", "TO_EACH", "find"]

QUESTIONS = Path("tests/site/search.tsv")
"""A line has what a reader types, a tab, and the address to which it must lead."""

TO_EACH = 8
"""The least number of questions for each chapter and each leg."""

RULES = (
    Rule(
        "HB017",
        "chapter-has-questions",
        "Readers search in their own words, and the test of the search asks only what "
        "this file has.",
        "tests/site/search.tsv has 7 lines for explore/nulls/",
        "tests/site/search.tsv has 8 lines for explore/nulls/",
    ),
    Rule(
        "HB018",
        "question-of-a-reader",
        "A question without a page, a question twice and a page's own title test "
        "nothing.",
        "Why is it null?\texplore/nuls/",
        "dropna loses rows\texplore/nulls/",
    ),
)

_TITLE = re.compile(r"# (.+?)\??(?: *<!--.*| +\{.*)?")


def find(shelf: Shelf) -> Iterator[Finding]:
    """Return the chapters with too few questions, and the lines that ask none."""
    if shelf.broken or not (shelf.root / QUESTIONS).exists():
        return  # without the file nobody tests the search
    lines = (shelf.root / QUESTIONS).read_text("utf-8", "replace").splitlines()
    made = map(page_address, (*GENERATED, *shelf.notebooks))
    titles = dict.fromkeys(made, "")
    titles |= {page_address(page.path): _title(page) for page in shelf.pages}
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
                "this is the page's title: write what people type who do not know it"
            )
        else:
            asked[question] = number
            leading[address].append(number)
            continue
        yield Finding(QUESTIONS, number, "HB018", message)
    for address in leading.keys() - titles.keys():
        message = f"there is no page {address}{_like(address, titles)}"
        if more := len(leading[address]) - 1:
            message += f" (and {more} more lines lead there)"
        yield Finding(QUESTIONS, leading[address][0], "HB018", message)
    for address in map(page_address, _chapters(shelf)):
        if (found := len(leading[address])) < TO_EACH:
            message = (
                f"{address} has {found} of {TO_EACH} questions: add {TO_EACH - found} "
                f"that people type, each on a line with a tab and {address}"
            )
            line_of_last = leading[address][-1] if found else max(len(lines), 1)
            yield Finding(QUESTIONS, line_of_last, "HB017", message)


def _chapters(shelf: Shelf) -> Iterator[Path]:
    for page in shelf.pages:
        if page.is_chapter or page.part == "late_flights":
            yield page.path
    yield from shelf.notebooks


def _like(address: str, others: Collection[str]) -> str:
    near = difflib.get_close_matches(address, others, n=1)
    return f": is it {near[0]}?" if near else ": correct it, or delete the line"


def _title(page: PageSource) -> str:
    found = (_TITLE.fullmatch(line) for _, line in page.prose)
    return next((match[1] for match in found if match), "")
