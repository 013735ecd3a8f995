"""A test that pytest does not find is green for ever."""

import os
import subprocess
import sys
from pathlib import Path

from handbook.book import Book

ROOT = Path(__file__).parents[2]


def _lines(*command: str) -> list[str]:
    run = subprocess.run(
        command,
        cwd=ROOT,
        env={
            name: value
            for name, value in os.environ.items()
            if name != "PYTEST_ADDOPTS"
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.splitlines()


def _collected() -> tuple[set[str], str]:
    """Give the files in which pytest finds tests, and all that it says."""
    said = _lines(sys.executable, "-m", "pytest", "--collect-only", "--quiet")
    return {line.split("::")[0] for line in said if "::" in line}, "\n".join(said)


def test_what_git_tracks_as_a_test_is_what_pytest_collects() -> None:
    tracked = {
        path
        for path in _lines("git", "ls-files")
        if Path(path).name.startswith("test_") and path.endswith(".py")
        if not path.startswith("tests/audit/")  # `make audit` names that folder
    }
    book = Book(ROOT)
    pages, notebooks = book.files() if (ROOT / "docs").exists() else ([], [])
    blocks = {
        page.chapter.path.as_posix()
        for page in book.pages(pages)
        if page.chapter.blocks or page.problems
    }
    collected, said = _collected()
    if "no Chromium" in said:  # tests/conftest.py leaves them out, and says so
        tracked = {path for path in tracked if not path.startswith("tests/site/")}

    assert collected == tracked | blocks | {path.as_posix() for path in notebooks}
