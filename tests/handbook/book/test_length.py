"""The length of a page: what is visible while all folds are closed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.book.length import CODE, PROSE, Length, minutes, read_lengths

PAGE = Path("docs/explore/a.md")
SNIPPET = '''\
"""Count delays."""

from dataclasses import dataclass

LATE = 15

@dataclass
class Delay:
    """Minutes.

    Negative ones are early.
    """

    minutes: int

def late(delay):
    """Return whether a delay is long.

    More than 15 minutes."""
    if delay:

        return delay.minutes > LATE
'''


@pytest.fixture
def length(book: Book) -> Callable[[str], Length]:
    snippets = book.root / "snippets/explore"
    snippets.mkdir(parents=True)
    (snippets / "delays.py").write_text(SNIPPET)
    (snippets / "other.py").write_text("X = 1\n")

    def length(text: str) -> Length:
        path = book.root / PAGE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return read_lengths(Book(book.root))[PAGE]

    return length


def test_words_and_lines_take_time_that_is_rounded_up_to_minutes() -> None:
    assert minutes(0, 0) == 1
    assert minutes(PROSE * 3, 0) == 3
    assert minutes(PROSE * 3, CODE * 2) == 5
    assert minutes(PROSE * 3 + 1, CODE * 2) == 6


def test_words_count_for_the_heading_above_them(length) -> None:
    page = length(
        "---\ndescription: not on the page\n---\n\n# One title\n\nThree more words.\n\n"
        "![These are read out](figures/a.svg)\n\n## Two\n\n| a | b |\n|---|---|\n"
        "| c | `d` |\n"
    )

    assert page.sections == ((5, 5), (11, 5))
    assert page.words == 10


def test_code_and_its_output_are_blocks_and_blank_lines_around_them_are_not_shown(
    length,
) -> None:
    page = length(
        "# A\n\n```python\nx = 1\n\nprint(x)\n```\n\n"
        "<!--pytest-codeblocks:expected-output-->\n\n```text\n1\n\n```\n\n"
        "```console\n$ ls\n```\n"
    )

    blocks = [(block.line, block.lines, block.code) for block in page.blocks]
    assert blocks == [(3, 3, 2), (11, 1, 0), (16, 1, 1)]
    assert page.lines == 5


FOLDED = """\
# A

??? note "A title of five words"

    Hidden words.

    ```python
    x = 1
    ```

    ::: snippets.explore.delays.LATE

???+ note "Open"

    Two words.

<details>
<summary>More</summary>
Hidden words.
</details>

=== "First"

    ```python
    y = 1
    ```

=== "Second"

    ```python
    z = 1
    z = 2
    ```

=== "Third"

    Hidden words.

Words after.
"""


def test_folds_and_the_tabs_behind_the_first_are_not_visible(length) -> None:
    page = length(FOLDED)

    seen = ["A", "Two", "words", "First", "Second", "Third", "Words", "after"]
    assert page.words == len(seen)
    assert [block.lines for block in page.blocks] == [1]
    assert page.cards == ()


def test_a_card_shows_all_of_a_symbol_but_the_rest_of_its_docstrings(length) -> None:
    names = ("LATE", "Delay", "late")
    page = length("".join(f"::: snippets.explore.delays.{name}\n\n" for name in names))

    assert [(block.lines, block.code) for block in page.blocks] == [
        (1, 1),
        (6, 5),
        (5, 4),
    ]


def test_neighbours_of_one_module_are_one_card(length) -> None:
    page = length(
        "::: snippets.explore.delays.LATE\n\n::: snippets.explore.delays.late\n"
        "::: snippets.explore.other.X\n\nWords.\n\n::: snippets.explore.other.X\n"
    )

    assert page.cards == (1, 4, 8)


def test_the_time_of_a_page_is_that_of_its_words_and_of_its_code(length) -> None:
    code = "```python\n" + "x = 1\n" * CODE + "```\n"
    output = "<!--pytest-codeblocks:expected-output-->\n\n```text\n" + "1\n" * CODE
    page = length(f"# A\n\n{'word ' * (PROSE - 1)}\n\n{code}\n{output}```\n")

    assert page.minutes == 2
