"""The page of the rules of thumb has each rule, by moment and by role."""

from handbook.book.book import Book
from handbook.site.generate import generate

PAGE = """\
---
description: Late.
---

# How late?

## Rules

- **TM-LAT-1**{#tm-lat-1} Count the late.
  A mean hides them.
  *Data scientist, reviewer: before you trust a score.*
- **TM-LAT-2**{#tm-lat-2} Ask who waits.
  Only they know.
  *Lead: at 3 a.m.*
- **TM-LAT-3** This one is not whole.
"""


def test_rules_are_sorted_by_moment_and_by_role(book: Book) -> None:
    page = book.root / "docs/part/late.md"
    page.parent.mkdir()
    page.write_text(PAGE)

    assert generate(Book(book.root)) == []
    text = (book.root / "docs/reference/rules-of-thumb.md").read_text()
    moments, roles = text.split("## By role")

    assert "**2 rules from the chapters" in moments
    first = moments.index("### Before you trust a score")
    assert first < moments.index("### At 3 a.m.")
    item = "- **[TM-LAT-1](../part/late.md#tm-lat-1)** Count the late.\n"
    assert f"{item}  A mean hides them.\n" in moments
    assert roles.count(item) == 2
    assert [line for line in roles.split("\n") if line.startswith("### ")] == [
        '### Data scientist: 1 rule { data-search-exclude="" }',
        '### Reviewer: 1 rule { data-search-exclude="" }',
        '### Lead: 1 rule { data-search-exclude="" }',
    ]
    assert "TM-LAT-3" not in text
