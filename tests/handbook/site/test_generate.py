"""An unreadable page is reported with its line, and the other pages are generated."""

import shutil
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.cli import main

ROOT = Path(__file__).parents[3]
CHAPTER = "---\n{}\n---\n\n# How {}?\n\n```python\nlate = 1\n```\n"
NOTEBOOK = "# ---\n# description: {}\n# ---\n\n# %% [markdown]\n# # Leg\n"


@pytest.fixture
def root(book: Book, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with all that its scripts need, as the working directory."""
    for folder in ("explore", "late_flights", "reference"):
        (book.root / "docs" / folder).mkdir()
    shutil.copy(ROOT / "pyproject.toml", book.root)
    shutil.copy(ROOT / "requirements.lock", book.root)
    monkeypatch.chdir(book.root)
    return book.root


@pytest.mark.parametrize("reviewed", ["2026-02-30", "!!bool x", "[a"])
def test_broken_front_matter_is_reported_on_its_line_for_each_page(
    root: Path, reviewed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = root / "docs"
    (docs / "explore/late.md").write_text(
        CHAPTER.format(f"topics: {{}}\nreviewed: {reviewed}", "late")
    )
    (docs / "explore/soon.md").write_text(CHAPTER.format("topics: {}", "soon"))
    (docs / "late_flights/leg-1.py").write_text(NOTEBOOK.format(f"\n# x: {reviewed}"))
    (docs / "late_flights/leg-2.py").write_text(NOTEBOOK.format("Second."))

    assert main(["generate"]) == 1

    err = capsys.readouterr().err
    for place in ("docs/explore/late.md:", "docs/late_flights/leg-1.py:"):
        (line,) = (line for line in err.splitlines() if line.startswith(place))
        assert " write the value" in line or " this is not YAML: " in line
    assert "Error" not in err
    assert (docs / "code/scripts/explore/soon.py").exists()
    assert not (docs / "code/scripts/explore/late.py").exists()
    facts = (root / "theme/overrides/generated.html").read_text()
    assert "explore/soon.md" in facts
    assert "late_flights/leg-2.ipynb" in facts
    assert "explore/late.md" not in facts
    assert "late_flights/leg-1.ipynb" not in facts
