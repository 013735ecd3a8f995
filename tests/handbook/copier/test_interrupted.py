"""A command that is stopped halfway leaves all old files, or all new ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.handbook.copier.upstream import MODULE, NULLS, Handbook, Upstream, tree

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="forks, and kills what it forked"
)

ROOT = Path(__file__).parents[3]
# Fork once for every step that changes a disk, and stop that child at this step, as a
# kill, a person or a full disk would. Print how each child ended. A disk that is full
# stays full: nothing more is written, while later renames and deletions succeed.
DRIVER = """
import errno, json, os, shutil, signal, sys
import tomli_w
import handbook.copier.add, handbook.copier.needs, handbook.copier.remove
import handbook.copier.upgrade
from handbook.cli import main
how, arguments, project = json.loads(sys.argv[1])
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
ends = []
while not ends or ends[-1] != 0:
    folder = f"{project}-{how}-{len(ends)}"
    shutil.copytree(project, folder)
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        seen = 0
        def hook(event, values):
            global seen
            writes = event == "open" and values[2] & WRITES and folder in str(values[0])
            if event not in STEPS and not writes:
                return
            seen += 1
            now = seen == len(ends) + 1
            ours = str(values[0]).endswith((".handbook-part", ".handbook-busy"))
            fails = event in {"os.rename", "os.mkdir", "os.remove"} and not (
                event == "os.remove" and ours
            )
            if how == "full" and (writes and seen > len(ends) or fails and now):
                raise OSError(errno.ENOSPC, "No space left on device")
            if not now:
                return
            if how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "stopped":
                raise KeyboardInterrupt
        sys.addaudithook(hook)
        os._exit(main(arguments))
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(ends))
"""
ENDS = {"killed": -9, "stopped": 130, "full": 2}


def _stop(how: str, arguments: list[str], project: Path) -> list[Path]:
    """Stop a command at each of its steps, in a new copy of the project each."""
    order = json.dumps([how, arguments, str(project)])
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER, order],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    *ends, last = json.loads(ran.stdout.splitlines()[-1])
    assert set(ends) == {ENDS[how]}
    assert last == 0
    return [Path(f"{project}-{how}-{number}") for number in range(len(ends))]


def _files(folder: Path) -> dict[str, bytes | None]:
    """Return the files of a project, without folders, which git doesn't know."""
    return {place: each for place, each in tree(folder).items() if each is not None}


@pytest.fixture
def edited(upstream: Upstream, project: Path, handbook: Handbook) -> list[str]:
    """An edited and outdated copy; returns the command that upgrades it."""
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    mine = NULLS.replace("return frame.size", "return int(frame.size)")
    (project / MODULE).write_text(mine, "utf-8")
    newer = NULLS.replace("return len(frame)\n", "return frame.shape[0]\n")
    upstream.publish(files={"nulls.py": newer}, test="# Another.\n")
    return ["upgrade", "explore.nulls"]


def _command(name: str, source: Path) -> list[str]:
    return [name, "explore.nulls", *(["--from", str(source)] if name == "add" else [])]


@pytest.fixture(params=["add", "upgrade", "remove"])
def command(
    request: pytest.FixtureRequest,
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
) -> list[str]:
    """A command that changes the project, which is ready for it."""
    if request.param == "upgrade":
        request.getfixturevalue("edited")
    elif request.param == "remove":
        handbook("add", "explore.nulls", "--from", str(upstream.folder))
    return _command(request.param, upstream.folder)


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_after_a_stop_at_any_step_the_next_command_finds_all_old_or_all_new_files(
    project: Path,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    how: str,
) -> None:
    before = _files(project)
    stopped = _stop(how, command, project)
    handbook(*command)
    after = _files(project)
    assert before != after

    found = []
    for number, folder in enumerate(stopped):
        monkeypatch.chdir(folder)
        assert handbook("status").status == 0
        found.append(_files(folder))
        if found[-1] == before and number % 5 == 0:
            assert handbook(*command).status == 0
            assert _files(folder) == after

    assert [each for each in found if each not in (before, after)] == []
    new = found.index(after)
    assert new > 10
    assert set(map(str, found[:new])) == {str(before)}  # and never old again
    assert set(map(str, found[new:])) == {str(after)}


def test_a_disk_that_is_full_from_any_step_on_leaves_the_tree_as_it_was(
    project: Path, command: list[str]
) -> None:
    before = tree(project)

    full = _stop("full", command, project)

    assert len(full) > 5
    for folder in full:
        assert tree(folder) == before


def test_what_was_edited_after_a_kill_is_not_undone(
    project: Path,
    edited: list[str],
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = (project / MODULE).read_bytes()
    halves = [
        folder
        for folder in _stop("killed", edited, project)
        if (folder / MODULE).read_bytes() != before
        and (folder / ".handbook-undo").exists()
    ]
    mine = b"MINE = True\n"
    (halves[0] / MODULE).write_bytes(mine)
    monkeypatch.chdir(halves[0])

    status = handbook("status")

    assert status.err == (
        "handbook: a change that was stopped halfway is undone, "
        f"but not {MODULE}, edited since\n"
    )
    assert (halves[0] / MODULE).read_bytes() == mine
    assert handbook("status").err == ""
    monkeypatch.chdir(halves[1])
    assert handbook("diff", "explore.nulls").err == (
        "handbook: a change that was stopped halfway is undone\n"
    )
    assert (halves[1] / MODULE).read_bytes() == before


@pytest.mark.parametrize("place", ["../evil.py", "/etc/evil.py", "link/evil.py"])
def test_a_list_of_changes_cannot_name_a_file_outside_the_project(
    project: Path, handbook: Handbook, tmp_path: Path, place: str
) -> None:
    (project / "link").symlink_to(tmp_path)
    undo = project / ".handbook-undo"
    undo.mkdir()
    (undo / "0.handbook-part").write_text("evil\n", "utf-8")
    files = [{"place": place, "hashes": [f"sha256:{'0' * 64}", None]}]
    listed = json.dumps({"files": files, "folders": []})
    (undo / "list.handbook-part").write_text(listed, "utf-8")

    refused = handbook("status")

    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert refused.err.startswith("handbook: .handbook-undo: ")
    assert list(tmp_path.rglob("evil.py")) == []


@pytest.mark.parametrize("listed", ["", '{"files": [', "[]", '{"files": [3]}'])
def test_a_list_that_was_cut_off_is_deleted(
    project: Path, handbook: Handbook, listed: str
) -> None:
    before = tree(project)
    (project / ".handbook-undo").mkdir()
    (project / ".handbook-undo/list.handbook-part").write_text(listed, "utf-8")

    assert handbook("status").err == ""
    assert tree(project) == before


def test_a_full_disk_is_noticed_before_any_file_changes(
    upstream: Upstream, project: Path
) -> None:
    upstream.publish(files={"nulls.py": NULLS + "# long\n" * 10_000})
    before = tree(project)
    limited = (
        "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (9999, 9999)); "
        "from handbook.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    add = ["add", "explore.nulls", "--from", str(upstream.folder)]

    ran = subprocess.run(
        [sys.executable, "-c", limited, *add],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert "File too large: nothing was changed" in ran.stderr
    assert tree(project) == before
