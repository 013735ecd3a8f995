"""Commands that change a project at the same time wait for each other."""

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handbook.copier import exclusive as module
from handbook.copier.exclusive import BUSY, exclusive
from handbook.copier.lockfile import read_lock
from tests.handbook.copier.upstream import MODULE, Handbook, Upstream, tree

ROOT = Path(__file__).parents[3]
HOLD = """\
import sys
from pathlib import Path
from handbook.copier.exclusive import exclusive
with exclusive(Path.cwd()):
    print("locked", flush=True)
    sys.stdin.read()
"""
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def _another(project: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that changes the project until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=project,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process


def test_four_processes_that_add_at_once_are_all_in_the_lock(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    names = [f"engineer.{stem}" for stem in ("api", "jobs", "logs", "paths")]
    for name in names:
        stem = name.partition(".")[2]
        upstream.publish(name, {f"{stem}.py": f'"""Serve {name}."""\n'})
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "handbook", "add", name, "--from", upstream.folder],
            cwd=project,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]

    ended = [(*process.communicate(), process.returncode) for process in processes]

    assert [code for *_, code in ended] == [0] * 4, ended
    assert all("wrote handbook.lock" in out for out, *_ in ended)
    assert sorted(read_lock(project).copies) == names
    assert handbook("status", "--check").out.count("up to date") == 4
    assert not (project / BUSY).exists()


@pytest.mark.parametrize("command", ["add", "upgrade", "remove"])
def test_a_command_says_that_it_waits_then_gives_up(
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    monkeypatch.setattr(module, "NOTICE", 0.1)
    monkeypatch.setattr(module, "PATIENCE", 0.3)

    with _another(project):
        before = tree(project)
        result = handbook(command, "explore.nulls")
        assert tree(project) == before

    waits, gives_up = result.err.splitlines()
    assert result.status == 2
    assert waits == "handbook: waiting for another handbook command in this project"
    assert gives_up.startswith("handbook: another handbook command has been changing ")
    assert gives_up.endswith(" for 0.3 s: try again when it has ended")
    assert handbook("upgrade").status == 0


def test_the_lock_of_a_killed_process_stops_nobody(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    with _another(project) as process:
        process.kill()
        process.wait()
        assert (project / BUSY).exists()

        added = handbook("add", "explore.nulls", "--from", str(upstream.folder))

    assert (added.status, added.err) == (0, "")
    assert not (project / BUSY).exists()


def test_a_command_that_writes_nothing_waits_for_nobody(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    source = ("--from", str(upstream.folder))
    handbook("add", "explore.nulls", *source)
    upstream.publish("engineer.api", {"api.py": "A = 1\n"})

    with _another(project):
        assert handbook("status").status == 0
        assert handbook("diff", "explore.nulls").status == 0
        assert handbook("add", "engineer.api", "--dry-run").status == 0
        assert handbook("upgrade", "--dry-run").status == 0


def test_an_error_frees_the_project(project: Path) -> None:
    with pytest.raises(RuntimeError), exclusive(project):
        raise RuntimeError
    with exclusive(project):
        assert (project / BUSY).exists()
    assert not (project / BUSY).exists()


def test_a_link_in_place_of_the_lock_is_refused(
    upstream: Upstream, project: Path, handbook: Handbook, tmp_path: Path
) -> None:
    (project / BUSY).symlink_to(tmp_path / "elsewhere")

    refused = handbook("add", "explore.nulls", "--from", str(upstream.folder))

    assert (refused.status, "is a symbolic link" in refused.err) == (2, True)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="plays Windows")
def test_windows_locks_the_first_byte(
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []

    def locking(_: int, mode: int, count: int) -> None:
        asked.append((mode, count))
        if len(asked) == 1:
            raise PermissionError(13, "Permission denied")  # as if it were taken

    fake = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)

    assert handbook("add", "explore.nulls", "--from", str(upstream.folder)).status == 0
    assert asked == [(2, 1), (2, 1)]
    assert (project / MODULE).exists()
