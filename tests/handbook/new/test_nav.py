"""A page is added to the table of contents, and mkdocs.yml is otherwise unchanged."""

import pytest
import yaml

from handbook.base.errors import WrongUse
from handbook.new.nav import add_page

TITLES = {"explore": "Experimentation", "cross": "The crossing", "llm": "Models"}
CONFIG = """\
site_name: Two Mountains  # a comment
site_url: !ENV [SITE_URL, "http://127.0.0.1:8000/"]

nav:
  - Two Mountains: index.md
  - The crossing:
      - cross/refactor.md

      # More is to come.
  - Late flights:
      - "Leg 1: the raw notebook": late_flights/leg-1.ipynb

theme: {name: material}
"""


def _added(config: str, page: str) -> list[tuple[int, str]]:
    """Add a page, and return the new lines with their numbers from 1."""
    before = config.splitlines(keepends=True)
    after = add_page(config, page, TITLES).splitlines(keepends=True)
    new, left = [], list(before)
    for number, line in enumerate(after, 1):
        if left and line == left[0]:
            left.pop(0)
        else:
            new.append((number, line))
    assert left == [], "a line of the old file is gone"
    return new


def test_a_page_goes_to_the_end_of_its_section() -> None:
    assert _added(CONFIG, "cross/errors.md") == [(8, "      - cross/errors.md\n")]


@pytest.mark.parametrize(
    ("page", "line", "title"),
    [("explore/nulls.md", 6, "Experimentation"), ("llm/compare.md", 8, "Models")],
)
def test_a_missing_section_is_added_in_the_order_of_the_parts(
    page: str, line: int, title: str
) -> None:
    assert _added(CONFIG, page) == [
        (line, f"  - {title}:\n"),
        (line + 1, f"      - {page}\n"),
    ]


def test_a_section_is_found_by_its_pages_not_its_title() -> None:
    config = CONFIG.replace("The crossing", "From cell to code")

    assert _added(config, "cross/errors.md") == [(8, "      - cross/errors.md\n")]


def test_line_ends_and_indents_follow_the_file() -> None:
    config = "nav:\r\n- Start: index.md\r\n- X:\r\n  - cross/a.md\r\n- L: l.md\r\n"

    assert _added(config, "cross/b.md") == [(5, "  - cross/b.md\r\n")]


def test_nav_may_end_the_file_without_a_newline() -> None:
    config = "nav:\n  - X:\n      - cross/a.md"

    after = add_page(config, "cross/b.md", TITLES)
    assert after == f"{config}\n      - cross/b.md\n"


def test_titles_quotes_comments_and_nested_sections_are_supported() -> None:
    config = (
        "nav:\n  - Start: index.md\n"
        "  - The crossing:  # all of it\n"
        "      - 'cross/a.md'  # first\n"
        "      - Deep:\n          - B: cross/b.md\n"
        "  - https://example.org\n"
    )

    assert _added(config, "cross/c.md") == [(7, "      - cross/c.md\n")]
    pages = yaml.safe_load(add_page(config, "cross/c.md", TITLES))["nav"][1]
    assert pages["The crossing"][-1] == "cross/c.md"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("site_name: x\n", "has no nav"),
        ("- nav\n", "has no nav"),
        ("nav: [index.md]\n", "not written line by line"),
        ("nav:\n  - X: [cross/a.md]\n", "not written line by line"),
        ("nav:\n  - The crossing: []\n", "not written line by line"),
        ("nav:\n  -\n    index.md\n  -\n    X:\n      - cross/a.md\n", None),
        ("nav: [\n", "is not YAML"),
        ("nav:\n  - X:\n      - cross/a.md\n  - *y\n", "is not YAML"),
    ],
)
def test_an_unusual_nav_is_refused_or_edited_correctly(
    config: str, message: str | None
) -> None:
    if message is None:
        assert "cross/b.md" in str(
            yaml.safe_load(add_page(config, "cross/b.md", TITLES))
        )
        return
    with pytest.raises(WrongUse, match=message):
        add_page(config, "cross/b.md", TITLES)
