"""Words that nobody says are found in the prose of a page, and some are replaced."""

from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.fix import fix
from handbook.check.rules import words

PAGE = "docs/explore/delays.md"


def write(root: Path, text: str) -> None:
    path = root / PAGE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Late\n\n{text}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    config = "markdown_extensions: [admonition, pymdownx.superfences]\n"
    (tmp_path / "mkdocs.yml").write_text(config)
    return tmp_path.resolve()


def found(root: Path) -> list[tuple[int, str | None, str]]:
    findings = words.find(Book(root))
    return [(each.line, each.rule, each.message) for each in findings]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Count rates in place of flights.", "instead of"),
        ("In place of flights, count rates.", "Instead of"),
        ("Draw the days by lot.", "at random"),
        ("Mend the label.", "Fix"),
        ("It mends the label.", "fixes"),
        ("It was mended.", "fixed"),
        ("Mending it takes a day.", "Fixing"),
        ("It has learned the days by heart.", "memorised"),
        ("Ask whoever owns it.", "'people who'"),
        ("They differ in the tail number alone.", "'only'"),
        ('Look at "the mean alone".', "'only'"),
        ("- two clocks alone", "'only'"),
        ("Beat a rule of one line.", "'one-line'"),
        ("It lies in a wiki.", "'is stored in'"),
        ("It is 7.2 points too dark.", "'over-predicts'"),
        ("| mend | it |\n|---|---|\n| a | b |", "fix"),
        ("## Whoever pays", "'people who'"),
    ],
)
def test_a_word_that_nobody_says_is_found(root: Path, text: str, right: str) -> None:
    write(root, text)

    ((line, rule, message),) = found(root)
    assert (line, rule) == (3, "HB413")
    assert f"write {right}" in message


@pytest.mark.parametrize(
    "text",
    [
        "Leave it alone.",
        "A snippet has to stand alone: it imports nothing.",
        "The mean alone hides it.",
        "You amend a commit.",
        "The value lies below zero.",
        "It is `in place of` in code.",
        "```text\nin place of\n```",
    ],
)
def test_ordinary_words_are_left_alone(root: Path, text: str) -> None:
    write(root, text)

    assert found(root) == []


def test_a_fix_replaces_the_word_and_nothing_else(root: Path) -> None:
    write(root, "Mend *it* in place of [hiding](a.md) it, `mend` it, alone.")

    book = Book(root)
    fix(book, words.find(book))

    text = (root / PAGE).read_text()
    assert "Fix *it* instead of [hiding](a.md) it, `mend` it, alone." in text
    assert [message for _, _, message in found(root)] == [
        "'alone' is not plain English: write 'only', before what it limits"
    ]
