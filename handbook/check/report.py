"""Write what was found, as text or as annotations of a pull request."""

from collections.abc import Sequence

from handbook.base.words import count
from handbook.book.problem import Problem

__all__ = ["summary", "write"]


def write(problem: Problem, form: str) -> str:
    """Return a problem as one line.

    Parameters
    ----------
    problem : Problem
        The problem.
    form : {"text", "github"}
        `docs/explore/nulls.md:42: HB012 message`, or a command of GitHub's workflows.
    """
    hint = " (fix with --fix)" if problem.fix else ""
    if form == "text":
        return f"{problem}{hint}"
    place = f"file={_property(problem.path.as_posix())},line={problem.line}"
    title = f",title={_property(problem.rule)}" if problem.rule else ""
    return f"::error {place}{title}::{_data(problem.message + hint)}"


def summary(problems: Sequence[Problem], pages: int, rules: int) -> str:
    """Return a summary of the check in one line."""
    if not problems:
        return f"All checks passed: {count(pages, 'page')}, {count(rules, 'rule')}."
    fixable = sum(problem.fix is not None for problem in problems)
    hint = f" ({fixable} fixable with --fix)" if fixable else ""
    return f"Found {count(len(problems), 'problem')}{hint}."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
