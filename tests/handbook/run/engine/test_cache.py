"""What has changed is run, and nothing else is."""

import copy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handbook.base import pins
from handbook.base.files import Files
from handbook.base.pins import Lock
from handbook.book.page import Chapter
from handbook.run.engine import explain, key, run_chapters
from handbook.run.engine.key import Keys

ROOT = Path(__file__).parents[4]
LOCK = """\
pluggy==2.0.0 ; python_version < '3.12' \\
    --hash=sha256:00
    # via
    #   packaging
    #   two-mountains (pyproject.toml)
pluggy==2.1.0 ; python_version >= '3.12' \\
    --hash=sha256:01
    # via
    #   packaging
packaging==3.0.0 \\
    --hash=sha256:02
    # via two-mountains (pyproject.toml)
psutil==7.0.0
    # via two-mountains (pyproject.toml)
"""


class Book:
    """Four pages that use an indirect snippet, the data, a package, and nothing."""

    def __init__(self, root: Path, chapter: Callable[..., Chapter]) -> None:
        self.root = root
        self.snippets = root / "snippets" / "part"
        (self.snippets / "inner.py").write_text("DEPTH = 1\n")
        (self.snippets / "outer.py").write_text("from .inner import DEPTH\n")
        (root / "snippets" / "data").mkdir()
        (root / "snippets" / "data" / "__init__.py").write_text("ROWS = 1\n")
        (root / "snippets" / "data" / "rows.bin").write_bytes(b"1")
        (self.snippets / "loads.py").write_text("from snippets.data import ROWS\n")
        (root / "requirements.lock").write_text(LOCK)
        self.chapters = [
            chapter("uses", "from snippets.part import outer\nprint(outer.DEPTH)"),
            chapter("data", "from snippets.part.loads import ROWS\nprint(ROWS)"),
            chapter("package", "import packaging.version"),
            chapter("nothing", "print(1)"),
        ]

    def ran(self) -> set[str]:
        """Run the book, and return the stems of the pages that weren't cached."""
        results = run_chapters(self.chapters, files=Files(self.root))
        return {result.chapter.path.stem for result in results if not result.cached}

    def why(self) -> dict[str, list[str]]:
        """Return the reasons of the pages that would run again."""
        reasons = explain(self.chapters, files=Files(self.root))
        return {path.stem: why for path, why in reasons.items() if why}

    def entry(self, stem: str) -> Path:
        (path,) = (self.root / ".cache" / "handbook").glob(f"docs-part-{stem}-*.json")
        return path


@pytest.fixture(scope="module")
def once(shared_book: Path, chapter: Any) -> Book:
    """A book that has been run."""
    made = Book(shared_book, chapter)
    assert made.ran() == {"uses", "data", "package", "nothing"}
    return made


@pytest.fixture
def kept(once: Book, tmp_path: Path) -> Book:
    """A copy of it for a test to spoil; no cache entry contains its path."""
    root = tmp_path / "copy"
    shutil.copytree(once.root, root)
    copied = copy.copy(once)
    copied.root, copied.snippets = root, root / "snippets" / "part"
    copied.chapters = list(once.chapters)
    return copied


def test_a_book_that_never_ran_is_new(book: Path, chapter: Any) -> None:
    assert Book(book, chapter).why()["nothing"] == [
        "no good result of it is stored: it is new, or failed"
    ]


def test_without_a_change_nothing_runs(kept: Book) -> None:
    assert kept.ran() == set()
    assert kept.why() == {}


def test_a_cached_result_equals_the_result_of_a_run(kept: Book) -> None:
    read = {
        result.chapter.path.stem: result
        for result in run_chapters(kept.chapters, files=Files(kept.root))
    }
    again = run_chapters(kept.chapters, files=Files(kept.root), cache=False)
    assert {result.chapter.path.stem: result.blocks for result in again} == {
        stem: result.blocks for stem, result in read.items()
    }


def test_a_changed_snippet_runs_its_indirect_users(
    kept: Book,
) -> None:
    (kept.snippets / "inner.py").write_text(
        "DEPTH = 2\n"
    )  # the same size, the same second
    assert kept.why() == {"uses": ["snippets/part/inner.py changed"]}
    results = {
        result.chapter.path.stem: result
        for result in run_chapters(kept.chapters, files=Files(kept.root))
    }
    assert results["uses"].blocks[0].stdout == "2\n"
    assert [stem for stem, result in results.items() if not result.cached] == ["uses"]


def test_changed_data_run_their_direct_and_indirect_users(kept: Book) -> None:
    (kept.root / "snippets" / "data" / "rows.bin").write_bytes(b"2")
    assert kept.why() == {"data": ["snippets/data changed"]}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "packaging==3.0.0",
            "packaging==3.0.1",
            "packaging changed: packaging==3.0.0 -> packaging==3.0.1",
        ),
        (
            "pluggy==2.1.0",
            "pluggy==2.2.0",
            "pluggy changed: pluggy==2.0.0 ; python_version < '3.12' | "
            "pluggy==2.1.0 ; python_version >= '3.12' -> "
            "pluggy==2.0.0 ; python_version < '3.12' | "
            "pluggy==2.2.0 ; python_version >= '3.12'",
        ),
    ],
)
def test_a_changed_pin_runs_users_of_it_and_of_packages_that_require_it(
    kept: Book, old: str, new: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "_installed", dict)  # these packages have other versions
    kept.ran()
    (kept.root / "requirements.lock").write_text(LOCK.replace(old, new))
    assert kept.why() == {"package": [why]}


def test_a_pin_that_no_page_imports_runs_nothing(kept: Book) -> None:
    (kept.root / "requirements.lock").write_text(
        LOCK.replace("psutil==7.0.0", "psutil==7.1.0")
    )
    assert kept.why() == {}


def test_a_changed_block_is_named(kept: Book, chapter: Any) -> None:
    kept.chapters[3] = chapter("nothing", "print(2)")
    assert kept.why() == {"nothing": ["block 1 (line 10) changed"]}


def test_a_block_that_moved_runs_again(kept: Book, chapter: Any) -> None:
    kept.chapters[3] = chapter("nothing", "", "print(1)")
    assert set(kept.why()) == {"nothing"}


def test_undoing_a_change_runs_nothing(kept: Book, chapter: Any) -> None:
    before = kept.chapters[3]
    kept.chapters[3] = chapter("nothing", "print(2)")
    assert kept.ran() == {"nothing"}
    kept.chapters[3] = before
    assert kept.ran() == set()


def test_of_the_expectation_only_a_required_failure_is_in_the_key(
    kept: Book, chapter: Any
) -> None:
    kept.chapters[3] = chapter("nothing", "print(1)", fails=True)
    assert kept.why() == {"nothing": ["block 1 (line 10) changed"]}


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"0\n{}"])
def test_a_damaged_entry_is_a_miss(kept: Book, damage: bytes) -> None:
    kept.entry("nothing").write_bytes(damage)
    assert set(kept.why()) == {"nothing"}


def test_the_key_covers_all_code_that_the_processes_of_a_chapter_load(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    copied = shutil.copytree(ROOT / "handbook", tmp_path / "handbook", ignore=ignored)
    monkeypatch.setattr(key, "_HANDBOOK", copied)

    def runner() -> str:
        return Keys(Files(book)).common["the runner"]

    parts = ("server", "child", "notebook", "kernel")
    code = (
        "import sys; "
        f"{''.join(f'import handbook.run.engine.{part};' for part in parts)}"
        "print(*(m.__file__ for n, m in sys.modules.items() if n[:8] == 'handbook'))"
    )
    listed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = [
        copied / Path(file).relative_to(ROOT / "handbook")
        for file in listed.stdout.split()
    ]
    assert copied / "run/engine/child.py" in loaded
    for file in loaded:
        before = runner()
        with file.open("a") as module:
            module.write("\n# changed\n")
        assert runner() != before, file


def test_a_damaged_cache_of_modules_is_a_miss(kept: Book) -> None:
    def pins() -> dict[str, str]:
        return Lock(Files(kept.root)).pinned(["attr"])

    folder = kept.root / ".cache/handbook"
    before = pins()
    assert "attrs" in before  # the package's name differs from the module's
    (path,) = folder.glob("modules*")
    for damage in (b"{}", b"[]", b'{"attr": ["nothing"]}'):
        path.write_bytes(damage)
        assert pins() == before


def test_a_cache_that_cannot_be_written_runs_everything(
    book: Path, chapter: Any
) -> None:
    (book / ".cache").touch()
    draws = chapter("one", "import matplotlib.pyplot\nprint(1)")
    for _ in range(2):
        (result,) = run_chapters([draws], files=Files(book))
        assert (result.problems, result.blocks[0].stdout) == ((), "1\n")
        assert not result.cached


def test_a_half_written_entry_is_a_miss_and_written_again(kept: Book) -> None:
    path = kept.entry("nothing")
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert kept.ran() == {"nothing"}
    assert len(path.read_bytes()) == pytest.approx(len(whole), abs=20)
    assert kept.why() == {}


def test_a_foreign_entry_is_a_miss(kept: Book) -> None:
    kept.entry("nothing").write_bytes(kept.entry("uses").read_bytes())
    assert set(kept.why()) == {"nothing"}


def test_a_failure_is_not_cached(book: Path, chapter: Any) -> None:
    failing = [chapter("fails", "1 / 0"), chapter("noisy", "print(1, end='')")]
    for _ in range(2):
        assert not any(
            result.cached for result in run_chapters(failing, files=Files(book))
        )


def test_without_the_sandbox_a_dynamic_import_is_not_cached(
    book: Path, chapter: Any
) -> None:
    (book / "snippets/part/hidden.py").touch()
    code = "import importlib\nimportlib.import_module('snippets.part.' + 'hid' + 'den')"
    for _ in range(2):
        (result,) = run_chapters(
            [chapter("hides", code)], files=Files(book), sandbox=False
        )
        assert result.problems == ()
        assert not result.cached


def test_changed_data_in_a_folder_beside_a_snippet_run_it_again(
    book: Path, chapter: Any
) -> None:
    folder = book / "snippets/part/tables/deep"
    folder.mkdir(parents=True)
    (book / "snippets/part/reads.py").write_text(
        "from pathlib import Path\n\n\ndef rate():\n"
        "    return (Path(__file__).parent / 'tables/deep/rate.txt').read_text()\n"
    )
    page = chapter("uses", "from snippets.part.reads import rate\nprint(rate())")
    for rate in ("0.1", "0.2"):
        (folder / "rate.txt").write_text(rate)
        (result,) = run_chapters([page], files=Files(book))
        assert (result.blocks[0].stdout, result.cached) == (f"{rate}\n", False)


def test_two_runs_at_once_do_not_harm_each_other(kept: Book, chapter: Any) -> None:
    kept.chapters = [
        chapter(f"page-{number}", f"print({number})") for number in range(8)
    ]
    runs = [threading.Thread(target=kept.ran) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    read = list(run_chapters(kept.chapters, files=Files(kept.root)))
    assert all(result.cached for result in read)
    assert [result.blocks[0].stdout for result in read] == [
        f"{number}\n" for number in range(8)
    ]


def test_only_a_few_results_of_a_page_are_kept(book: Path, chapter: Any) -> None:
    for number in range(6):
        list(run_chapters([chapter("page", f"print({number})")], files=Files(book)))
    assert len(list((book / ".cache" / "handbook").glob("docs-part-page-*.json"))) == 4
