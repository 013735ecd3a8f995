"""The age of a review doesn't depend on the settings of git."""

import subprocess
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules.front_matter import find

SIGNATURE = b"""\
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lH
 -----END SSH SIGNATURE-----
"""


@pytest.fixture
def signed(small: Path) -> Path:
    """The small book with a commit signed by an unknown key; git shows signatures."""

    def git(*words: str, given: bytes = b"") -> bytes:
        command = ["git", "-C", str(small), *words]
        return subprocess.run(
            command, input=given, capture_output=True, check=True
        ).stdout

    head, _, message = git("cat-file", "commit", "HEAD").partition(b"\n\n")
    commit = head + b"\n" + SIGNATURE + b"\n" + message
    made = git("hash-object", "-t", "commit", "-w", "--stdin", given=commit)
    git("update-ref", "HEAD", made.decode().strip())
    git("config", "log.showSignature", "true")
    assert git("log", "-1", "--format=%cs") != b"2026-11-22\n"
    return small


def test_a_page_that_is_too_old_is_found_if_git_shows_signatures(
    signed: Path,
) -> None:
    page = signed / "docs/explore/delays.md"
    page.write_text(page.read_text().replace("2026-11-20", "2025-11-20"))

    assert [each.rule for each in find(Book(signed))] == ["HB111"]
