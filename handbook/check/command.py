"""Run the rules over the book."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType

from handbook.book import WrongUse, find_root
from handbook.check import FAMILIES, report
from handbook.check.rule import Finding, Rule
from handbook.check.shelf import Shelf, read_shelf

__all__ = ["check", "find_all", "rules"]


def check(paths: Sequence[Path], *, fix: bool, form: str) -> int:
    """Check the book, print what is wrong, and give the exit status."""
    root = find_root(Path.cwd())
    within = _within(root, paths)
    shelf = read_shelf(root)
    findings = [
        finding
        for finding in find_all(shelf)
        if not within or any(finding.path.is_relative_to(path) for path in within)
    ]
    for finding in findings:
        print(report.write(finding, form))
    print(report.summary(findings, len(shelf.pages), len(rules())))
    return 1 if findings else 0


def rules() -> list[Rule]:
    """List every rule, by its id."""
    return [rule for family in _families() for rule in family.RULES]


def find_all(shelf: Shelf) -> list[Finding]:
    """Ask every family: in threads, since some wait for a tool."""
    families = _families()
    with ThreadPoolExecutor(len(families)) as pool:
        found = pool.map(lambda family: list(family.find(shelf)), families)
        findings = [finding for each in found for finding in each]
    return sorted(findings, key=lambda f: (f.path, f.line, f.rule, f.message))


def _families() -> list[ModuleType]:
    return [import_module(f"handbook.check.{name}") for name in FAMILIES]


def _within(root: Path, paths: Sequence[Path]) -> list[Path]:
    within = []
    for path in paths:
        absolute = path.resolve()
        if not absolute.exists():
            raise WrongUse(f"{path} does not exist")
        if not absolute.is_relative_to(root):
            raise WrongUse(f"{path} is outside the book, {root}")
        within.append(absolute.relative_to(root))
    return within
