"""The wheel offers what the repository does, whoever builds it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def test_the_wheel_holds_the_offer_of_the_repository(built: Path) -> None:
    assert _below(built, "handbook/offer/") == offer(ROOT)


def test_an_installation_offers_what_it_was_built_with(
    built: Path, tmp_path: Path
) -> None:
    site, project = tmp_path / "site", tmp_path / "shop"
    project.mkdir()
    (project / "pyproject.toml").write_text('[tool.handbook]\ncode = "shop"\n')
    with zipfile.ZipFile(built) as opened:
        opened.extractall(site)
    name, unit = next(iter(build(ROOT).snippets.items()))
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
    """Give where the packages are that the base install has."""
    import packaging  # noqa: PLC0415

    return str(Path(packaging.__file__).parents[1])
