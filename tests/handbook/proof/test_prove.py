"""A snippet runs where it is copied to: a fast form of `handbook prove`.

Copy one unit of each shape, a module and a folder of modules, into one project as
`handbook add` does. Run their tests in this environment, except the properties. This
repository and its installation aren't on Python's path there, so a copy that needs them
fails. `handbook prove` (in `make audit`, and weekly) does the same for every unit, with
its properties, and with the oldest and newest packages that it allows.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.proof.prove.project import FailedError, copy, run_tests
from handbook.registry.model import build, offer

# Without site there is no editable install of this repository, and no packages either.
PYTEST = f"""\
import sys
sys.path += {sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})!r}
import pytest
sys.exit(pytest.main())
"""
COMMAND = (
    *(sys.executable, "-I", "-S", "-c", PYTEST),
    *("--disable-plugin-autoload", "-p_hypothesis_pytestplugin", "-mnot hypothesis"),
)


PYPROJECT = """\
[project]
name = "small"

[project.optional-dependencies]
snippets = []
test = ["pytest>=9.0"]
"""


@pytest.fixture(scope="module")
def book(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book, with the packages that its tests need."""
    root = tmp_path_factory.mktemp("prove") / "book"
    shutil.copytree(template, root)
    (root / "pyproject.toml").write_text(PYPROJECT)
    return root


@pytest.fixture(scope="module")
def offered(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offer")
    for path, content in offer(Files(book)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_tests_of_copies_pass_without_this_repository(
    book: Path, offered: Path, tmp_path: Path
) -> None:
    units = build(Files(book)).snippets
    by_shape = {len(unit.files) > 1: name for name, unit in units.items()}
    project = tmp_path / "shop"
    copy(list(by_shape.values()), offered, project)

    outcome = run_tests(COMMAND, project)

    assert len(by_shape) == 2
    assert outcome.tests == 2


def test_a_copy_that_needs_this_repository_fails(offered: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    copy(["explore.delays"], offered, project)
    test = project / "tests/snippets/explore/test_delays.py"
    for ours in ("snippets.data", "handbook"):
        test.write_text(f"import {ours}\n\n\ndef test_nothing(): ...\n")
        with pytest.raises(FailedError, match=f"No module named '{ours[:8]}'"):
            run_tests(COMMAND, project)
