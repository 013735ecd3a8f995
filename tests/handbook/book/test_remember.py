"""A check with a warm cache finds the same as a check with a cold one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run_check(book: Path, machinery: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run `handbook check` in a book, with the code in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "handbook", "check"],
        cwd=book,
        env=os.environ | {"PYTHONPATH": str(machinery)},
        capture_output=True,
        text=True,
        check=False,
    )


def check(book: Path, machinery: Path = ROOT) -> str:
    """Return the findings of `handbook check`."""
    return run_check(book, machinery).stdout


def test_new_code_anywhere_in_the_machinery_drops_the_answers(
    small: Path, tmp_path: Path
) -> None:
    machinery = tmp_path / "machinery"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "handbook", machinery / "handbook", ignore=ignored)
    before = check(small, machinery)
    # Whether a page is a chapter decides which rules of prose apply, in other modules.
    with (machinery / "handbook/book/source.py").open("a") as module:
        module.write("\n\nPageSource.is_chapter = property(lambda page: False)\n")

    warm = check(small, machinery)
    shutil.rmtree(small / ".cache")
    cold = check(small, machinery)

    assert cold != before
    assert warm == cold


def test_other_markdown_settings_drop_the_answers(
    small: Path,
) -> None:
    page, config = small / "docs/explore/delays.md", small / "mkdocs.yml"
    box = '\n!!! note "A box"\n\n    ```python\n    x = {  }\n    ```\n'
    page.write_text(page.read_text() + box)
    before = check(small)
    # Without boxes, the block isn't in one, so its format can't be wrong.
    config.write_text(config.read_text().replace("  - admonition\n", ""))

    warm = check(small)
    shutil.rmtree(small / ".cache")
    cold = check(small)

    assert "HB302" in before
    assert "HB302" not in cold
    assert warm == cold


def test_a_file_instead_of_the_cache_does_not_change_the_findings(small: Path) -> None:
    shutil.rmtree(small / ".cache")
    (small / ".cache").touch()
    (small / "tests/snippets/explore/test_delays.py").unlink()

    ran = run_check(small)

    assert ran.stdout.startswith("snippets/explore/delays.py:1: HB014 ")
    assert ran.stdout.endswith("Found 1 problem.\n")
    assert ran.stderr.count("nothing is cached there") == ran.stderr.count("\n") == 1
