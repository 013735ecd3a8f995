"""Read the rules of thumb that chapters end in, such as TM-NUL-1."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbook.book.problem import Problem
from handbook.book.source import PageSource

__all__ = ["MOMENTS", "ROLES", "RuleOfThumb", "read_rules_of_thumb"]

ROLES = ("data scientist", "engineer", "reviewer", "lead")
"""The people whom a rule is for."""

MOMENTS = (
    "before you start",
    "when you open the data",
    "before you drop a row",
    "before you trust a score",
    "before it leaves the notebook",
    "when you write a function",
    "when you ask a model",
    "when you load a file",
    "before you merge",
    "before you ship",
    "while it runs",
    "at 3 a.m.",
    "when you meet",
)
"""When to think of a rule, in the order of a project."""

_RULE = re.compile(
    r"[-*] +\*\*(?P<id>TM-[A-Z]{3}-\d+)\*\*(?:\{ ?#(?P<anchor>[\w-]+) ?\})?"
    r" *(?P<rule>.*)"
)
_FOR = re.compile(r"\*(?P<roles>[^*:]+): (?P<moment>[^*]+?)\.?\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOfThumb:
    """A rule that a review can cite by its id.

    Attributes
    ----------
    id : str
        `TM-NUL-1`; in small letters it is the rule's anchor on its page.
    rule, why : str
        The rule and its reason, in Markdown, each on one line.
    roles : tuple of str
        Whom it is for: some of `ROLES`.
    moment : str
        When to think of it: one of `MOMENTS`.
    path : Path
        The page, relative to the book's root.
    line : int
        The line of the page, from 1.
    """

    id: str
    rule: str
    why: str
    roles: tuple[str, ...]
    moment: str
    path: Path
    line: int


def read_rules_of_thumb(page: PageSource) -> tuple[list[RuleOfThumb], list[Problem]]:
    """Read the rules of a page, and return the problems of those that are not whole.

    Parameters
    ----------
    page : PageSource
        A rule is an item of a list, in three parts: the id, its anchor and the rule on
        the first line, the reason, and in italics the roles and the moment.
    """
    rules, problems = [], []
    for line, text, rest in _items(page):
        found = _RULE.fullmatch(text)
        if not found:
            continue
        *why, last = rest or [""]
        roles, moment = _for(last)
        rule = RuleOfThumb(
            id=found["id"],
            rule=found["rule"],
            why=" ".join(why),
            roles=roles,
            moment=moment,
            path=page.path,
            line=line,
        )
        if fault := _fault(rule, found["anchor"] or ""):
            problems.append(Problem(page.path, line, f"{rule.id}: {fault}"))
        else:
            rules.append(rule)
    return rules, problems


def _items(page: PageSource) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each item of a list: its line, its first line, and the lines below that."""
    prose = dict(page.prose)
    for number, text in prose.items():
        if text.startswith(("- ", "* ")):
            rest: list[str] = []
            while (below := prose.get(number + len(rest) + 1, "")).startswith("  "):
                rest.append(below.strip())
            yield number, text, rest


def _for(text: str) -> tuple[tuple[str, ...], str]:
    """Read for whom a rule is and when; nothing where the text does not say so."""
    if not (found := _FOR.fullmatch(text)):
        return (), ""
    roles = tuple(role.strip().lower() for role in found["roles"].split(","))
    with_stop = f"{found['moment']}."  # "at 3 a.m." ends as a sentence does
    return roles, with_stop if with_stop in MOMENTS else found["moment"]


def _fault(rule: RuleOfThumb, anchor: str) -> str:
    """Return what a rule lacks; empty if it is whole."""
    if anchor != rule.id.lower():
        return (
            f"write **{rule.id}**{{#{rule.id.lower()}}}, so that a review can link it"
        )
    if not rule.roles:
        return "end it with a line in italics: *Data scientist, lead: before you ship.*"
    if not rule.rule or not rule.why:
        return "write the rule on the first line, and below it why, in one line"
    if unknown := [role for role in rule.roles if role not in ROLES]:
        return f"the roles are {', '.join(ROLES)}, not {unknown[0]}"
    if rule.moment not in MOMENTS:
        return f"the moments are {'; '.join(MOMENTS)}, not {rule.moment}"
    return ""
