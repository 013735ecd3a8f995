"""HB034 and HB035: a review can cite each rule of thumb by its id."""

from collections.abc import Iterator

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.book.rules_of_thumb import RuleOfThumb, read_rules_of_thumb
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB034",
        name="rule-of-thumb-whole",
        why=(
            "A rule of thumb has an address, a reason, people whom it is for and a "
            "moment, and the page of all of them sorts by these."
        ),
        wrong="- **TM-NUL-1** Count the null patterns before you drop a row.",
        right=(
            "- **TM-NUL-1**{#tm-nul-1} Count the null patterns before you drop a row.\n"
            "  A dropped row has a cause, and it is rarely chance.\n"
            "  *Data scientist, reviewer: before you drop a row.*"
        ),
    ),
    Rule(
        id="HB035",
        name="rule-of-thumb-once",
        why="A review that cites TM-NUL-1 means one rule.",
        wrong="**TM-NUL-1** on two pages",
        right="**TM-NUL-1** on one page, and **TM-NUL-2** for the next rule",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the rules of thumb that are not whole, and ids that are used twice."""
    first: dict[str, RuleOfThumb] = {}
    for page in book.pages:
        rules, problems = read_rules_of_thumb(page)
        for problem in problems:
            yield Problem(problem.path, problem.line, problem.message, "HB034")
        for rule in rules:
            if (other := first.setdefault(rule.id, rule)) is not rule:
                message = (
                    f"{rule.id} is on {other.path.as_posix()}:{other.line} too: "
                    "take the next number"
                )
                yield Problem(page.path, rule.line, message, "HB035")
