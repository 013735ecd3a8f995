"""After each edit by itself, the bytes of the small book are those of a clean build."""

from pathlib import Path

import pytest

from tests.handbook.site.quick.test_quick import (
    EDITS,
    assert_same,
    book,
    build_site,
    content,
    model,
)

__all__ = ["book", "model"]


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_the_bytes_are_those_of_a_clean_build(
    book: Path,
    edit: str,
) -> None:
    before = content(book / "site")
    EDITS[edit](book)

    kept = build_site(book, "site")

    assert content(kept) != before
    assert_same(kept, build_site(book, "clean", without=True))
