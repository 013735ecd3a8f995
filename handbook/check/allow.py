"""HB007 and HB008: a comment with a reason allows a line of prose to break a rule.

    <!--handbook:allow HB401: the sentence quotes the regulation-->

is on the line that may break the rule, or by itself on the line above.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.book.problem import Edit, Problem
from handbook.book.source import PageSource
from handbook.check.rule import Rule

__all__ = ["RULES", "leave_out_allowed"]

RULES = (
    Rule(
        id="HB007",
        name="excuse-with-reason",
        why=(
            "Without a reason nobody knows whether a comment is still needed, and only "
            "the rules of prose, HB4xx, need a person's judgement."
        ),
        wrong="<!--handbook:allow HB401-->",
        right="<!--handbook:allow HB401: the sentence quotes the regulation-->",
    ),
    Rule(
        id="HB008",
        name="excuse-needed",
        why="A comment that allows nothing hides the next problem on its line.",
        wrong="<!--handbook:allow HB401: a long quotation-->\nA short sentence.",
        right="A short sentence.",
        fixable=True,
    ),
)

_COMMENT = re.compile(r"[ \t]*<!--\s*handbook:allow\b(?P<words>.*?)(?:-->|$)")
_WORDS = re.compile(r"\s(?P<rule>HB\d{3}):\s*(?P<reason>\S.*?)\s*")


@dataclass(frozen=True, kw_only=True)
class _Allowance:
    path: Path
    line: int
    rule: str
    allowed: int  # the line that may break the rule
    removal: Edit


def leave_out_allowed(
    findings: Sequence[Problem],
    pages: Sequence[PageSource],
    rules: Mapping[str, Rule],
) -> list[Problem]:
    """Return the findings that no comment allows, and those about the comments.

    Parameters
    ----------
    findings : sequence of Problem
        The findings in the whole book.
    pages : sequence of PageSource
        All pages: the comments are in their prose.
    rules : mapping
        Every rule, by its id.
    """
    allowances = {}
    left = []
    for page in pages:
        for found in _read(page, rules):
            if isinstance(found, Problem):
                left.append(found)
            else:
                allowances[found.path, found.allowed, found.rule] = found
    used = {key for f in findings if (key := (f.path, f.line, f.rule)) in allowances}
    left += [f for f in findings if (f.path, f.line, f.rule) not in used]
    return [*left, *_unused(allowances.values(), used)]


def _read(
    page: PageSource, rules: Mapping[str, Rule]
) -> Iterator[_Allowance | Problem]:
    for number, line in page.prose:
        for match in _COMMENT.finditer(line):
            words = _WORDS.fullmatch(match["words"])
            if words is None or not match[0].endswith("-->"):
                message = "write <!--handbook:allow HB401: the reason-->"
            elif words["rule"] not in rules:
                message = f"there is no rule {words['rule']}"
            elif not rules[words["rule"]].can_be_allowed:
                message = f"no comment can allow {words['rule']}: fix what it found"
            else:
                yield _allowance(page, number, match, words["rule"])
                continue
            yield Problem(page.path, number, message, "HB007")


def _allowance(
    page: PageSource, number: int, match: re.Match[str], rule: str
) -> _Allowance:
    alone = not _COMMENT.sub("", match.string).strip()
    start = page.starts[number - 1]
    if match[0].strip() == match.string.strip():
        removal = Edit(start, page.starts[number], "")
    else:
        removal = Edit(start + match.start(), start + match.end(), "")
    return _Allowance(
        path=page.path, line=number, rule=rule, allowed=number + alone, removal=removal
    )


def _unused(
    allowances: Collection[_Allowance], used: Collection[tuple[Path, int, str]]
) -> Iterator[Problem]:
    for each in allowances:
        if (each.path, each.allowed, each.rule) not in used:
            message = f"line {each.allowed} does not break {each.rule}: remove this"
            yield Problem(each.path, each.line, message, "HB008", fix=each.removal)
