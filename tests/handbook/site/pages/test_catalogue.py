"""The catalogue lists each snippet, and recalled versions."""

from dataclasses import replace

import pytest

from handbook.book.book import Book
from handbook.registry.model import Chapter, Registry, Unit
from handbook.registry.receipts import Hostile, Mutants, Proof, Recall, Receipt
from handbook.site.pages.catalogue import Card, proof_words, read_cards, render

BAD, GOOD = f"sha256:{'bad' * 21}b", f"sha256:{'d' * 64}"
RECEIPT = Receipt(
    name="explore.nulls",
    date="2026-11-22",
    tests=12,
    seconds=0.5,
    proved=(
        Proof("3.13.1", "Linux x86_64", {"pandas": "3.10.0", "pytest": "9.2.0"}),
        Proof("3.9.2", "Linux x86_64", {"pandas": "3.9.1", "pytest": "9.0.0"}),
    ),
    mutants=Mutants(41, 43, 2),
)
UNIT = Unit(
    name="explore.nulls",
    purpose="Give every `null` a <cause>.",
    hash=GOOD,
    date="2026-11-22",
    files={"code/snippets/explore/nulls.py": GOOD},
    tests={"code/tests/snippets/explore/test_nulls.py": GOOD},
    requires=("numpy>=2.2", "pandas[excel]>=3.0"),
    test_requires=("pytest>=9.0",),
    symbols=("co_missing",),
    words="survivorship",
    chapters=(Chapter("Why & how?", "explore/nulls/"),),
    receipt=None,
)


def page_of(*units: Unit, recalled: dict[str, Recall] | None = None) -> str:
    cards = [Card("snippets.explore.nulls.co_missing", "explore/nulls/")]
    return render(Registry({unit.name: unit for unit in units}, recalled or {}), cards)


def test_a_row_has_the_data_of_the_registry() -> None:
    page = page_of(UNIT)

    assert "**1 snippet to take" in page
    assert 'id="explore.nulls" role="row" data-needs="numpy pandas"' in page
    assert "<p>Give every <code>null</code> a &lt;cause&gt;.</p>" in page
    assert 'href="../../explore/nulls/#snippets.explore.nulls.co_missing"' in page
    assert 'href="../../code/snippets/explore/nulls.py" download' in page
    assert 'href="../../code/tests/snippets/explore/test_nulls.py" download' in page
    assert '<a href="../../explore/nulls/">Why &amp; how?</a>' in page
    assert "not yet proved" in page
    assert "recalled" not in page


def test_it_lists_what_proved_a_copy() -> None:
    page = page_of(replace(UNIT, receipt=RECEIPT))

    assert "not yet proved" not in page
    assert (
        "Python 3.9 to 3.13<br>pandas 3.9.1 to 3.10.0<br>12 tests<br>"
        "41 of 43 planted faults found" in page
    )


def test_a_receipt_claims_only_what_was_proved() -> None:
    one = replace(RECEIPT, tests=1, proved=RECEIPT.proved[:1], mutants=None)

    assert proof_words(one, ["duckdb"]) == ["Python 3.13", "1 test"]


def test_a_receipt_says_on_how_many_hostile_inputs_it_holds() -> None:
    counted = replace(RECEIPT, hostile=Hostile(held=30, total=31, otherwise=2))

    assert "holds on 30 of 31 hostile inputs" in proof_words(counted, [])


def test_snippets_without_packages_can_be_selected() -> None:
    page = page_of(replace(UNIT, requires=()))

    assert 'data-needs="none"' in page
    assert '<option value="none">Python only (1)</option>' in page


def test_a_book_without_snippets_has_an_empty_catalogue() -> None:
    page = render(Registry({}, {}), [])

    assert "**0 snippets to take" in page
    assert "<tbody" not in page


@pytest.mark.parametrize("name", ["own_part.thing", "zoo.thing"])
def test_an_unknown_part_comes_last(name: str) -> None:
    page = page_of(UNIT, replace(UNIT, name=name))

    title = name.partition(".")[0].replace("_", " ").capitalize()
    assert page.index(">Experimentation</th>") < page.index(f">{title}</th>")


def test_a_recalled_version_has_its_reason_and_its_fix() -> None:
    recall = Recall("explore.nulls", "Counted `x` twice.", GOOD, "2026-11-21")
    page = page_of(UNIT, recalled={BAD: recall})

    section = page.partition("## What was recalled? { #recalled }")[2]
    assert "Counted <code>x</code> twice." in section
    assert f'<code title="{BAD}">{BAD[7:19]}</code>' in section
    assert f'<code title="{GOOD}">' in section
    assert ">recalled</b>" not in page


def test_a_current_version_that_is_recalled_is_not_called_proved() -> None:
    recall = Recall("explore.nulls", "Counts wrong.", BAD, "2026-11-21")
    page = page_of(replace(UNIT, receipt=RECEIPT), recalled={GOOD: recall})

    assert ">recalled</b><br>Counts wrong." in page
    assert ">proved</b>" not in page


def test_there_is_a_card_for_each_embed(book: Book) -> None:
    folder = book.root / "docs/explore"
    folder.mkdir()
    (folder / "nulls.md").write_text("# Why?\n\n::: snippets.explore.nulls.by_day\n")

    [card] = read_cards(book)

    assert card.name == "by_day"
    assert card.address == "../../explore/nulls/#snippets.explore.nulls.by_day"
