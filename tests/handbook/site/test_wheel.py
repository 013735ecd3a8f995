"""The wheel publishes the same as the repository, wherever it's built."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.registry.model import build, offer
from handbook.site import wheel

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(ROOT, tmp_path_factory.mktemp("wheel"))


def _below(archive: Path, folder: str) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {
            name.removeprefix(folder): opened.read(name)
            for name in opened.namelist()
            if name.startswith(folder)
        }


def test_the_wheel_has_the_offer_of_the_repository(built: Path) -> None:
    assert _below(built, "handbook/offer/") == offer(Files(ROOT))


def test_the_wheel_has_the_templates_of_the_generated_pages(built: Path) -> None:
    templates = {
        path.relative_to(ROOT / "handbook").as_posix(): path.read_bytes()
        for path in (ROOT / "handbook").rglob("*.jinja")
    }

    assert {"book/data.md.jinja", "site/pages/templates/new.md.jinja"} <= set(templates)
    assert templates.items() <= _below(built, "handbook/").items()


def test_an_installed_wheel_offers_its_own_files(built: Path, tmp_path: Path) -> None:
    site, project = tmp_path / "site", tmp_path / "shop"
    project.mkdir()
    (project / "pyproject.toml").write_text('[tool.handbook]\ncode = "shop"\n')
    with zipfile.ZipFile(built) as opened:
        opened.extractall(site)
    name, unit = next(iter(build(Files(ROOT)).snippets.items()))
    # Without site there is no other installation.
    code = (
        f"import sys; sys.path[:0] = [{str(site)!r}, {wheel_path()!r}]; "
        f"from handbook.cli import main; sys.exit(main(['add', {name!r}]))"
    )
    add = [sys.executable, "-I", "-S", "-c", code]
    subprocess.run(add, cwd=project, check=True, capture_output=True)

    for file in unit.files:
        path = file.removeprefix("code/snippets/")
        copied = (project / "shop" / path).read_bytes()
        assert copied == (ROOT / "snippets" / path).read_bytes()


def wheel_path() -> str:
    """Return the path of the packages in the base install."""
    import packaging  # noqa: PLC0415

    return str(Path(packaging.__file__).parents[1])
