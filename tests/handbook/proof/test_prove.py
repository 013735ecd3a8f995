"""A snippet runs where it is copied to: the fast form of `handbook prove`.

A unit of each shape, one module and a folder of them, goes into one project, as
`handbook add` writes it, and its tests run in the environment of this very run, all but
the properties. Neither this repository nor its installation is on Python's path there,
so what a copy lacks is missing. That this holds for every unit, that the packages that
it declares are enough, at both ends of their ranges, and that the properties hold,
`handbook prove` shows: `make audit`, and weekly.
"""

import sys
import sysconfig
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.proof.prove.project import FailedError, copy, run_tests
from handbook.registry.model import build, offer

ROOT = Path(__file__).parents[3]

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


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offer")
    for path, content in offer(Files(ROOT)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_tests_of_copies_pass_without_this_repository(
    offered: Path, tmp_path: Path
) -> None:
    units = build(Files(ROOT)).snippets
    by_shape = {len(unit.files) > 1: name for name, unit in units.items()}
    project = tmp_path / "shop"
    copy(list(by_shape.values()), offered, project)

    outcome = run_tests(COMMAND, project)

    assert outcome.tests > 10 * len(by_shape)


def test_a_copy_that_needs_this_repository_fails(offered: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    copy(["basecamp.choose"], offered, project)
    test = project / "tests/snippets/basecamp/test_choose.py"
    for ours in ("snippets.data", "handbook"):
        test.write_text(f"import {ours}\n\n\ndef test_nothing(): ...\n")
        with pytest.raises(FailedError, match=f"No module named '{ours[:8]}'"):
            run_tests(COMMAND, project)
