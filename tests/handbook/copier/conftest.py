"""A book to copy from, a project to copy into, and the command."""

from pathlib import Path

import pytest

from handbook.cli import main
from tests.handbook.copier.upstream import Handbook, Said, Upstream

PYPROJECT = """\
[project]
name = "shop"
version = "1"
dependencies = ["pandas>=3"]

[tool.handbook]
code = "src/shop/snippets"
tests = "tests/snippets"
"""


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    """A book that offers explore.nulls."""
    folder = tmp_path / "site"
    folder.mkdir()
    shelf = Upstream(folder)
    shelf.publish()
    return shelf


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the src layout; the command runs in it."""
    root = (tmp_path / "shop").resolve()
    (root / "src/shop").mkdir(parents=True)
    (root / "src/shop/__init__.py").touch()
    (root / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def handbook(project: Path, capsys: pytest.CaptureFixture[str]) -> Handbook:
    """Run the command in the project, in this process, and give what it said."""
    assert Path.cwd() == project

    def run(*arguments: str) -> Said:
        try:
            status = main(arguments)
        except SystemExit as stop:  # argparse's way to say no
            status = stop.code if isinstance(stop.code, int) else 1
        return Said(status, *capsys.readouterr())

    return run
