"""A book to copy from, a project to copy into, and the `handbook` command."""

from pathlib import Path

import pytest

from handbook.cli import main
from tests.handbook.copier.upstream import Handbook, Outcome, Upstream

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
    """A book with the unit explore.nulls."""
    folder = tmp_path / "site"
    folder.mkdir()
    shelf = Upstream(folder)
    shelf.publish()
    return shelf


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the src layout, as the working directory."""
    root = (tmp_path / "shop").resolve()
    (root / "src/shop").mkdir(parents=True)
    (root / "src/shop/__init__.py").touch()
    (root / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def handbook(project: Path, capsys: pytest.CaptureFixture[str]) -> Handbook:
    """Run the command in the project, in this process, and return its result."""
    assert Path.cwd() == project

    def run(*arguments: str) -> Outcome:
        try:
            status = main(arguments)
        except SystemExit as stop:  # argparse refuses by exiting
            status = stop.code if isinstance(stop.code, int) else 1
        return Outcome(status, *capsys.readouterr())

    return run
