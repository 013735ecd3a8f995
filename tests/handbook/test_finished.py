"""What `handbook new` leaves open passes `handbook check`, and is not to be merged."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "docs/*/*.md",
    "snippets/**/*.py",
    "tests/snippets/**/*.py",
    "tests/facts/**/*.py",
)


def _open() -> Iterator[str]:
    for path in sorted(path for files in FILES for path in ROOT.glob(files)):
        for line, text in enumerate(path.read_text().split("\n"), 1):
            if "TODO" in text:
                yield f"{path.relative_to(ROOT).as_posix()}:{line}: {text.strip()}"


def test_no_place_waits_for_its_author() -> None:
    assert "\n".join(_open()) == ""
