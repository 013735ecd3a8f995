"""Create a project for a copy, with only the packages that it declares."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = [
    "Environment",
    "FailedError",
    "Outcome",
    "copy",
    "find_python",
    "install",
    "run_tests",
]

CODE, TESTS = "src/shop/snippets", "tests/snippets"
_PYPROJECT = f"""\
[tool.handbook]
code = "{CODE}"
tests = "{TESTS}"

[tool.pytest.ini_options]
pythonpath = ["src"]
"""
_PASSED_ON = {"HOME", "LANG", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}


class FailedError(Exception):
    """A command in the project failed; the message is what it printed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment where a project's tests run.

    Attributes
    ----------
    pytest : tuple of str
        The command that runs pytest there, isolated from other environments.
    python : str
        The version of Python: `3.12.1`.
    versions : mapping of str to str
        The version of each package, by its normalised name.
    """

    pytest: tuple[str, ...]
    python: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of tests.

    Attributes
    ----------
    tests : int
        How many there were; all passed.
    seconds : float
        How long they took, including their imports.
    """

    tests: int
    seconds: float


def copy(names: Sequence[str], offer: Path, project: Path) -> None:
    """Copy units with their tests into a new project, with `handbook add`.

    Parameters
    ----------
    names : sequence of str
        The names of the units: `explore.nulls`.
    offer : Path
        A folder with the files that `handbook.registry.model.offer` returns.
    project : Path
        The folder of the project, which is created.

    Raises
    ------
    FailedError
        If the command fails.
    """
    project.mkdir(parents=True)
    (project / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    add = [sys.executable, "-I", "-m", "handbook", "add"]
    for name in names:
        _call([*add, name, "--from", str(offer)], project, os.environ)


def find_python(wanted: str) -> str:
    """Return the program of a Python on this machine.

    Parameters
    ----------
    wanted : str
        A version or a program, as for uv.

    Raises
    ------
    FailedError
        If there is none, or if it does not start.
    """
    # Not `--quiet`, which would print nothing at all.
    command = [*_uv(), "python", "find", "--no-project", wanted]
    return _call(command, Path.cwd(), os.environ).strip()


def install(
    requirements: Sequence[str],
    resolution: Literal["highest", "lowest-direct"],
    python: str,
    folder: Path,
) -> Environment:
    """Create an environment with packages, hard-linked from uv's cache.

    Parameters
    ----------
    requirements : sequence of str
        The requirements: `pandas>=3.0`.
    resolution : {"highest", "lowest-direct"}
        Which versions in the ranges to install.
    python : str
        The program of the Python.
    folder : Path
        The folder of the environment, which is created.

    Raises
    ------
    FailedError
        If there are no such versions.
    """
    uv, here = [*_uv(), "--quiet"], folder.parent
    _call([*uv, "venv", "--python", python, str(folder)], here, os.environ)
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [*uv, "pip"]
    target = ["--python", str(program)]
    options = ["--resolution", resolution, "--only-binary", ":all:"]
    _call([*pip, "install", *target, *options, *requirements], here, os.environ)
    frozen = _call([*pip, "freeze", *target], here, os.environ).split()
    pytest = (str(program), "-I", "-m", "pytest")
    versions = dict(line.split("==", 1) for line in frozen if "==" in line)
    settings = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    found = re.search(r"^version_info *= *(\d+\.\d+\.\d+)", settings, re.MULTILINE)
    return Environment(pytest, found[1] if found else python, versions)


def run_tests(pytest: Sequence[str], project: Path) -> Outcome:
    """Run the tests of a project, without the variables of the user's shell.

    Parameters
    ----------
    pytest : sequence of str
        The command that runs pytest, as in `Environment`.
    project : Path
        A project that `copy` created.

    Raises
    ------
    FailedError
        If a test fails or is skipped, or if there is none.
    """
    report = project / "report.xml"
    # Units are proved in parallel, so each uses one core. `CI` makes Hypothesis draw
    # the same examples each time, and turns off its deadline.
    fixed = {"CI": "true", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    passed_on = {key: os.environ[key] for key in _PASSED_ON & os.environ.keys()}
    options = ["-q", "-x", "--tb=short", "--color=no", "-pno:cacheprovider"]
    command = [*pytest, *options, f"--junitxml={report}", TESTS]
    printed = _call(command, project, passed_on | fixed)
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314  our own file
    counts = suite.attrib if suite is not None else {}
    if int(counts.get("skipped", 0)) or not int(counts.get("tests", 0)):
        message = "all tests must run, and there must be at least one"
        raise FailedError(f"{message}:\n{printed}")
    return Outcome(int(counts["tests"]), float(counts["time"]))


def _uv() -> list[str]:
    from uv import find_uv_bin  # noqa: PLC0415  in the extra `test`

    return [find_uv_bin(), "--no-config", "--no-python-downloads"]


def _call(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise FailedError(done.stdout.strip())
    return done.stdout
