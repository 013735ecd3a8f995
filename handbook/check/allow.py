"""HB007, HB008: a line of prose may be excused from a rule, with a reason.

    <!--handbook:allow HB401: the sentence quotes the regulation-->

stands on the line that it excuses, or alone on the line above.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.book.problem import Edit, Problem
from handbook.book.source import PageSource
from handbook.check.rule import Rule

__all__ = ["RULES", "excuse"]

RULES = (
    Rule(
        "HB007",
        "excuse-with-reason",
        "Without its reason nobody can tell whether an excuse still holds, and only "
        "rules of prose, HB4xx, leave anything to judge.",
        "<!--handbook:allow HB401-->",
        "<!--handbook:allow HB401: the sentence quotes the regulation-->",
    ),
    Rule(
        "HB008",
        "excuse-needed",
        "An excuse that excuses nothing hides the next fault on its line.",
        "<!--handbook:allow HB401: a long quotation-->\nA short sentence.",
        "A short sentence.",
        fixable=True,
    ),
)

_SAYS = re.compile(r"[ \t]*<!--\s*handbook:allow\b(?P<words>.*?)(?:-->|$)")
_WORDS = re.compile(r"\s(?P<rule>HB\d{3}):\s*(?P<reason>\S.*?)\s*")


@dataclass(frozen=True)
class _Excuse:
    path: Path
    line: int
    rule: str
    excused: int  # the line that may break the rule
    removal: Edit


def excuse(
    findings: Sequence[Problem],
    pages: Sequence[PageSource],
    rules: Mapping[str, Rule],
) -> list[Problem]:
    """Leave out what is excused, and add what is wrong with the excuses.

    Parameters
    ----------
    findings : sequence of Problem
        Of the whole book.
    pages : sequence of PageSource
        All pages: excuses stand in their prose.
    rules : mapping
        Every rule by its id.
    """
    excuses = {}
    left = []
    for page in pages:
        for found in _read(page, rules):
            if isinstance(found, Problem):
                left.append(found)
            else:
                excuses[found.path, found.excused, found.rule] = found
    used = {key for f in findings if (key := (f.path, f.line, f.rule)) in excuses}
    left += [f for f in findings if (f.path, f.line, f.rule) not in used]
    return [*left, *_unused(excuses.values(), used)]


def _read(page: PageSource, rules: Mapping[str, Rule]) -> Iterator[_Excuse | Problem]:
    for number, line in page.prose:
        for match in _SAYS.finditer(line):
            words = _WORDS.fullmatch(match["words"])
            if words is None or not match[0].endswith("-->"):
                message = "write <!--handbook:allow HB401: the reason-->"
            elif words["rule"] not in rules:
                message = f"there is no rule {words['rule']}"
            elif not rules[words["rule"]].excusable:
                message = f"{words['rule']} cannot be excused: mend what it found"
            else:
                yield _excuse(page, number, match, words["rule"])
                continue
            yield Problem(page.path, number, message, "HB007")


def _excuse(page: PageSource, number: int, match: re.Match[str], rule: str) -> _Excuse:
    alone = not _SAYS.sub("", match.string).strip()
    start = page.starts[number - 1]
    if match[0].strip() == match.string.strip():
        removal = Edit(start, page.starts[number], "")
    else:
        removal = Edit(start + match.start(), start + match.end(), "")
    return _Excuse(page.path, number, rule, number + alone, removal)


def _unused(
    excuses: Collection[_Excuse], used: Collection[tuple[Path, int, str]]
) -> Iterator[Problem]:
    for each in excuses:
        if (each.path, each.excused, each.rule) not in used:
            message = f"line {each.excused} does not break {each.rule}: remove this"
            yield Problem(each.path, each.line, message, "HB008", each.removal)
