"""Each rule of prose finds only the fault planted in a chapter, at its line."""

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.check.fix import fix
from handbook.check.rules import numbers, proof, prose

PAGE = "docs/explore/delays.md"
FACTS = "tests/facts/explore/test_delays.py"

# 90 sentences of 7 words, since a chapter has a least length.
PADDING = "Every flight of that day left late.\n" * 90

CHAPTER = f"""\
---
description: Count the late flights.
---

# How late is late?

**Count the late flights before you average them.
Then say how many.**

HERE

```python
print(f"{{2 / 3:.3f}} of {{1_234_567:,}}")
```

<!--pytest-codeblocks:expected-output-->

```text
0.667 of 1,234,567
```

## Why does the mean of New York mislead?

- One item. It may have two sentences, 3 of 4 times.

{PADDING}
Two thirds, 66.7% or `99.9%`, are late (see [the list](https://example.org/99.9%)).
So are 1.23 million flights, 67% of them by 4.3 minutes or nearly 1,200,000 by 2.
"""

ASSERTS = """\
import pytest

MINUTES = (4.25, 12)


@pytest.mark.parametrize("share", [0.4306, 25_493 / 109_119])
def test_it(share: float) -> None:
    assert MINUTES
    wind = 0.777
    with pytest.raises(ValueError, match="181 values of 8.5"):
        raise ValueError("181 values of 8.5")
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one chapter, without findings from the rules of prose."""
    for name, text in {
        "mkdocs.yml": "markdown_extensions: [admonition, pymdownx.superfences]\n",
        PAGE: CHAPTER,
        FACTS: ASSERTS,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path.resolve()


def plant(book: Path, old: str, new: str) -> list[Problem]:
    """Change the chapter, and return the findings in it."""
    text = (book / PAGE).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (book / PAGE).write_text(text.replace(old, new), encoding="utf-8")
    return found(book)


def found(book: Path) -> list[Problem]:
    shelf = Book(book)
    return [*prose.find(shelf), *proof.find(shelf)]


def test_nothing_is_found_in_the_chapter(book: Path) -> None:
    assert plant(book, "HERE", "It was late.") == []


LONG = f"The flight {'that was late ' * 10}left."  # 33 words

FAULTS: dict[str, tuple[str, str, str]] = {
    # The text planted instead of HERE, the rule, and the start of the line.
    "a sentence of 33 words": (LONG, "HB401", LONG),
    "a long sentence in a list": (f"- It was late.\n- {LONG}", "HB401", "- The flight"),
    "a long sentence in a box": (f'!!! note "Late"\n\n    {LONG}', "HB401", "    The"),
    "a long sentence over two lines of a list": (
        f"- {LONG.replace('left', chr(10) + '  left')}",
        "HB401",
        "- The flight",
    ),
    "two sentences on a line": ("It was late. We left.", "HB404", "It was"),
    "two sentences in bold": ("**Was it late? It was.**", "HB404", "**Was"),
    "two sentences and code": ("It was `late`. `It` left.", "HB404", "It was"),
    "two sentences in a box": (
        '??? note "Late"\n\n    It was late. We left.',
        "HB404",
        "    It was",
    ),
    "a sentence over two lines": ("It left.\nIt was very\nlate.", "HB404", "It was"),
    "a filler word": ("That is easily done.", "HB406", "That is"),
    "a filler word in a table": ("| A |\n|---|\n| just late |", "HB406", "| just"),
    "a filler word in a heading": ("## Simply count", "HB406", "## Simply"),
    "a heading in title case": ("## Count The Late Flights", "HB407", "## Count"),
    "a figure without words": ("![](figures/delays-days.svg)", "HB408", "![]"),
    "a figure with its file name as its text": (
        "![figures/days.svg](figures/delays-days.svg)",
        "HB408",
        "![figures",
    ),
    "an image of HTML without words": (
        '<img src="figures/delays-days.svg" alt="">',
        "HB408",
        "<img",
    ),
    "a bare address": ("See https://example.org/a.", "HB409", "See"),
    "a bare address in a list": ("- https://example.org", "HB409", "- http"),
    "a box without a title": ("!!! note\n\n    Late.", "HB410", "!!! note"),
    "a third box": (
        '!!! note "A"\n\n    A.\n\n!!! tip "B"\n\n    B.\n\n!!! tip "C"\n\n    C.',
        "HB410",
        '!!! tip "C"',
    ),
    "a share that no block prints": ("Of them 66.6% left.", "HB411", "Of them"),
    "a share rounded down": ("Of them 0.66 left.", "HB411", "Of them"),
    "a share with too many digits": ("Of them 66.67% left.", "HB411", "Of them"),
    "the complement of a share": ("On time were 33.3%.", "HB411", "On time"),
    "a count with one figure wrong": ("So 1,234,568 left.", "HB411", "So 1"),
    "a round count that is not exact": ("So 1,230,000 left.", "HB411", "So 1"),
    "a number in a heading": ("## Why 12.5%?", "HB411", "## Why"),
    "a number in a table": ("| A |\n|---|\n| 12.5 |", "HB411", "| 12.5"),
    "a number in words of a figure": (
        "![Of all flights 12.5% left](figures/delays-days.svg)",
        "HB411",
        "![Of",
    ),
    "a number in HTML": ("<p>Of them 12.5% left.</p>", "HB411", "<p>"),
    "a number in a box's title": ('!!! note "12.5%"\n\n    A.', "HB411", "!!! note"),
    "a number that a test has and does not assert": (
        "The wind was 0.777.",
        "HB411",
        "The wind",
    ),
}


@pytest.mark.parametrize(("text", "rule", "line"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_at_its_line_and_nothing_else(
    book: Path, text: str, rule: str, line: str
) -> None:
    problems = plant(book, "HERE", text)
    lines = (book / PAGE).read_text(encoding="utf-8").split("\n")

    assert [(f.rule, lines[f.line - 1][: len(line)]) for f in problems] == [
        (rule, line)
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (PADDING, "", "HB403"),
        (PADDING, f"Late {' '.join(['late'] * 16)}.\n" * 60, "HB402"),
    ],
    ids=["too short", "long-winded"],
)
def test_a_wrong_length_is_reported_at_the_title(
    book: Path, old: str, new: str, rule: str
) -> None:
    plant(book, "HERE", "")

    assert [(f.line, f.rule) for f in plant(book, old, new)] == [(5, rule)]


@pytest.mark.parametrize(
    "verdict", ["Count the late flights.", f"**{'Late flights. ' * 21}**", "## Late"]
)
def test_a_chapter_begins_with_a_short_verdict_in_bold(
    book: Path, verdict: str
) -> None:
    first = "**Count the late flights before you average them.\nThen say how many.**"
    plant(book, "HERE", "")

    problems = plant(book, first, verdict)

    assert "HB405" in {f.rule for f in problems}
    assert {f.line for f in problems} <= {5, 7}


@pytest.mark.parametrize(
    "text",
    [
        "It left on 9 February 2013 at 22:24, by Python 3.12 or pandas 3.0.",
        "Rubin (1976) found 12.5% of them.",
        "We measured nothing; others found 12.5% (Nelson and Brinkmann, 2024, 22:24).",
        "See section 3.2, version 4.56 and CC BY 4.0.",
        "Newark has 43% or 43.06%; of 25,493 in 109,119 flights 23.4%, after 8.5.",
        "It took 4.25 minutes, or 4.3.",
        "See <https://example.org/12.5%> and [this](https://example.org).",
        "In code it is `12.5%`, and e.g. `https://example.org`.",
        "It was just below the limit.",
        "U.S. flights, i.e. those of Mr. Lindbergh, left at 9 a.m. on that day.",
        "It ends with a colon:\nand goes on.",
        "What the Bureau of Statistics says:",
        "## Flights from New York",
        "??? note\n\n    Folded.\n\n??? tip\n\n    Too.\n\n??? tip\n\n    Too.",
        "<!-- 12.5% of this simply is https://example.org no prose. It is not. -->",
        "![It shows two. They were late.](figures/delays-days.svg)",
        '<img src="figures/delays-days.svg" alt="Two late flights">',
    ],
)
def test_correct_prose_has_no_findings(book: Path, text: str) -> None:
    assert plant(book, "HERE", text) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("It was late. We left.", "It was late.\nWe left."),
        ("It was\nlate. We left\nat 9.", "It was late.\nWe left at 9."),
        ("**Was it `a`? It was.**", "**Was it `a`?\nIt was.**"),
        (
            '!!! note "A"\n\n    It was [late](a.md). We left.',
            '!!! note "A"\n\n    It was [late](a.md).\n    We left.',
        ),
        ("See https://example.org/a.", "See <https://example.org/a>."),
    ],
)
def test_fix_changes_only_the_prose(book: Path, wrong: str, right: str) -> None:
    findings = plant(book, "HERE", wrong)

    fix(Book(book), findings)

    assert (book / PAGE).read_text() == CHAPTER.replace("HERE", right)
    assert found(book) == []


def test_a_page_that_is_not_a_chapter_may_use_the_facts_of_all(book: Path) -> None:
    index = book / "docs/index.md"
    index.write_text("# Two\n\nOf all, 43.06% left and 43.07% did not.\n")

    [wrong] = [f for f in found(book) if f.path == Path("docs/index.md")]

    assert "43.07%" in wrong.message
    (book / FACTS).write_text(ASSERTS.replace("0.4306", "0.4307"))
    [wrong] = [f for f in found(book) if f.path == Path("docs/index.md")]
    assert "43.06%" in wrong.message


def test_a_leg_with_its_own_facts_may_not_use_others(book: Path) -> None:
    leg = book / "docs/late_flights/leg-2.md"
    leg.parent.mkdir()
    leg.write_text("# Two\n\nOf all, 43.06% left.\n")
    assert [f for f in found(book) if f.path.stem == "leg-2"] == []

    facts = book / "tests/facts/late_flights/test_leg_2.py"
    facts.parent.mkdir()
    facts.write_text("def test_it() -> None:\n    assert 1 + 1 == 2\n")

    [wrong] = [f for f in found(book) if f.path.stem == "leg-2"]
    assert (wrong.line, wrong.rule) == (3, "HB411")
    assert "tests/facts/late_flights/test_leg_2.py" in wrong.message


def test_the_sentences_of_the_glossary_are_prose_too(book: Path) -> None:
    terms = book / "docs/reference/glossary.yml"
    terms.parent.mkdir()
    terms.write_text(
        "- term: delay\n"
        "  definition: A delay is simply 12.5 minutes, in most cases.\n"
        "  heard: We left. See https://example.org, and 43.06%.\n"
        "- term: lateness\n"
        "  definition: Lateness is a share.\n"
        "  example: |\n"
        "    simply = 12.5\n"
        "  prints: |\n"
        "    12.5\n"
    )

    problems = [(f.line, f.rule) for f in found(book) if f.path.suffix == ".yml"]

    assert sorted(problems) == [(2, "HB406"), (2, "HB411"), (3, "HB409")]


def test_each_rule_has_a_fault() -> None:
    planted = {rule for _, rule, _ in FAULTS.values()} | {"HB402", "HB403", "HB405"}

    assert planted == {rule.id for rule in (*prose.RULES, *proof.RULES)}


@pytest.mark.parametrize(
    ("output", "prose_"),
    [
        ("9,430 rows and 6.9%", "9,430, 6.9%, 7% or 0.07"),
        ("(930, 455) -31.0 1e-05", "31.0 and 0.00001"),
        ("share 0.575", "57.5%, 58% or 0.58"),
        ("late, %\n   57", "57%"),
        ("late 57.4", "57.4% or 57%"),
        ("1234567", "1.23 million, about 1,200,000 or 1,234,567"),
        ("0 of 100", "0% or 100%"),
    ],
)
def test_an_output_proves_numbers_rounded_from_it(output: str, prose_: str) -> None:
    stated = list(numbers.stated(prose_))

    assert len(stated) == len(re.findall(r"\d[\d.,]*", prose_))
    assert all(numbers.proves(numbers.printed(output), number) for number in stated)


@pytest.mark.parametrize("prose_", ["~52.7% are late", "p < 5%", "Rule 7% counts"])
def test_a_percentage_is_not_a_label(prose_: str) -> None:
    assert len(list(numbers.stated(prose_))) == 1


@pytest.mark.parametrize(
    ("output", "prose_"),
    [
        ("57 flights", "57%"),
        ("share 0.575", "42.5%"),
        ("share 0.575", "56%"),
        ("0.5", "0.50%"),
        ("6.9%", "6.95%"),
        ("1234567", "1,200,000"),
        ("2013-02-09", "9%"),
    ],
)
def test_an_output_proves_no_other_number(output: str, prose_: str) -> None:
    [number] = numbers.stated(prose_)

    assert not numbers.proves(numbers.printed(output), number)


def test_only_asserted_numbers_count() -> None:
    proofs = numbers.asserted(ast.parse(ASSERTS))

    values = {proof.value for proof in proofs if not proof.percent}
    assert {Decimal(n) for n in ("4.25", "12", "0.4306", "181", "8.5")} <= values
    assert Decimal("0.777") not in values


def test_a_whole_number_is_a_percentage_if_its_test_has_a_100() -> None:
    plain, percent = (
        numbers.asserted(ast.parse(f"def test_it():\n    assert {claim} == 57"))
        for claim in ("late", "round(100 * share)")
    )
    [number] = numbers.stated("57%")

    assert not numbers.proves(plain, number)
    assert numbers.proves(percent, number)
