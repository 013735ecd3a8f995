"""Run the rules over the book."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

from handbook.base.errors import WrongUse
from handbook.base.words import count
from handbook.book.book import Book
from handbook.book.layout import find_root
from handbook.book.problem import Problem
from handbook.check import report
from handbook.check.allow import RULES as RULES_OF_ALLOW
from handbook.check.allow import leave_out_allowed
from handbook.check.fix import fix as apply_fixes
from handbook.check.rule import Rule
from handbook.check.rules import FAMILIES

__all__ = ["call", "check", "find_all", "list_stale", "rules"]

_ROUNDS = 5  # fixing one problem may reveal another
_STALE = 300  # days, two months before HB111 reports the page


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.stale:
        return list_stale()
    return check(arguments.paths, fix=arguments.fix, form=arguments.form)


def check(paths: Sequence[Path], *, fix: bool, form: str) -> int:
    """Check the book, print what is wrong, and return the exit status.

    Parameters
    ----------
    paths : sequence of Path
        The files and folders to report on, and to fix; all if empty. A file that
        cannot be read is reported wherever it is.
    fix : bool
        Whether to fix first what can be fixed automatically.
    form : {"text", "github"}
        The format of the output.
    """
    root = find_root(Path.cwd())
    within = _within(root, paths)
    book, findings = _find(root, within)
    fixed = 0
    for _ in range(_ROUNDS if fix else 0):
        if not any(finding.fix for finding in findings):
            break
        made = apply_fixes(book, findings)
        if not made:
            findings = [_by_hand(finding) for finding in findings]
            break
        fixed += made
        book, findings = _find(root, within)
    for finding in findings:
        print(report.write(finding, form))
    if book.committed is None:
        message = "handbook: no commit here, so HB111 (reviewed) is not checked"
        print(message, file=sys.stderr)
    if fixed:
        print(f"Fixed {count(fixed, 'problem')}.")
    pages = sum(_is_within(page.path, within) for page in book.pages)
    print(report.summary(findings, pages, len(rules())))
    return 1 if findings else 0


def _by_hand(finding: Problem) -> Problem:
    """Return a finding whose edit was not made, with the reason."""
    if finding.fix is None:
        return finding
    message = f"{finding.message}; --fix would change what the page shows"
    return replace(finding, message=f"{message}, so do it by hand", fix=None)


def _find(root: Path, within: Sequence[Path]) -> tuple[Book, list[Problem]]:
    """Return the book, and what to report: what cannot be read, wherever it is.

    While something cannot be read, other rules keep silent about the rest.
    """
    book = Book(root)
    findings = find_all(book)
    broken = set(book.broken)
    return book, [
        each for each in findings if each in broken or _is_within(each.path, within)
    ]


def list_stale() -> int:
    """Print the pages that were reviewed long ago, the oldest first."""
    book = Book(find_root(Path.cwd()))
    for finding in book.broken:
        print(report.write(finding, "text"))
    ages = []
    for page in book.pages:
        reviewed = page.head.values.get("reviewed")
        if type(reviewed) is date and (age := (date.today() - reviewed).days) > _STALE:
            ages.append((-age, page.path, page.head.places["reviewed"].line))
    for age, path, line in sorted(ages):
        print(f"{path.as_posix()}:{line}: reviewed {-age} days ago")
    return 1 if book.broken else 0


def rules() -> list[Rule]:
    """Return every rule, sorted by id."""
    families = [rule for family in _families() for rule in family.RULES]
    return sorted([*families, *RULES_OF_ALLOW], key=lambda rule: rule.id)


def find_all(book: Book) -> list[Problem]:
    """Return what the rules find in a book, without what a comment allows.

    The families run in threads, since some of them wait for a tool.
    """
    families = _families()
    _ = book.broken  # read it once, before several threads need it
    with ThreadPoolExecutor(len(families)) as pool:
        found = pool.map(lambda family: list(family.find(book)), families)
        findings = [finding for each in found for finding in each]
    known = {rule.id: rule for rule in rules()}
    return sorted(leave_out_allowed(findings, book.pages, known))


def _families() -> list[ModuleType]:
    return [import_module(f"handbook.check.rules.{name}") for name in FAMILIES]


def _within(root: Path, paths: Sequence[Path]) -> list[Path]:
    within = []
    for path in paths:
        absolute = path.resolve()
        if not absolute.exists():
            raise WrongUse(f"{path} does not exist")
        if not absolute.is_relative_to(root):
            raise WrongUse(f"{path} is not in the book, {root}")
        within.append(absolute.relative_to(root))
    return within


def _is_within(path: Path, within: Sequence[Path]) -> bool:
    return not within or any(path.is_relative_to(each) for each in within)
