"""`handbook check --fix` keeps what a page shows: elements, addresses and words."""

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.markdown import Site, read_config
from handbook.book.problem import Edit, Problem
from handbook.check.fix import fix
from handbook.check.rules import prose, spelling
from handbook.check.shown import shown

ROOT = Path(__file__).parents[3]
PAGE = Path("docs/page.md")
OWN = sorted((ROOT / "docs").glob("*/*.md"))

# A name for each, and a page on which a fix could lose something.
AWKWARD = {
    "a quotation": "> A colleague wrote\n> that numbers were late. Yes.\n",
    "a quotation in a list": "- One.\n\n    > It is\n    > late. Very.\n",
    "a link at the end of a line": "It is in [the survey](https://example.org/a)\nand.\n",
    "an address at the end of a line": "More is at\n<https://example.org/b> for all.\n",
    "an image at the end of a line": "A picture ![A line.](figures/a.svg)\nstands.\n",
    "a comment at the end of a line": "A remark <!-- for you: check -->\nstands.\n",
    "attributes at the end of a line": "The end [it](a.md){ .md-button }\ncomes. So.\n",
    "a key": "Press\n<kbd>Ctrl</kbd> and <em>wait</em>\nfor it.\n",
    "links that end sentences": "Then [one](a.md) [two](b.md). Three [it](c.md). Go.\n",
    "an attribute line": "The lead stands out.\n{: .lead }\n\nA. B\nc.\n",
    "a heading of two lines": "What goes wrong?\n----------------\n\nA\nfew.\n",
    "another heading of two lines": "Another way\n===========\n\nText.\n",
    "a table without edges": "Shares. All:\n\na | b\n--- | ---\nE. Y | many\nJ | few\n",
    "a table with edges": "| a | b |\n|---|---|\n| E. Y | [x](a.md) |\n",
    "indented code": "Run it:\n\n    x = 1. And\n    y = 2. Then\n",
    "a definition of a link": "See [it][a].\n\n[a]: https://example.org/c\n[b]: d.md\n",
    "a sentence that would be a list": "It fell in the end. 2013. That was it.\n",
    "a sentence that would be a heading": "We asked. # is a comment. The rest.\n",
    "a sentence that would be a sign": "We use plus. + means more. The rest.\n",
    "a quoted item": 'He said so. "1. Load it" is first. Then go.\n',
    "a break by spaces": "One line  \nand another. And.\n",
    "a break by a backslash": "One line\\\nand another. And.\n",
    "a conflict": "<<<<<<< HEAD\nIt is small.\n=======\nIt is\nlarge.\n>>>>>>> main\n",
    "a list without an empty line": "Three:\n- one. Two\n- two\n",
    "a box": '!!! note "A title"\n\n    One. Two\n    three.\n',
    "a tab": '=== "A tab"\n\n    One. Two\n    three.\n',
    "raw HTML": '<div class="a" markdown>\n\nOne. Two\nthree.\n\n</div>\n',
    "code that spans lines": "It is `one. Two\nthree` here. End.\n",
    "an address with a bracket": "See https://example.org/a_(b). It is\nthere.\n",
    "a footnote": "It is late.[^1] Very\nlate.\n\n[^1]: A note. And\n    more.\n",
    "emphasis over lines": "It is *very. Late\nindeed* here. End.\n",
    "a task list": "- [ ] One. Two\n- [x] three\n",
    "an embed": "Text. More\ntext.\n\n::: snippets.a.b\n",
    "a misspelt word": "The teh is [late](https://a.org/teh), `teh` too. It\nis.\n",
    "a misspelt heading": "## A seperate case\n\n[It](#a-seperate-case). And\nmore.\n",
}


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(read_config(Files(ROOT)))


def fixed(book: Book, text: str) -> str:
    """Return a page after its fixes: one that overlaps another has its turn later."""
    (book.root / PAGE).write_text(text, encoding="utf-8")
    read = Book(book.root)
    while fix(read, [*prose.find(read), *spelling.find(read)]):
        read = Book(book.root)
    return (book.root / PAGE).read_text("utf-8")


def wrapped(page: str, width: int) -> str:
    """Return a page with its paragraphs wrapped, as an editor does."""
    blocks = re.split(r"(\n{2,})", page)
    return "".join(
        textwrap.fill(block, width, break_long_words=False, break_on_hyphens=False)
        if re.match(r"[A-Z*\[]", block) and not re.search(r"^[ |>:!{<`-]", block, re.M)
        else block
        for block in blocks
    )


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_a_fix_keeps_what_a_page_shows(book: Book, site: Site, text: str) -> None:
    before = f"# Which?\n\n**This one.**\n\n{text}"
    correct = {"The teh is": "The the is", "A seperate case": "A seperate case"}

    after = fixed(book, before)

    expected = before
    for wrong, right in correct.items():
        expected = expected.replace(wrong, right)
    assert shown(site.page(after)) == shown(site.page(expected))


@pytest.mark.parametrize(
    "text",
    [
        "The MAPE is low, and a SOM shows it.\n",
        "The ser of an indx is late, and fpr and statics are, too.\n",
        "It is in [https://example.org/a](https://example.org/a) or [b][].\n",
        "<<<<<<< HEAD\nIt is\nsmall. Yes.\n=======\nIt is\nlarge.\n>>>>>>> main\n",
    ],
    ids=["words in capitals", "words of the field", "a link", "a conflict"],
)
def test_a_fix_leaves_alone_what_is_right_or_nobody_has_decided(
    book: Book, text: str
) -> None:
    before = f"# Which?\n\n**This one.**\n\n{text}"
    (book.root / PAGE).write_text(before, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", book.root)
    read = Book(book.root)

    findings = [*prose.find(read), *spelling.find(read)]

    assert [each for each in findings if each.path == PAGE and each.fix] == []
    assert fixed(book, before) == before


def test_a_link_in_a_link_is_not_the_same_link() -> None:
    link = '<a href="https://e.org">https://e.org</a>'

    assert shown(f'<a href="https://e.org">{link}</a>') != shown(link)


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_wrapped_chapters_lose_nothing(book: Book, site: Site, width: int) -> None:
    for number, path in enumerate(OWN):
        page = wrapped(path.read_text("utf-8"), width)
        (book.root / f"docs/{number}.md").write_text(page, encoding="utf-8")
    before = {path: path.read_text("utf-8") for path in book.root.glob("docs/*.md")}
    read = Book(book.root)
    findings = [each for each in prose.find(read) if each.fix]
    assert len(findings) > 50

    made = fix(read, findings)

    assert made == len({each.fix for each in findings})
    for path, text in before.items():
        assert shown(site.page(path.read_text("utf-8"))) == shown(site.page(text))


def test_a_wrapped_sentence_is_one_line_again(book: Book) -> None:
    page = "# Which?\n\n**This.**\n\nIt is in [a\nb](c.md)\nand here. So\nis it.\n"

    assert fixed(book, page).endswith("It is in [a b](c.md) and here.\nSo is it.\n")


def test_a_line_that_begins_with_a_lowercase_name_stays_a_line(book: Book) -> None:
    page = "# Which?\n\n**This.**\n\nWe load it.\npandas reads\ndates. Fine.\n"

    ended = "We load it.\npandas reads dates.\nFine.\n"
    assert fixed(book, page).endswith(ended)


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("See [it](a.md) now.\n", Edit(4, 14, "it")),  # an address
        ("It is late.\n", Edit(0, 2, "")),  # a word
        ("It is *late*.\n", Edit(6, 12, "late")),  # an element
        ("It.\n\n- one\n", Edit(3, 6, " ")),  # a list
        ("It <!-- why --> is.\n", Edit(3, 16, "")),  # a comment
        ("## It is { #late }\n", Edit(8, 18, "")),  # an anchor
        ("![It.](a.svg)\n", Edit(2, 4, "At")),  # an alternative text
        ("```python\none = 1\n```\n", Edit(10, 17, "one  = 1")),  # code in a fence
        ("```python\none = 1\n```\n", Edit(3, 9, "text")),  # its language
    ],
)
def test_an_edit_that_would_change_what_is_shown_is_not_made(
    book: Book, text: str, edit: Edit
) -> None:
    (book.root / PAGE).write_text(text)

    assert fix(Book(book.root), [Problem(PAGE, 1, "", "HB404", fix=edit)]) == 0
    assert (book.root / PAGE).read_text() == text


def test_the_other_edits_of_a_page_are_made(book: Book) -> None:
    (book.root / PAGE).write_text("One.  Two *late*.\n")
    good = Problem(PAGE, 1, "", "HB404", fix=Edit(4, 6, "\n"))
    bad = Problem(PAGE, 1, "", "HB404", fix=Edit(10, 16, "late"))

    assert fix(Book(book.root), [good, bad]) == 1
    assert (book.root / PAGE).read_text() == "One.\nTwo *late*.\n"
