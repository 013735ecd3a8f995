"""A script from the site runs with uv only, without anything else of ours."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.site import wheel
from handbook.site.scripts import render_scripts
from tests.site.host import ROOT, serve


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, on loopback, of a site that has only the wheel."""
    site = tmp_path_factory.mktemp("site")
    wheel.build(ROOT, site / "code")
    with serve(site) as host:
        yield f"{host.address}/"


@pytest.mark.parametrize(
    "path", ["explore/nulls.py", "basecamp/mountains.py", "cross/refactor.py"]
)
def test_uv_is_enough_to_run_it_and_it_prints_what_the_page_shows(
    path: str, address: str, tmp_path: Path
) -> None:
    source = Path("docs", path).with_suffix(".md")
    (page,) = Book(ROOT).read([source])
    expected = [block.expected for block in page.chapter.blocks if block.expected]
    scripts = {
        str(name): code for name, code in render_scripts(Book(ROOT), address).items()
    }
    script = tmp_path / Path(path).name
    script.write_bytes(scripts[path])
    ours = {"VIRTUAL_ENV", "PYTHONPATH", "MPLBACKEND", "MATPLOTLIBRC"}
    environment = {name: os.environ[name] for name in os.environ.keys() - ours}

    run = subprocess.run(
        # uv as its package finds it, since no environment may be activated.
        [sys.executable, "-m", "uv", "run", "--quiet", script.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert {text.kind for text in expected} <= {"output", "error"}
    assert run.stdout == "".join(text.text for text in expected)
    for figure in page.figures:
        assert (tmp_path / "figures" / figure.name).stat().st_size > 0
