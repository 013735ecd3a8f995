"""A TODO of `handbook new` passes `handbook check`, but must not be merged."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "handbook/new/templates"
FILES = (
    "docs/*/*.md",
    "tests/site/search.tsv",
    *(f"{top}/**/*.py" for top in ("snippets", "tests/snippets", "tests/facts")),
)


def _open(text: str) -> "re.Pattern[str]":
    """Return a pattern of the lines of a template that wait for an author."""
    lines = (line.strip() for line in text.split("\n") if "TODO" in line)
    return re.compile("|".join(_with_values(line) for line in lines))


def _with_values(line: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"\$\{?\w+\}?", line))


OPEN = _open("\n".join(path.read_text() for path in TEMPLATES.iterdir()))


def _waiting() -> Iterator[str]:
    for path in sorted(path for files in FILES for path in ROOT.glob(files)):
        for line, text in enumerate(path.read_text().split("\n"), 1):
            if OPEN.fullmatch(text.strip()):
                yield f"{path.relative_to(ROOT).as_posix()}:{line}: {text.strip()}"


def test_no_line_of_the_book_waits_for_its_author() -> None:
    assert "\n".join(_waiting()) == ""


def test_lines_of_the_template_match() -> None:
    assert OPEN.fullmatch("Use this when TODO.")
    assert OPEN.fullmatch("TODO: `handbook run docs/a/b.md --update` writes it")
    assert OPEN.fullmatch("TODO: what people type who need this page, 8 of 8\ta/b/")
    assert not OPEN.fullmatch("The notebook left a TODO.")
