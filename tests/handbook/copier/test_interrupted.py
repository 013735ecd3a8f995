"""A command that is stopped halfway leaves the tree as it was, or can be completed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handbook.copier.upstream import MODULE, NULLS, Handbook, Upstream, tree

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="forks, and kills what it forked"
)

ROOT = Path(__file__).parents[3]
# Fork once for every file that is moved or removed, and stop that child at this file,
# as a kill, a full disk or a person would. Print how each child ended.
DRIVER = """
import errno, json, os, signal, sys
import tomli_w
import handbook.copier.add, handbook.copier.needs, handbook.copier.upgrade
from handbook.cli import main
how, arguments, folders = json.loads(sys.argv[1])
ends = []
for cut, folder in enumerate(folders):
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        seen = 0
        def hook(event, values):
            global seen
            if event not in {"os.rename", "os.remove"}:
                return
            ends = (".handbook-part", ".handbook-busy")
            if event == "os.remove" and str(values[0]).endswith(ends):
                return
            seen += 1
            if seen != cut + 1:
                return
            if how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "full":
                raise OSError(errno.ENOSPC, "No space left on device")
            raise KeyboardInterrupt
        sys.addaudithook(hook)
        os._exit(main(arguments))
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(ends))
"""
CUTS = 8  # seven files each, and one run to the end


def _stop(how: str, arguments: list[str], project: Path) -> Iterator[tuple[int, Path]]:
    """Stop a command at each file that it moves or removes, in a new project each."""
    folders = [project.with_name(f"{how}-{cut}") for cut in range(CUTS)]
    for folder in folders:
        shutil.copytree(project, folder)
    order = json.dumps([how, arguments, [str(folder) for folder in folders]])
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER, order],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    yield from zip(json.loads(lines[-1]), folders, strict=True)


@pytest.fixture
def edited(upstream: Upstream, project: Path, handbook: Handbook) -> list[str]:
    """An edited and outdated copy; returns the command that upgrades it."""
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    mine = NULLS.replace("return frame.size", "return int(frame.size)")
    (project / MODULE).write_text(mine, "utf-8")
    newer = NULLS.replace("return len(frame)\n", "return frame.shape[0]\n")
    upstream.publish(files={"nulls.py": newer}, test="# Another.\n")
    return ["upgrade"]


def test_an_interrupted_add_leaves_the_tree_as_it_was(
    upstream: Upstream, project: Path
) -> None:
    add = ["add", "explore.nulls", "--from", str(upstream.folder)]
    before = tree(project)

    ends = [(end, tree(folder)) for end, folder in _stop("stopped", add, project)]

    stopped = [after for end, after in ends if end == 130]
    assert len(stopped) == 7  # two bases, two packages, module, test, lock
    assert all(after == before for after in stopped)
    assert ends[7][0] == 0


def test_an_upgrade_on_a_failing_disk_leaves_the_tree_as_it_was(
    project: Path, edited: list[str]
) -> None:
    before = tree(project)

    ends = [(end, tree(folder)) for end, folder in _stop("full", edited, project)]

    stopped = [after for end, after in ends if end == 2]
    assert len(stopped) == 7  # two bases, module, test, lock, the two old bases
    assert all(after == before for after in stopped)


def test_an_interrupted_add_is_completed_by_the_same_command(
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add = ["add", "explore.nulls", "--from", str(upstream.folder)]
    killed = [folder for end, folder in _stop("killed", add, project) if end == -9]
    handbook(*add)
    whole = tree(project)

    assert len(killed) == 7
    for folder in killed:
        monkeypatch.chdir(folder)
        assert tree(folder) != whole
        assert handbook(*add).status == 0
        assert tree(folder) == whole


def test_an_interrupted_upgrade_loses_no_edit_and_is_completed_by_the_same_command(
    project: Path,
    edited: list[str],
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed = [folder for end, folder in _stop("killed", edited, project) if end == -9]
    handbook(*edited)
    whole = tree(project)

    assert len(killed) == 7
    for folder in killed:
        assert b"int(frame.size)" in (folder / MODULE).read_bytes()
        monkeypatch.chdir(folder)
        assert handbook("upgrade", "--restore").status == 0
        assert {k: v for k, v in tree(folder).items() if ".handbook/" not in k} == {
            k: v for k, v in whole.items() if ".handbook/" not in k
        }


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
