"""Each fragment gets into the changelog, and each change that needs one has one."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOWNCRIER = Path(sys.executable).with_name("towncrier")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TYPES = {each["directory"] for each in PROJECT["tool"]["towncrier"]["type"]}


def _draft(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Render the next section of the changelog of a folder."""
    where = ("--dir", folder, "--config", ROOT / "pyproject.toml")
    return subprocess.run(
        [TOWNCRIER, "build", "--draft", "--version", "9", *where],
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_fragment_is_in_the_draft() -> None:
    draft = _draft(ROOT)
    words = " ".join(draft.stdout.split())

    assert draft.returncode == 0, draft.stderr
    for fragment in (ROOT / "changes").glob("+*"):
        assert " ".join(fragment.read_text().split()) in words, fragment.name


def test_a_misspelt_type_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes/+ties.snippet.md").write_text("A tie is a tie.\n")
    assert "A tie is a tie." in _draft(tmp_path).stdout

    (tmp_path / "changes/+ties.snipet.md").write_text("A tie is a tie.\n")
    wrong = _draft(tmp_path)

    assert wrong.returncode != 0
    assert "+ties.snipet.md" in wrong.stderr


def test_the_readme_names_the_types() -> None:
    readme = (ROOT / "changes/README.md").read_text()

    assert set(re.findall(r"^\| `(\w+)`", readme, re.MULTILINE)) == TYPES


def test_the_newest_version_is_that_of_the_project() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()

    assert (
        re.findall(r"^## (\S+)", text, re.MULTILINE)[0]
        == (PROJECT["project"]["version"])
    )


class PullRequest:
    """A small repository where the workflow's step checks the last commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        outside = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        self.environment = outside | {"GIT_CONFIG_GLOBAL": os.devnull}
        self._run("git", "init", "--quiet")
        self._commit("README.md changes/+old.site.md")

    def check(self, changes: str) -> int:
        """Commit files, delete those with a minus, and run the step."""
        self._commit(changes)
        flow = yaml.safe_load((ROOT / ".github/workflows/fragment.yml").read_text())
        script = flow["jobs"]["fragment"]["steps"][-1]["run"]
        return self._run("bash", "-e", "-c", script)

    def _commit(self, changes: str) -> None:
        for name in changes.split():
            file = self.folder / name.removeprefix("-")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink() if name.startswith("-") else file.write_text("new\n")
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        assert self._run("git", "add", ".") == 0
        assert self._run("git", *who, "commit", "--quiet", "--message=Change") == 0

    def _run(self, command: str, *words: str) -> int:
        return subprocess.run(
            [shutil.which(command) or command, *words],
            cwd=self.folder,
            env=self.environment,
            check=False,
        ).returncode


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ("docs/explore/nulls.md", 0),
        ("snippets/receipts.toml", 0),
        ("snippets/explore/nulls.py", 1),
        ("handbook/cli.py", 1),
        ("handbook/check/command.py", 1),
        ("handbook/copier/add.py changes/README.md", 1),
        ("snippets/explore/nulls.py -changes/+old.site.md", 1),
        ("snippets/explore/nulls.py changes/+new.snippet.md", 0),
        ("snippets/explore/nulls.py -changes/+old.site.md CHANGELOG.md", 0),
    ],
)
def test_a_change_of_a_snippet_or_a_command_needs_a_fragment(
    tmp_path: Path, changes: str, status: int
) -> None:
    assert PullRequest(tmp_path).check(changes) == status
