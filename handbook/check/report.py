"""Say what was found, as text or as annotations of a pull request."""

from collections.abc import Sequence

from handbook.base.words import count
from handbook.book.problem import Problem

__all__ = ["summary", "write"]


def write(problem: Problem, form: str) -> str:
    """Write a problem on one line.

    Parameters
    ----------
    problem : Problem
        What to write.
    form : {"text", "github"}
        `docs/explore/nulls.md:42: HB012 message`, or a command of GitHub's workflows.
    """
    mend = " (fix with --fix)" if problem.fix else ""
    if form == "text":
        return f"{problem}{mend}"
    place = f"file={_property(problem.path.as_posix())},line={problem.line}"
    title = f",title={_property(problem.rule)}" if problem.rule else ""
    return f"::error {place}{title}::{_data(problem.message + mend)}"


def summary(problems: Sequence[Problem], pages: int, rules: int) -> str:
    """Say in one line what came of it."""
    if not problems:
        return f"All checks passed: {count(pages, 'page')}, {count(rules, 'rule')}."
    fixable = sum(problem.fix is not None for problem in problems)
    mend = f" ({fixable} fixable with --fix)" if fixable else ""
    return f"Found {count(len(problems), 'problem')}{mend}."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
