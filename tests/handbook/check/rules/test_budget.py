"""A chapter over budget is found at its worst offender, unless the list allows it."""

from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules import budget
from handbook.check.rules.budget import BUDGET, LIST

DELAYS = Path("docs/explore/delays.md")
HEAD = "page\tscreens\tphone\twords\tlines\tcards\tblock\tminutes"
EMBED = "::: snippets.explore.delays.share_late\n"
LINE = "word " * 10 + "\n"


def found(root: Path) -> list[str]:
    return [
        f"{each.path.as_posix()}:{each.line} {each.rule} {each.message}"
        for each in budget.find(Book(root))
    ]


def add(root: Path, text: str) -> int:
    """Append text to a chapter, and return its first line."""
    page = root / DELAYS
    before = page.read_text()
    page.write_text(f"{before}\n{text}\n")
    return before.count("\n") + 2


def allow(root: Path, *rows: str, head: str = HEAD) -> None:
    path = root / LIST
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row}\n" for row in (head, *rows)))


def block(lines: int, mark: str = "") -> str:
    indent = "    " if mark else ""
    code = "```python\n" + "x = 1\n" * lines + "```"
    return f"{mark}\n\n" + "\n".join(indent + each for each in code.split("\n"))


def test_a_book_within_the_budget_has_no_findings(small: Path) -> None:
    assert found(small) == []


def test_words_are_found_at_the_section_with_the_most(small: Path) -> None:
    line = add(small, "## Short\n\nIt is.\n\n## Long\n\n" + LINE * 120)

    (finding,) = found(small)
    assert finding.startswith(f"{DELAYS.as_posix()}:{line + 4} HB036 1,2")
    assert "words of prose, 1,200 at most" in finding
    assert finding.endswith("this section has the most, 1201")


@pytest.mark.parametrize("more", [0, 1])
def test_a_block_may_have_twenty_lines(small: Path, more: int) -> None:
    line = add(small, block(BUDGET["block"] + more))

    assert (
        found(small)
        == [
            f"{DELAYS.as_posix()}:{line + 2} HB036 21 visible lines in one block, "
            "20 at most: cut or fold it"
        ][:more]
    )


def test_lines_of_code_are_found_at_the_longest_block(small: Path) -> None:
    line = add(small, "\n\n".join([block(20), *[block(19)] * 8]))

    (finding,) = found(small)
    assert finding.startswith(f"{DELAYS.as_posix()}:{line + 2} HB036 ")
    assert "visible lines of code and output, 160 at most" in finding
    assert finding.endswith("this block has the most, 20")


def test_the_fifth_card_is_one_too_many(small: Path) -> None:
    cards = "\n\nA word.\n\n".join([EMBED.strip()] * 5)
    (small / DELAYS).write_text("# A\n\n" + cards + "\n")

    assert found(small) == [
        f"{DELAYS.as_posix()}:19 HB036 5 open cards, 4 at most: fold from here on, "
        "or show less"
    ]


def test_minutes_are_words_and_code_together(small: Path) -> None:
    add(small, LINE * 180 + "\n\n".join(["", *[block(19)] * 5]))
    allow(small, "explore/delays/\t-\t-\t3,000\t-\t-\t-\t-")

    (finding,) = found(small)
    assert "minutes to read, 10 at most" in finding


def test_a_folded_block_does_not_count(small: Path) -> None:
    add(small, block(60, '??? example "The code of the figure"'))

    assert found(small) == []


def test_a_page_that_is_no_chapter_may_be_long(small: Path) -> None:
    page = small / "docs/index.md"
    page.write_text(page.read_text() + "\n" + LINE * 300)

    assert found(small) == []


@pytest.mark.parametrize(("listed", "more"), [(40, 0), (39, 1)])
def test_a_listed_page_may_stay_as_it_is_and_not_grow(
    small: Path, listed: int, more: int
) -> None:
    add(small, block(40))
    allow(small, f"explore/delays/\t-\t-\t-\t-\t-\t{listed}\t-")

    assert len(found(small)) == more


def test_a_number_that_is_not_needed_any_more_is_found(small: Path) -> None:
    allow(small, "explore/delays/\t12.0\t15,000\t1,300\t-\t-\t-\t-")

    (finding,) = found(small)
    assert finding.startswith(f"{LIST.as_posix()}:2 HB037 explore/delays/ is within")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("explore/delay/\t-\t-\t1,300\t-\t-\t-\t-", "there is no page explore/delay/"),
        ("explore/delays/\t-\t-\t1,300\t-\t-\t-", "7 numbers or dashes"),
        ("explore/delays/\t-\t-\tmany\t-\t-\t-\t-", "7 numbers or dashes"),
        ("", "7 numbers or dashes"),
    ],
)
def test_a_line_of_the_list_that_means_nothing_is_found(
    small: Path, row: str, says: str
) -> None:
    allow(small, row)

    (finding,) = found(small)
    assert finding.startswith(f"{LIST.as_posix()}:2 HB037 ")
    assert says in finding


def test_a_page_that_is_listed_twice_is_found(small: Path) -> None:
    add(small, block(40))
    row = "explore/delays/\t-\t-\t-\t-\t-\t40\t-"
    allow(small, row, row)

    assert found(small) == [
        f"{LIST.as_posix()}:3 HB037 line 2 lists the same page: keep one"
    ]


@pytest.mark.parametrize("head", ["", "page\twords"])
def test_a_list_with_other_columns_is_found(small: Path, head: str) -> None:
    allow(small, head=head)

    (finding,) = found(small)
    assert finding.startswith(f"{LIST.as_posix()}:1 HB037 the first line must be")
