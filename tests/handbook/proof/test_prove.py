"""A snippet runs where it is copied to: the fast form of `handbook prove`.

A unit of each shape, one module and a folder of them, goes into one project, as
`handbook add` writes it, and its tests run in the environment of this very run, all but
the properties. Neither this repository nor its installation is on Python's path there,
so what a copy lacks is missing. That this holds for every unit, that the packages that
it declares are enough, at both ends of their ranges, and that the properties hold,
`handbook prove` shows: `make audit`, and weekly.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

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
    for path, content in offer(book).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_tests_of_copies_pass_without_this_repository(
    book: Path, offered: Path, tmp_path: Path
) -> None:
    units = build(book).snippets
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
