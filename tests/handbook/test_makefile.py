"""The Makefile's commands, run in a small book with the tools of this Python."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
FAULTS = {
    "snippets/part/ugly.py": "ONE  = 1\n",
    "snippets/part/undefined.py": "TWO = nowhere\n",
    "snippets/part/untrue.py": 'THREE: int = "three"\n',
    "docs/index.md": "# A book\n\n[To nowhere](nowhere.md)\n",
}
PLAIN = """\
import pytest


@pytest.fixture
def numbers():
    return [1, 2]


def total(numbers) -> list:
    return sum(numbers)


def test_total(numbers):
    seen = []
    seen.extend(numbers)
    assert total(seen) == 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small book with a fault for each gate, and an environment for it."""
    for name in ("Makefile", "mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "requirements.lock").touch()
    environment = tmp_path / ".venvs" / VERSION
    environment.mkdir(parents=True)
    (environment / "bin").symlink_to(Path(sys.prefix) / "bin")
    (environment / "ready").touch()
    for name in ("benchmarks", "handbook", "tests", "snippets/part", "docs"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tests/test_plain.py").write_text(PLAIN)
    for name, text in FAULTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person does, without variables of a make around this test."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    return subprocess.run(
        [shutil.which("make") or "make", f"PYTHON={sys.executable}", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def verdicts(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [
        line.partition(",")[0]
        for line in run.stdout.splitlines()
        if ": ok, " in line or ": FAILED, " in line
    ]


def test_a_check_reports_every_gate_and_then_names_make_fix(folder: Path) -> None:
    run = make(folder, "check")

    assert run.returncode == 2
    assert verdicts(run) == [
        "check-format: FAILED",
        "check-lint: FAILED",
        "check-rules: FAILED",
        "check-imports: ok",
        "check-types: FAILED",
    ], run.stdout + run.stderr
    for name in FAULTS:
        assert name in run.stdout
    assert "make fix" in run.stderr.splitlines()[-2]
    # mypy checks snippets but doesn't require annotations in tests.
    assert "test_plain" not in run.stdout


def test_a_fix_runs_every_tool_even_if_the_first_one_fails(folder: Path) -> None:
    run = make(folder, "fix")

    assert run.returncode == 2
    assert verdicts(run) == [
        "fix-lint: FAILED",
        "fix-format: ok",
        "fix-rules: FAILED",
    ], run.stdout + run.stderr
    assert (folder / "snippets/part/ugly.py").read_text() == "ONE = 1\n"


def test_a_taken_port_is_reported_with_a_fix_and_nothing_is_built(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = make(folder, "serve", f"PORT={port}")

    assert run.returncode == 2
    assert run.stdout == ""
    output, _ = run.stderr.splitlines()  # the second line is from make
    assert f"port {port} is taken" in output
    assert f"make serve PORT={port + 1}" in output
    assert list((folder / "docs").iterdir()) == [folder / "docs/index.md"]


def test_a_number_that_is_not_a_port_is_refused(folder: Path) -> None:
    run = make(folder, "serve", "PORT=80000")

    assert run.returncode == 2
    assert "'80000' is not a number from 1 to 65535" in run.stderr


@pytest.mark.parametrize("before", ["nothing", "a link", "a folder"])
def test_dot_venv_links_to_the_environment_of_the_chosen_python(
    folder: Path, before: str
) -> None:
    if before == "a link":
        (folder / ".venv").symlink_to(".venvs/3.0")
    elif before == "a folder":
        (folder / ".venv/bin").mkdir(parents=True)

    make(folder, "fix-format")

    assert (folder / ".venv").readlink() == Path(".venvs", VERSION)


def test_a_changed_lock_does_not_make_a_new_environment(folder: Path) -> None:
    os.utime(folder / "requirements.lock")
    changed = make(folder, "--dry-run", "check-format").stdout
    shutil.rmtree(folder / ".venvs")
    missing = make(folder, "--dry-run", "check-format").stdout

    assert "-m venv" not in changed
    assert f"-m venv --clear .venvs/{VERSION}" in missing
    # uv would otherwise install into an environment that is activated.
    for orders in (changed, missing):
        installs = re.findall(r"/uv pip (?:sync|install) (.*)", orders)
        assert len(installs) == 2
        for install in installs:
            assert install.startswith(f"--python .venvs/{VERSION}/bin/python ")


def test_a_python_that_does_not_run_is_reported_with_a_fix(folder: Path) -> None:
    run = make(folder, "check", "PYTHON=python2.7")

    assert run.returncode == 2
    assert "'python2.7' does not run. Try: make PYTHON=python3.12" in run.stderr


def test_help_lists_every_described_target_and_variable(folder: Path) -> None:
    output = make(folder).stdout

    assert output == make(folder, "help").stdout
    for line in (ROOT / "Makefile").read_text().splitlines():
        name, text, description = line.partition("  ## ")
        if text:
            command = name.partition(":")[0]
            assert f"make {command:13} {description}" in output
    for name, use in (("PYTHON=python3.13", "environment"), ("PORT=8001", "serve")):
        [line] = [line for line in output.splitlines() if line.startswith(name)]
        assert use in line
