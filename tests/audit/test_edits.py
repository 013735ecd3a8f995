"""After each kind of edit, a build with a warm cache gives the bytes of a clean build.

tests/handbook/quick checks the same on a small book, in seconds.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NULLS = "docs/explore/nulls.md"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the last commit, built once; the edits add up."""
    book = tmp_path_factory.mktemp("edits") / "book"
    clone = ("git", "clone", "--quiet", str(ROOT), str(book))
    subprocess.run(clone, check=True)
    # Keep the cache of runs, which is slow to fill, but not the cache of pages.
    known, ours = ROOT / ".cache/handbook", book / ".cache/handbook"
    shutil.copytree(known, ours, ignore=shutil.ignore_patterns("site"))
    _build(book)
    return book


def _run(book: Path, *command: str) -> None:
    environment = os.environ | {
        "NO_MKDOCS_2_WARNING": "1",
        "JUPYTER_PATH": str(book / "theme/jupyter"),
    }
    # With `-m`, the clone's own code comes before the installed package.
    subprocess.run(
        [sys.executable, "-m", *command], cwd=book, env=environment, check=True
    )


def _build(book: Path) -> None:
    _run(book, "handbook", "generate")
    _run(book, "mkdocs", "build", "--strict", "--quiet", "--site-dir", "kept")


def _build_clean(book: Path) -> None:
    settings = (book / "mkdocs.yml").read_text()
    plain = "".join(
        line for line in settings.splitlines(keepends=True) if "- quick" not in line
    )
    assert plain != settings
    (book / "plain.yml").write_text(plain)
    options = ("--strict", "--quiet", "--config-file", "plain.yml")
    _run(book, "mkdocs", "build", *options, "--site-dir", "clean")
    (book / "plain.yml").unlink()


def _content(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def _replace(book: Path, name: str, old: str, new: str) -> None:
    text = (book / name).read_text()
    assert old in text, name
    (book / name).write_text(text.replace(old, new, 1))


def _swap(book: Path) -> None:
    one, other = "      - basecamp/mountains.md\n", "      - basecamp/choose.md\n"
    _replace(book, "mkdocs.yml", one + other, other + one)


def _delete(book: Path) -> None:
    (book / "docs/pathways/alone.md").unlink()
    _replace(book, "mkdocs.yml", "      - pathways/alone.md\n", "")
    for page in (book / "docs").rglob("*.md"):
        text = page.read_text()
        if "alone.md" in text:
            page.write_text(text.replace("pathways/alone.md", "pathways/friday.md"))


EDITS: dict[str, Callable[[Path], None]] = {
    "text": lambda book: _replace(book, NULLS, "A storm stopped", "A blizzard stopped"),
    "snippet": lambda book: _replace(
        book, "snippets/explore/nulls.py", "Count the patterns", "Count all patterns"
    ),
    "template": lambda book: _replace(
        book,
        "theme/overrides/main.html",
        "{% block content %}",
        "{% block content %}<hr>",
    ),
    "config": lambda book: _replace(
        book, "mkdocs.yml", "Link to this section", "Link to here"
    ),
    "theme option": lambda book: _replace(
        book, "mkdocs.yml", "    - navigation.top\n", ""
    ),
    "order": _swap,
    "title": lambda book: _replace(book, NULLS, "# Why is it null?", "# Why null?"),
    "glossary term": lambda book: _replace(
        book, "docs/reference/glossary.yml", "definition: ", "definition: Once more. "
    ),
    "figure": lambda book: _replace(
        book, "docs/explore/figures/nulls-calendar.svg", "<svg", "<!-- new --><svg"
    ),
    "deletion": _delete,
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_site_equals_a_clean_build(book: Path, edit: str) -> None:
    before = _content(book / "kept")
    EDITS[edit](book)

    _build(book)
    _build_clean(book)

    kept, clean = _content(book / "kept"), _content(book / "clean")
    assert kept != before
    assert kept.keys() == clean.keys()
    assert [name for name in kept if kept[name] != clean[name]] == []
