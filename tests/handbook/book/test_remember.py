"""A check that remembers says what a check of the same book says that does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run_check(book: Path, machinery: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run `handbook check` in a book, with the code of some folder."""
    return subprocess.run(
        [sys.executable, "-m", "handbook", "check"],
        cwd=book,
        env=os.environ | {"PYTHONPATH": str(machinery)},
        capture_output=True,
        text=True,
        check=False,
    )


def check(book: Path, machinery: Path = ROOT) -> str:
    """Return what it finds."""
    return run_check(book, machinery).stdout


def test_new_code_anywhere_in_the_machinery_is_asked_anew(
    small: Path, tmp_path: Path
) -> None:
    machinery = tmp_path / "machinery"
    unseen = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "handbook", machinery / "handbook", ignore=unseen)
    before = check(small, machinery)
    # What a chapter is decides what the rules of prose ask, which are other modules.
    with (machinery / "handbook/book/source.py").open("a") as module:
        module.write("\n\nPageSource.is_chapter = property(lambda page: False)\n")

    warm = check(small, machinery)
    shutil.rmtree(small / ".cache")
    cold = check(small, machinery)

    assert cold != before
    assert warm == cold


def test_a_page_is_asked_about_anew_when_markdown_is_set_up_otherwise(
    small: Path,
) -> None:
    page, config = small / "docs/explore/delays.md", small / "mkdocs.yml"
    box = '\n!!! note "A box"\n\n    ```python\n    x = {  }\n    ```\n'
    page.write_text(page.read_text() + box)
    before = check(small)
    # Without boxes there is no block in one, whose format could be wrong.
    config.write_text(config.read_text().replace("  - admonition\n", ""))

    warm = check(small)
    shutil.rmtree(small / ".cache")
    cold = check(small)

    assert "HB302" in before
    assert "HB302" not in cold
    assert warm == cold


def test_a_file_where_the_cache_should_be_changes_no_finding(small: Path) -> None:
    shutil.rmtree(small / ".cache")
    (small / ".cache").touch()
    (small / "tests/snippets/explore/test_delays.py").unlink()

    ran = run_check(small)

    assert ran.stdout.startswith("snippets/explore/delays.py:1: HB014 ")
    assert ran.stdout.endswith("Found 1 problem.\n")
    assert ran.stderr.count("nothing is cached there") == ran.stderr.count("\n") == 1
