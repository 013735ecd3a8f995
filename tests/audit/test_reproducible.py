"""Two builds of one commit, in different folders and places, are the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = (
    ("handbook", "generate"),
    ("mkdocs", "build", "--strict", "--quiet"),
    ("handbook", "finish", "site"),
)
PLACES = (
    {"TZ": "Pacific/Auckland", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
)


def _build(folder: Path, place: dict[str, str]) -> dict[str, bytes]:
    """Build a clone with its own code, which comes before the installed package."""
    clone = ("git", "clone", "--quiet", str(ROOT), str(folder))
    subprocess.run(clone, check=True)
    environment = os.environ | place | {"NO_MKDOCS_2_WARNING": "1"}
    environment["JUPYTER_PATH"] = str(folder / "theme/jupyter")
    for step in STEPS:
        command = [sys.executable, "-m", *step]
        subprocess.run(command, cwd=folder, env=environment, check=True)
    site = folder / "site"
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    base = tmp_path_factory.mktemp("builds")
    folders = (base / "a", base / "in a folder with a longer name")
    return [_build(*each) for each in zip(folders, PLACES, strict=True)]


def test_two_builds_have_the_same_files(
    builds: list[dict[str, bytes]],
) -> None:
    one, other = builds

    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert len(one) > 100
