"""Time `handbook check` on this book and on a copy grown to 60 chapters.

Prints a line for each: the chapters, the median of five warm runs, and the first run,
without a cache.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("docs", "snippets", "tests/snippets", "tests/facts")
FILES = (".gitignore", "mkdocs.yml", "pyproject.toml", "requirements.lock")
MODELS = (("explore", "nulls"), ("cross", "refactor"))
"""Chapters to copy: one with a module, one with a folder of them."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the books, check them and print the seconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chapters", type=int, default=60)
    chapters = parser.parse_args(argv).chapters
    with tempfile.TemporaryDirectory() as folder:
        for name, wanted in (("this book", 0), ("generated", chapters)):
            root = Path(folder, name.replace(" ", "-")).resolve()
            count = write_book(root, wanted)
            cold, output = _check(root)
            warm = statistics.median(_check(root)[0] for _ in range(5))
            print(f"{name}: {count} chapters, {warm:.2f} s warm, {cold:.2f} s cold")
            print(f"  {output}")
    return 0


def write_book(root: Path, chapters: int) -> int:
    """Copy this book, add copies of chapters to it, commit it, and count its chapters.

    Parameters
    ----------
    root : Path
        The folder to make.
    chapters : int
        The least number of chapters.
    """
    for name in FOLDERS:
        unseen = shutil.ignore_patterns("__pycache__", "*.ipynb", "code")
        shutil.copytree(ROOT / name, root / name, ignore=unseen)
    for name in FILES:
        shutil.copy(ROOT / name, root)
    count = len(list(root.glob("docs/*/*.md"))) - len(
        list(root.glob("docs/reference/*.md"))
    )
    for number in range(chapters - count):
        _add(root, *MODELS[number % len(MODELS)], number)
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        git = shutil.which("git") or "git"
        subprocess.run([git, *identity, *command], cwd=root, check=True)
    return max(count, chapters)


def _add(root: Path, part: str, stem: str, number: int) -> None:
    """Add a copy of a chapter under another name."""
    new = f"{stem}{number}"
    tag = f"TM-{stem[:3].upper()}-"
    own = re.compile(rf"(?:^|/)(?:test_)?{stem}(?:[-_.].*)?(?:/|$)")
    for folder in FOLDERS:
        for file in sorted(root.glob(f"{folder}/{part}/**/*")):
            name = file.relative_to(root / folder / part).as_posix()
            if not file.is_file() or not own.search(name):
                continue
            text = file.read_text(encoding="utf-8")
            for mark in (f"{part}.{stem}", f"{part}/{stem}", f"/{stem}-"):
                text = text.replace(mark, mark.replace(stem, new))
            text = text.replace(
                tag, f"TM-{chr(65 + number // 26)}{chr(65 + number % 26)}X-"
            )
            copy = root / folder / part / name.replace(stem, new)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
    site = root / "mkdocs.yml"
    entry = f"      - {part}/{stem}.md\n"
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace(entry, entry + entry.replace(stem, new)), "utf-8")


def _check(root: Path) -> tuple[float, str]:
    """Run the command as a person would; return the seconds and its last line."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "handbook", "check"]
    began = time.perf_counter()
    result = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    return seconds, (result.stdout or result.stderr).strip().rpartition("\n")[2]


if __name__ == "__main__":
    sys.exit(main())
