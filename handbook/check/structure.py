"""HB01x: a page is in nav, and one stem stands for page, module and tests."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from handbook.base.words import suggest
from handbook.check.rule import Rule
from handbook.check.shelf import GENERATED, Shelf
from handbook.problem import Problem

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB010",
        "page-in-nav",
        "A page that the table of contents does not name is found by nobody.",
        "docs/explore/nulls.md, and no line of `nav` in mkdocs.yml",
        "nav:\n  - Experimentation:\n      - explore/nulls.md",
    ),
    Rule(
        "HB011",
        "nav-has-page",
        "An entry of the table of contents must lead to one page, and a page to one "
        "entry, else the reader's way on and back is lost.",
        "nav:\n  - explore/nulls.md\n  - explore/nulls.md",
        "nav:\n  - explore/nulls.md",
    ),
    Rule(
        "HB012",
        "chapter-has-snippet",
        "A chapter without a module has nothing that a reader can take home.",
        "docs/explore/nulls.md alone",
        "docs/explore/nulls.md and snippets/explore/nulls.py",
    ),
    Rule(
        "HB013",
        "snippet-has-chapter",
        "Code that no chapter explains does not belong to the book.",
        "snippets/explore/nulls.py alone",
        "snippets/explore/nulls.py and docs/explore/nulls.md",
    ),
    Rule(
        "HB014",
        "snippet-has-test",
        "A snippet travels with its test, so that it can be trusted where it lands.",
        "snippets/explore/nulls.py alone",
        "snippets/explore/nulls.py and tests/snippets/explore/test_nulls.py",
    ),
    Rule(
        "HB015",
        "test-has-snippet",
        "A test of a snippet that is gone, or named otherwise, proves nothing.",
        "tests/snippets/explore/test_null.py and snippets/explore/nulls.py",
        "tests/snippets/explore/test_nulls.py and snippets/explore/nulls.py",
    ),
    Rule(
        "HB016",
        "facts-have-chapter",
        "Facts that no page states need no test.",
        "tests/facts/explore/test_null.py and docs/explore/nulls.md",
        "tests/facts/explore/test_nulls.py and docs/explore/nulls.md",
    ),
)

_ANYWHERE = {"data", "late_flights"}  # their modules are named after no page

_Stem = tuple[str, str]  # part and name: ("explore", "nulls")


def find(shelf: Shelf) -> Iterator[Problem]:
    """Give the places where nav, pages, snippets and tests disagree."""
    yield from _wrong_in_nav(shelf)
    if not shelf.broken:
        yield from _not_in_nav(shelf)
        yield from _alone(shelf)
        yield from _of_nothing(shelf)


def _wrong_in_nav(shelf: Shelf) -> Iterator[Problem]:
    there = {page.path for page in shelf.pages} | {each.path for each in shelf.broken}
    there |= GENERATED | {path.with_suffix(".ipynb") for path in shelf.notebooks}
    lines: dict[Path, int] = {}
    for entry, line in shelf.nav:
        path = Path("docs", entry)
        message = ""
        if path in lines:
            message = f"{entry} is in nav on line {lines[path]} too: keep one"
        elif path not in there and "://" not in entry:
            message = f"there is no {path.as_posix()}{_like(path, there)}"
        if message:
            yield Problem(Path("mkdocs.yml"), line, message, "HB011")
        lines.setdefault(path, line)


def _not_in_nav(shelf: Shelf) -> Iterator[Problem]:
    entries = {Path("docs", entry) for entry, _ in shelf.nav}
    pages = [(page.path, page.path) for page in shelf.pages]
    pages += [(path, path.with_suffix(".ipynb")) for path in shelf.notebooks]
    for path, page in pages:
        if page not in entries:
            entry = page.relative_to("docs").as_posix()
            message = f"not in the table of contents: add {entry} to nav in mkdocs.yml"
            yield Problem(path, 1, message, "HB010")


def _alone(shelf: Shelf) -> Iterator[Problem]:
    chapters = {(p.part, p.stem): p.path for p in shelf.pages if p.is_chapter}
    modules = {(m.part, m.stem): m.path for m in reversed(shelf.snippets) if m.stem}
    tested = dict(_tests(shelf, "snippets")).keys()
    units = _units(shelf)
    for (part, stem), path in chapters.items():
        if (part, stem) not in units:
            message = f"this chapter has no module: write snippets/{part}/{stem}.py"
            yield Problem(path, 1, message, "HB012")
    for (part, stem), path in modules.items():
        if part not in _ANYWHERE and (part, stem) not in chapters:
            message = f"this has no chapter: write docs/{part}/{stem}.md, or remove it"
            yield Problem(path, 1, message, "HB013")
        elif (part, stem) in units - tested and part != "data":
            message = f"this has no test: write tests/snippets/{part}/test_{stem}.py"
            yield Problem(path, 1, message, "HB014")


def _of_nothing(shelf: Shelf) -> Iterator[Problem]:
    units = _units(shelf)
    for (part, stem), path in _tests(shelf, "snippets"):
        if (part, stem) not in units and part != "data":
            like = _like(Path(part, stem), {Path(*unit) for unit in units})
            message = f"there is no snippets/{part}/{stem}.py{like}"
            yield Problem(path, 1, message, "HB015")
    pages = {(page.part, page.stem) for page in shelf.pages}
    pages |= {("late_flights", path.stem.replace("-", "_")) for path in shelf.notebooks}
    pages |= {(path.parts[1], path.stem) for path in GENERATED}
    for (part, stem), path in _tests(shelf, "facts"):
        if (part, stem) not in pages:
            like = _like(Path(part, stem), {Path(*page) for page in pages})
            message = f"there is no page docs/{part}/{stem}.md{like}"
            yield Problem(path, 1, message, "HB016")


def _units(shelf: Shelf) -> set[_Stem]:
    """Give what is copied as one, a module or a folder of them: code before is not."""
    return {(m.part, m.stem) for m in shelf.snippets if m.stem and not m.is_before}


def _tests(shelf: Shelf, kind: str) -> Iterator[tuple[_Stem, Path]]:
    """Give each test of a kind with what it tests.

    A folder of modules has one file of tests, or a folder of them.
    """
    for test in shelf.tests:
        _, first, *folders, name = test.path.with_suffix("").parts
        if first == kind and folders and name.startswith("test_"):
            stem = folders[1] if len(folders) > 1 else name.removeprefix("test_")
            yield (folders[0], stem), test.path


def _like(path: Path, others: Iterable[Path]) -> str:
    names = [other.as_posix() for other in others]
    return suggest(path.as_posix(), names, cutoff=0.85)
