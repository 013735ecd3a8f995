"""`make loaded` fails if one of its runs fails, and leaves no process busy."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/loaded.py"
# A test that counts its busy neighbours, and fails after a given number of runs.
PLANTED = """\
import json
from pathlib import Path

import psutil


def test_planted():
    runs = Path(__file__).with_name("runs")
    before = runs.read_text().splitlines() if runs.exists() else []
    others = {each.pid for each in psutil.Process().parent().children()}
    others.remove(psutil.Process().pid)
    assert len(others) == 12
    runs.write_text("\\n".join([*before, json.dumps(sorted(others))]))
    assert len(before) != FAILS
"""


def _start(folder: Path, *, fails: int) -> "subprocess.Popen[str]":
    (folder / "test_one.py").write_text(PLANTED.replace("FAILS", str(fails)))
    command = [sys.executable, str(SCRIPT), "-q", "-pno:cacheprovider", "test_one.py"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("fails", "ends"),
    [
        (9, ["passed", "passed", "passed"]),
        (1, ["passed", "failed", "passed"]),
    ],
)
def test_one_failed_run_is_enough(tmp_path: Path, fails: int, ends: list[str]) -> None:
    with _start(tmp_path, fails=fails) as run:
        lines = str(run.communicate()[0]).splitlines()[-3:]

    assert run.returncode == int("failed" in ends)
    assert [line.split()[-4] for line in lines] == ends
    busy = (tmp_path / "runs").read_text().splitlines()
    assert len(busy) == 3
    assert len(set(busy)) == 1  # the same processes throughout
    assert not any(psutil.pid_exists(pid) for pid in json.loads(busy[0]))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_stays_busy_after_a_stop(
    tmp_path: Path, stop: signal.Signals
) -> None:
    with _start(tmp_path, fails=9) as run:
        family: list[psutil.Process] = []
        while len(family) < 13:  # the busy ones, and pytest
            assert run.poll() is None
            family = psutil.Process(run.pid).children()
        run.send_signal(stop)
        psutil.wait_procs(family)  # waits until none of them runs

    assert run.returncode != 0
