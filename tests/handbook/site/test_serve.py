"""The preview follows what the author saves, here in a copy of the book."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60  # seconds until the test gives up, even on a busy machine


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book, reduced to the least that can be built."""
    book = tmp_path_factory.mktemp("book")
    shutil.copytree(ROOT / "theme", book / "theme")
    shutil.copytree(
        ROOT / "snippets", book / "snippets", ignore=shutil.ignore_patterns("*.parquet")
    )
    (book / "docs/explore").mkdir(parents=True)
    (book / "docs/explore/nulls.md").write_text(
        "# Nulls\n\n::: snippets.explore.nulls.co_missing\n"
    )
    (book / "docs/reference").mkdir()
    (book / "docs/reference/copy.md").write_text("# Copy\n")
    (book / "docs/index.md").write_text("# The first words\n")
    for name in ("pyproject.toml", "requirements.lock", ".python-version"):
        shutil.copy(ROOT / name, book)
    config = (ROOT / "mkdocs.yml").read_text()
    before, _, after = config.partition("nav:\n")
    (book / "mkdocs.yml").write_text(before + after.partition("\n\n")[2])
    for folder in ("tests/snippets", "docs/late_flights"):
        (book / folder).mkdir(parents=True)
    return book


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    """The preview of the copy, on a free port."""
    with _preview(book) as (server, address):
        yield address
        server.terminate()


@contextmanager
def _preview(
    book: Path, **variables: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = (
        "from handbook.site.serve import serve; "
        f"serve(__import__('pathlib').Path.cwd(), port={port})"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command],
        cwd=book,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
        | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        yield server, f"http://127.0.0.1:{port}"


def _eventually(address: str, holds: Callable[[str], bool]) -> bool:
    for _ in range(PATIENCE * 5):
        try:
            with urllib.request.urlopen(address) as response:  # noqa: S310  loopback
                if holds(response.read().decode()):
                    return True
        except urllib.error.URLError:
            pass  # not started yet, or between two builds
        time.sleep(0.2)
    return False


def test_it_serves_the_site(address: str) -> None:
    assert _eventually(address, lambda page: "The first words" in page)


def test_a_saved_page_is_rebuilt(book: Path, address: str) -> None:
    assert _eventually(address, lambda page: "The first words" in page)

    (book / "docs/index.md").write_text("# Other words\n")

    assert _eventually(address, lambda page: "Other words" in page)


def test_a_saved_snippet_changes_its_card_and_its_download(
    book: Path, address: str
) -> None:
    snippet = book / "snippets/explore/nulls.py"
    assert _eventually(f"{address}/explore/nulls/", lambda page: "co_missing" in page)

    snippet.write_text(
        snippet.read_text().replace("def co_missing(", "def co_missing(  # seen\n")
    )

    assert _eventually(f"{address}/explore/nulls/", lambda page: "# seen" in page)
    assert _eventually(
        f"{address}/code/snippets/explore/nulls.py", lambda code: "# seen" in code
    )


def test_a_temporary_mistake_does_not_stop_the_preview(
    book: Path, address: str
) -> None:
    sheet = book / "snippets/data/sheet.toml"
    sound = sheet.read_text()
    assert _eventually(f"{address}/reference/data/", lambda page: "flights" in page)

    sheet.write_text("verdict = \n" + sound)
    time.sleep(1)  # until the preview has noticed it
    sheet.write_text(sound.replace('verdict = "', 'verdict = "Mended. ', 1))

    assert _eventually(f"{address}/reference/data/", lambda page: "Mended." in page)


@pytest.mark.parametrize(
    ("path", "fault", "reason"),
    [
        ("docs/index.md", "---\ntitle: [\n---\n# Front\n", "docs/index.md:"),
        (
            "docs/index.md",
            "# Gone\n\n::: snippets.explore.gone\n",
            "snippets.explore.gone",
        ),
        ("mkdocs.yml", "site_name: [\n", "mkdocs.yml"),
        ("snippets/data/sheet.toml", "verdict = \n", "sheet.toml"),
    ],
)
def test_a_broken_book_says_why_in_the_browser_until_it_is_whole(
    book: Path, address: str, path: str, fault: str, reason: str
) -> None:
    sound = (book / path).read_text()
    assert _eventually(address, lambda page: "<h1" in page)

    (book / path).write_text(fault)

    assert _eventually(
        address, lambda page: "The book is broken" in page and reason in page
    )
    (book / path).write_text(sound)
    assert _eventually(address, lambda page: "The book is broken" not in page)


def test_data_that_a_broken_configuration_broke_is_written_when_it_is_whole(
    book: Path, address: str
) -> None:
    config = book / "mkdocs.yml"
    sound = config.read_text()
    assert _eventually(address, lambda page: "<h1" in page)

    config.write_text("site_name: [\n")
    (book / "docs/reference/copy.md").write_text("# Copied\n")
    time.sleep(3)  # until data was generated from the book as it is now
    config.write_text(sound)

    assert _eventually(address, lambda page: "The book is broken" not in page)


def test_a_file_saved_by_a_rename_is_noticed(book: Path, address: str) -> None:
    snippet = book / "snippets/explore/nulls.py"
    assert _eventually(f"{address}/explore/nulls/", lambda page: "co_missing" in page)

    aside = snippet.with_name("4913")
    aside.write_text(snippet.read_text() + "# moved\n")
    aside.replace(snippet)

    assert _eventually(
        f"{address}/code/snippets/explore/nulls.py", lambda code: "# moved" in code
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows can't ask a process to end")
def test_a_preview_that_is_asked_to_end_leaves_no_temporary_folder(
    book: Path, tmp_path: Path
) -> None:
    with _preview(book, TMPDIR=str(tmp_path)) as (server, address):
        assert _eventually(address, lambda page: "words" in page)
        assert list(tmp_path.iterdir())
        server.terminate()
    assert list(tmp_path.iterdir()) == []
