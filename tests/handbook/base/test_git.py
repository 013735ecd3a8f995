"""git's output doesn't depend on its settings or on a hook that calls us."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.base.git import git

GIT = shutil.which("git") or "git"
ROOT = Path(__file__).parents[3]


def make(folder: Path, file: str) -> Path:
    """Make a repository with one commit of one file."""
    folder.mkdir()
    (folder / file).write_text("1\r\n")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
        subprocess.run([GIT, "-C", folder, *who, *words], check=True)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make(tmp_path / "repository", "one.txt")


def test_paths_are_not_quoted(tmp_path: Path) -> None:
    made = make(tmp_path / "made", "día.txt")

    assert git(made, "ls-files") == "día.txt\n"


def test_line_ends_and_bytes_that_are_not_utf_8_stay_as_they_are(
    repository: Path,
) -> None:
    content = b"1\r\n\xff\n"
    (repository / "odd").write_bytes(content)
    blob = git(repository, "hash-object", "-w", "odd")
    assert blob is not None

    output = git(repository, "cat-file", "blob", blob.strip())

    assert output is not None
    assert output.encode("utf-8", "surrogateescape") == content


def test_a_hook_of_another_repository_does_not_change_which_one_is_read(
    repository: Path, tmp_path: Path
) -> None:
    other = make(tmp_path / "other", "two.txt")
    code = (
        "from pathlib import Path; from handbook.base.git import git; "
        f"print(git(Path({str(repository)!r}), 'ls-files'))"
    )
    hook = other / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" >output\n')
    hook.chmod(0o755)
    (other / "three.txt").touch()
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")

    # A commit of only some files has its own index, which git passes to the hook.
    for words in (["add", "."], ["commit", "-qm", "Three", "three.txt"]):
        subprocess.run(
            [GIT, f"--git-dir={other}/.git", *who, *words],
            cwd=other,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=True,
        )

    assert (other / "output").read_text() == "one.txt\n\n"


def test_without_git_the_result_is_none(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert git(repository, "ls-files") is None


@pytest.mark.parametrize("words", [("no-such-command",), ("log", "no-such-branch")])
def test_if_git_fails_the_result_is_none(
    repository: Path, words: tuple[str, ...]
) -> None:
    assert git(repository, *words) is None


def test_outside_a_repository_the_result_is_none(tmp_path: Path) -> None:
    assert git(tmp_path, "ls-files") is None
    assert git(tmp_path / "nowhere", "ls-files") is None


def test_reading_the_status_does_not_change_the_index(repository: Path) -> None:
    index = repository / ".git/index"
    os.utime(repository / "one.txt", (1, 1))  # otherwise git would update the index
    before = index.read_bytes()

    assert git(repository, "status", "--porcelain") == ""
    assert index.read_bytes() == before


def test_no_other_module_calls_git() -> None:
    callers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "handbook").rglob("*.py")
        if '"git"' in path.read_text(encoding="utf-8")
    ]

    # The last two run the commands that a page shows, in a copy.
    others = ["handbook/book/console.py", "handbook/run/console.py"]
    assert sorted(callers) == ["handbook/base/git.py", *others]
