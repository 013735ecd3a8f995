"""A cached answer is of the current code and complete, or it isn't used."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from handbook.base import cache
from handbook.base.cache import Answers, Store, remember
from handbook.base.files import Files

ROOT = Path(__file__).parents[3]
PARTS = {"code": "1"}


@dataclass
class Source:
    path: Path
    text: str


class Tool:
    """Counts the words of files, and records which files it got."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, sources: Sequence[Source]) -> Answers:
        self.asked += [source.path.as_posix() for source in sources]
        return {source.path: [len(source.text.split())] for source in sources}


def ask(root: Path, tool: Tool, **texts: str) -> dict[str, object]:
    sources = [Source(Path(path), text) for path, text in texts.items()]
    answers = remember(
        Files(root), "words", sources, tool, settings=[Path("settings.toml")]
    )
    return {path.as_posix(): answer for path, answer in answers.items()}


def entry(store: Store) -> Path:
    (path,) = store.folder.iterdir()
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one entry."""
    made = Store(tmp_path / "store")
    made.keep(Path("page"), PARTS, {"answer": 42})
    return made


class TestCode:
    @pytest.fixture
    def code(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A copy of the machinery to change, used as the running code."""
        unseen = shutil.ignore_patterns("__pycache__")
        copy = shutil.copytree(ROOT / "handbook", tmp_path / "handbook", ignore=unseen)
        monkeypatch.setattr(cache, "_CODE", copy)
        return Path(copy)

    @staticmethod
    def version() -> str:
        """Return the version as a new process reads it."""
        return cache.code_version.__wrapped__()

    def test_a_process_reads_it_once(self) -> None:
        assert cache.code_version() is cache.code_version()
        assert cache.code_version() == self.version()

    def test_any_kind_of_file_in_any_folder_changes_it(self, code: Path) -> None:
        seen = {self.version()}
        every = [path for path in code.rglob("*") if path.is_file()]
        files = {(path.parent, path.suffix): path for path in every}
        for path in files.values():
            with path.open("a") as file:
                file.write("\n")
            seen.add(self.version())

        assert len(seen) == len(files) + 1

    def test_a_new_file_changes_it(self, code: Path) -> None:
        before = self.version()
        (code / "check/new_rule.py").touch()

        assert self.version() != before

    def test_files_left_by_python_and_editors_do_not_change_it(
        self, code: Path
    ) -> None:
        before = self.version()
        (code / "check/__pycache__").mkdir()
        (code / "check/__pycache__/shelf.pyc").touch()
        (code / "check/.shelf.py.swp").touch()

        assert self.version() == before

    def test_an_installed_package_changes_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = self.version()
        monkeypatch.syspath_prepend(tmp_path)
        assert self.version() == before
        (tmp_path / "ruff-99.0.dist-info").mkdir()

        assert self.version() != before


class TestRemembering:
    def test_only_new_files_are_computed(self, tmp_path: Path) -> None:
        tool = Tool()
        first = ask(tmp_path, tool, a="one", b="one two")
        second = ask(tmp_path, tool, a="one", b="one two three")

        assert first == {"a": [1], "b": [2]}
        assert second == {"a": [1], "b": [3]}
        assert tool.asked == ["a", "b", "b"]

    def test_a_changed_setting_recomputes_everything(self, tmp_path: Path) -> None:
        tool = Tool()
        for setting in ("x", "y"):
            (tmp_path / "settings.toml").write_text(setting)
            ask(tmp_path, tool, a="one")

        assert tool.asked == ["a", "a"]

    def test_new_code_recomputes_everything_and_old_code_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tool = Tool()
        for code in ("old", "new", "old"):
            monkeypatch.setattr(cache, "code_version", lambda code=code: code)
            ask(tmp_path, tool, a="one")

        assert tool.asked == ["a", "a"]

    def test_the_same_text_under_another_path_is_new(self, tmp_path: Path) -> None:
        tool = Tool()
        ask(tmp_path, tool, a="one")
        ask(tmp_path, tool, b="one")

        assert tool.asked == ["a", "b"]

    def test_cached_and_computed_answers_are_equal(self, tmp_path: Path) -> None:
        def pair(sources: Sequence[Source]) -> Answers:
            return {sources[0].path: [("a", 1)]}

        source = Source(Path("a"), "one")
        answers = [remember(Files(tmp_path), "pairs", [source], pair) for _ in range(2)]

        assert answers == [{source.path: [["a", 1]]}] * 2


class TestDamage:
    def test_a_stored_answer_is_read_under_its_key_only(self, store: Store) -> None:
        assert store.get(Path("page"), PARTS) == {"answer": 42}
        assert store.get(Path("page"), {"code": "2"}) is None
        assert store.get(Path("other"), PARTS) is None

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{}",
            b"\xff\xfe\n{}",
            cache.digest("[]").encode() + b"\n[]",
            cache.digest("{").encode() + b"\n{",
            cache.digest('{"parts": {}}').encode() + b'\n{"parts": {}}',
        ],
        ids=["empty", "no seal", "not UTF-8", "a list", "not JSON", "another form"],
    )
    def test_a_damaged_or_foreign_entry_is_a_miss_with_one_line(
        self, store: Store, content: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = entry(store)
        path.write_bytes(content)

        assert store.get(Path("page"), PARTS) is None
        assert store.last(Path("page")) is None
        message = f"handbook: {path} is damaged or foreign: it is written again\n"
        assert capsys.readouterr().err == message

    def test_a_truncated_entry_is_a_miss_and_is_stored_again(
        self, store: Store, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = entry(store)
        path.write_bytes(path.read_bytes()[:-3])

        assert store.get(Path("page"), PARTS) is None
        store.keep(Path("page"), PARTS, {"answer": 43})
        assert store.get(Path("page"), PARTS) == {"answer": 43}
        assert capsys.readouterr().err.count("\n") == 1

    def test_the_entry_of_another_page_is_a_miss_with_one_line(
        self, store: Store, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = entry(store)
        store.keep(Path("other"), PARTS, {"answer": 0})
        (other,) = set(store.folder.iterdir()) - {path}
        shutil.copy(other, path)

        assert store.get(Path("page"), PARTS) is None
        assert capsys.readouterr().err.count("\n") == 1

    def test_a_missing_store_prints_nothing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert Store(tmp_path / "new").get(Path("page"), PARTS) is None
        assert capsys.readouterr().err == ""


def file_in_the_way(root: Path) -> None:
    (root / ".cache").write_text("not a folder")


def folder_in_the_way(root: Path) -> None:
    """Put a folder that isn't empty where an entry would be."""
    store = Store(cache.cache_folder(root) / "answers")
    store.keep(Path("page"), PARTS, {})
    path = entry(store)
    path.unlink()
    (path / "something").mkdir(parents=True)


def read_only(root: Path) -> None:
    """Link the cache to a folder where not even root may write."""
    (root / ".cache").symlink_to("/proc/self/map_files")


class TestUnusable:
    @pytest.mark.parametrize("spoil", [file_in_the_way, folder_in_the_way, read_only])
    def test_a_cache_that_cannot_be_used_is_a_miss_with_one_line(
        self,
        tmp_path: Path,
        spoil: Callable[[Path], None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        spoil(tmp_path)
        store = Store(cache.cache_folder(tmp_path) / "answers")

        for _ in range(2):
            assert store.get(Path("page"), PARTS) is None
            assert store.last(Path("page")) is None
            store.keep(Path("page"), PARTS, {"answer": 42})

        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "cannot be used" in err
        assert "nothing is cached there" in err
