"""Whatever folders a chapter leaves, the run goes on and removes them."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from handbook.base.files import Files
from handbook.run.engine import run_chapters
from handbook.run.engine.cleanup import remove_tree

DIG = "for _ in range(1500):\n    os.mkdir('deep')\n    os.chdir('deep')"


def test_folders_nested_deep_fail_only_their_chapter(
    book: Path, chapter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (book / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(book / "tmp"))
    chapters = [
        chapter("work", f"import os\n{DIG}"),
        chapter("temporary", f"import os\nos.chdir(os.environ['TMPDIR'])\n{DIG}"),
        chapter("good", "print('still here')"),
    ]
    results = run_chapters(chapters, files=Files(book))
    found = {result.chapter.path.stem: result for result in results}
    deep = (10, "the chapter leaves folders nested too deep: remove them")
    assert {
        name: [(problem.line, problem.message) for problem in result.problems]
        for name, result in found.items()
    } == {"work": [deep], "temporary": [], "good": []}
    assert found["good"].blocks[0].stdout == "still here\n"
    assert list((book / "tmp").iterdir()) == []


def test_a_closed_folder_and_a_link_are_removed_but_not_what_it_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").touch()
    inside = tmp_path / "top/closed/inside"
    inside.mkdir(parents=True)
    (inside / "link").symlink_to(tmp_path / "kept")
    inside.parent.chmod(0)
    remove_tree(tmp_path / "top")
    assert list(tmp_path.rglob("*")) == [tmp_path / "kept", tmp_path / "kept/file"]


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []
