"""A run gives the same bytes wherever, whenever and in whatever order it happens."""

from pathlib import Path
from typing import Any

import pytest

from handbook.base.files import Files
from handbook.book.page import Chapter, ChapterResult
from handbook.run.engine import run_chapters
from handbook.run.engine.conditions import Conditions

FIGURE = (
    "from pathlib import Path\n"
    "Path('figures/one-plot.svg').write_text("
    "'<svg x=\"121.834558\">\\n   <dc:date>2026-11-21</dc:date>\\n</svg>')"
)


def outcome(results: list[ChapterResult]) -> dict[str, Any]:
    return {
        result.chapter.path.stem: (result.blocks, result.figures, result.problems)
        for result in results
    }


def test_a_figure_is_rounded_and_has_no_date(book: Path, chapter: Any) -> None:
    (result,) = run_chapters([chapter("one", FIGURE)], files=Files(book))
    head = b'<?xml version="1.0" encoding="utf-8"?>\n'
    assert result.figures == {
        "one-plot.svg": head + b'<svg x="121.83">\n</svg>\n',
    }


def test_a_forked_and_a_spawned_chapter_give_the_same_result(
    book: Path, chapter: Any
) -> None:
    (book / "snippets/part/legs.py").write_text("def miles():\n    return 7\n")
    chapters = [
        chapter("one", "from snippets.part.legs import miles\nprint(miles())", FIGURE),
        chapter(
            "two", "import packaging.version\nprint(packaging.version.Version('1.0'))"
        ),
        chapter("three", "print('a')", "1 / 0"),
        chapter("four", "import os\nos._exit(3)"),
    ]
    forked = list(run_chapters(chapters, files=Files(book), cache=False, fork=True))
    spawned = list(run_chapters(chapters, files=Files(book), cache=False, fork=False))
    assert outcome(forked) == outcome(spawned)


def test_another_seed_or_time_zone_changes_what_depends_on_it(
    book: Path, chapter: Any
) -> None:
    chapters = [
        chapter("seed", "print(list({str(number) for number in range(9)}))"),
        chapter("zone", "import time\nprint(time.strftime('%H', time.localtime(0)))"),
        chapter("neither", "print(1)"),
    ]
    first = outcome(list(run_chapters(chapters, files=Files(book))))
    assert first == outcome(
        list(run_chapters(chapters, files=Files(book), cache=False))
    )
    other = outcome(
        list(
            run_chapters(
                chapters[::-1],
                files=Files(book),
                conditions=Conditions(seed=1, timezone="Asia/Tokyo"),
            )
        )
    )
    assert {name for name in first if first[name] != other[name]} == {"seed", "zone"}


def test_another_seed_neither_reads_nor_writes_the_cache(
    book: Path, chapter: Any
) -> None:
    chapters: list[Chapter] = [chapter("seed", "print(1)")]
    for _ in range(2):
        assert not any(
            result.cached
            for result in run_chapters(
                chapters, files=Files(book), conditions=Conditions(seed=1)
            )
        )
    assert not any(
        result.cached for result in run_chapters(chapters, files=Files(book))
    )


def test_no_chapters_start_no_process(book: Path) -> None:
    assert list(run_chapters([], files=Files(book))) == []


@pytest.mark.parametrize("fork", [True, False])
def test_modules_in_the_working_directory_are_not_imported(
    book: Path,
    chapter: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fork: bool,
) -> None:
    for name in ("copy", "colorsys"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "elsewhere"
    root.mkdir()
    (result,) = run_chapters(
        [chapter("one", "import copy, colorsys")], files=Files(root), fork=fork
    )
    assert [block.error for block in result.blocks] == [None]


def test_a_chapter_starts_the_same_python_that_runs_it(
    book: Path, chapter: Any
) -> None:
    code = "import shutil, sys\nprint(shutil.which('python') == sys.executable)"
    (result,) = run_chapters([chapter("one", code)], files=Files(book))
    assert result.blocks[0].stdout == "True\n"
