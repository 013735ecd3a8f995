"""HB01x: a page is in nav, and shares one stem with its module and tests."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from handbook.base.words import suggest
from handbook.book.book import Book
from handbook.book.layout import DATA, GENERATED, SHARED, Stem, source_of, stem_of
from handbook.book.problem import Problem
from handbook.check.rule import Rule
from handbook.registry.receipts import NAME

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB010",
        name="page-in-nav",
        why="Nobody finds a page that is not in the table of contents.",
        wrong="docs/explore/nulls.md, and no line of `nav` in mkdocs.yml",
        right="nav:\n  - Experimentation:\n      - explore/nulls.md",
    ),
    Rule(
        id="HB011",
        name="nav-has-page",
        why=(
            "Each entry of the table of contents leads to one page, and each page has "
            "one entry, or the links to the next and the previous page are wrong."
        ),
        wrong="nav:\n  - explore/nulls.md\n  - explore/nulls.md",
        right="nav:\n  - explore/nulls.md",
    ),
    Rule(
        id="HB012",
        name="chapter-has-snippet",
        why="A chapter without a module has nothing that a reader can take home.",
        wrong="only docs/explore/nulls.md",
        right="docs/explore/nulls.md and snippets/explore/nulls.py",
    ),
    Rule(
        id="HB013",
        name="snippet-has-chapter",
        why="Code that no chapter explains does not belong to the book.",
        wrong="only snippets/explore/nulls.py",
        right="snippets/explore/nulls.py and docs/explore/nulls.md",
    ),
    Rule(
        id="HB014",
        name="snippet-has-test",
        why="A snippet is copied with its test, so that people can trust the copy.",
        wrong="only snippets/explore/nulls.py",
        right="snippets/explore/nulls.py and tests/snippets/explore/test_nulls.py",
    ),
    Rule(
        id="HB015",
        name="test-has-snippet",
        why="A test of a snippet that was removed or renamed proves nothing.",
        wrong="tests/snippets/explore/test_null.py and snippets/explore/nulls.py",
        right="tests/snippets/explore/test_nulls.py and snippets/explore/nulls.py",
    ),
    Rule(
        id="HB016",
        name="facts-have-chapter",
        why="Facts that no page states need no test.",
        wrong="tests/facts/explore/test_null.py and docs/explore/nulls.md",
        right="tests/facts/explore/test_nulls.py and docs/explore/nulls.md",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the places where nav, pages, snippets and tests disagree."""
    if book.has_config:  # without mkdocs.yml no page can be read
        yield from _wrong_in_nav(book)
    if not book.broken:
        yield from _not_in_nav(book)
        yield from _incomplete(book)
        yield from _tests_of_nothing(book)


def _wrong_in_nav(book: Book) -> Iterator[Problem]:
    paths = _written(book) | {each.path for each in book.broken}
    below = (path for path in paths if path.is_relative_to("docs"))
    there = GENERATED.keys() | {Path("docs", source_of(path)) for path in below}
    lines: dict[Path, int] = {}
    for entry, line in book.nav:
        path = Path("docs", entry)
        message = ""
        if path in lines:
            message = f"{entry} is in nav on line {lines[path]} too: keep one"
        elif path not in there and "://" not in entry:
            message = f"there is no {path.as_posix()}{_like(path, there)}"
        if message:
            yield Problem(Path("mkdocs.yml"), line, message, "HB011")
        lines.setdefault(path, line)


def _not_in_nav(book: Book) -> Iterator[Problem]:
    entries = {Path("docs", entry) for entry, _ in book.nav}
    for path in _written(book):
        source = source_of(path)
        if Path("docs", source) not in entries:
            message = f"not in the table of contents: add {source} to nav in mkdocs.yml"
            yield Problem(path, 1, message, "HB010")


def _incomplete(book: Book) -> Iterator[Problem]:
    chapters = {stem_of(p.path): p.path for p in book.pages if p.is_chapter}
    modules = {stem_of(m.path): m.path for m in reversed(book.snippets) if m.stem}
    # Only this file travels with a copy.
    tested = {stem for stem, path in _tests(book, "snippets") if path == stem.test}
    units = _units(book)
    for stem, path in chapters.items():
        if not NAME.fullmatch(".".join(stem)):
            message = (
                "a snippet cannot have this name: write small letters and digits, "
            )
            message += "with hyphens in the page's name and _ in the folder's"
            yield Problem(path, 1, message, "HB012")
        elif stem not in units:
            message = f"this chapter has no module: write {stem.module.as_posix()}"
            yield Problem(path, 1, message, "HB012")
    for stem, path in modules.items():
        if stem.part not in SHARED and stem not in chapters:
            message = f"this has no chapter: write {stem.page.as_posix()}, or remove it"
            yield Problem(path, 1, message, "HB013")
        elif stem in units - tested and stem.part != DATA:
            message = f"this has no test: write {stem.test.as_posix()}"
            yield Problem(path, 1, message, "HB014")


def _tests_of_nothing(book: Book) -> Iterator[Problem]:
    units = _units(book)
    for stem, path in _tests(book, "snippets"):
        if stem not in units and stem.part != DATA:
            like = _like(Path(*stem), {Path(*unit) for unit in units})
            message = f"there is no {stem.module.as_posix()}{like}"
            yield Problem(path, 1, message, "HB015")
    pages = {stem_of(path) for path in _written(book) | GENERATED.keys()}
    for stem, path in _tests(book, "facts"):
        if stem not in pages:
            like = _like(Path(*stem), {Path(*page) for page in pages})
            message = f"there is no page {stem.page.as_posix()}{like}"
            yield Problem(path, 1, message, "HB016")


def _written(book: Book) -> set[Path]:
    """Return the pages and notebooks that people write."""
    notebooks = {notebook.path for notebook in book.notebooks}
    return notebooks | {page.path for page in book.pages}


def _units(book: Book) -> set[Stem]:
    """Return what is copied as a whole: modules and folders, without `_before` code."""
    return {stem_of(m.path) for m in book.snippets if m.stem and not m.is_before}


def _tests(book: Book, kind: str) -> Iterator[tuple[Stem, Path]]:
    """Yield each test of a kind, with the stem that it tests."""
    for test in book.tests:
        stem = stem_of(test.path)
        if test.path.parts[1] == kind and all(stem):
            yield stem, test.path


def _like(path: Path, others: Iterable[Path]) -> str:
    names = [other.as_posix() for other in others]
    return suggest(path.as_posix(), names, cutoff=0.85)
