"""A card gives away exactly what it promises, in Chromium."""

import ast
import json
import re
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.site.cards import check_buttons, said_of, sources, units
from tests.site.conftest import Heard, listen
from tests.site.host import ROOT, SITE
from tests.site.ready import LASTING_WORDS, pass_time


def test_each_button_of_each_card_copies_exactly_what_it_names(
    page: Page, site_url: str
) -> None:
    check_buttons(page, f"{site_url}/explore/nulls/")


def test_what_a_module_button_copies_is_what_the_registry_vouches_for() -> None:
    for file in units():
        assert (SITE / "code" / file).read_bytes() == (ROOT / file).read_bytes()


@pytest.fixture(scope="module")
def lasting(context: BrowserContext, site_url: str) -> Iterator[Heard]:
    """A page that forgets nothing of what it said."""
    with listen(context, site_url) as heard:
        heard.page.add_init_script(LASTING_WORDS)
        yield heard


CARD = ".card:not(.card--before)"
"""The first one of explore/nulls is about co_missing, whose docstring is long."""


@pytest.fixture
def card(lasting: Heard, site_url: str) -> Iterator[Locator]:
    lasting.page.goto(f"{site_url}/explore/nulls/")
    lasting.page.mouse.move(0, 0)
    yield lasting.page.locator(CARD).first
    assert lasting.complaints == []


def neighbours(path: Path) -> list[list[str]]:
    """Return the symbols of a page's cards: those of one module in a row share one."""
    groups: list[list[str]] = []
    apart = True
    for line in path.read_text("utf-8").split("\n"):
        if symbol := re.fullmatch(r"::: (\S+)", line):
            same = groups and _module(groups[-1][0]) == _module(symbol[1])
            if apart or not same:
                groups.append([])
            groups[-1].append(symbol[1])
        if line.strip():
            apart = not symbol
    return groups


def _module(symbol: str) -> str:
    return symbol.rpartition(".")[0]


def test_neighbours_of_one_module_are_one_card(page: Page, site_url: str) -> None:
    with_neighbours = [
        (path, groups)
        for path in sorted((ROOT / "docs").glob("*/*.md"))
        if max(map(len, groups := neighbours(path)), default=0) > 1
    ]
    path, groups = with_neighbours[0]
    page.goto(f"{site_url}/{path.parent.name}/{path.stem}/")
    shown = page.locator(".card").evaluate_all(
        "all => all.filter(card => !card.closest('details')).map(card =>"
        " [card.querySelector('.card__module').textContent,"
        " [...card.querySelectorAll('.card__name')].map(name => name.id)])"
    )

    assert shown == [[_module(group[0]), group] for group in groups]


def test_a_card_shows_the_first_line_of_a_docstring_and_folds_the_rest_in_place(
    card: Locator,
) -> None:
    source = sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    lines = source.split("\n")
    folded = lines.index('    """') - 2

    expect(card.locator(".card__docstring summary")).to_have_text(
        f"Docstring: {folded} lines"
    )
    seen = card.locator(".card__code > .highlight").evaluate_all(
        "all => all.map(each => each.innerText).join('\\n')"
    )
    assert [line for line in seen.split("\n") if line.strip()] == [
        line for line in lines[:2] + lines[2 + folded :] if line.strip()
    ]
    expect(card.get_by_text("Raises")).to_be_hidden()


def test_the_keyboard_opens_a_docstring(card: Locator) -> None:
    page = card.page
    fold = card.locator(".card__docstring")
    card.get_by_role("button", name="Copy co_missing").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(fold).to_have_attribute("open", "")
    expect(fold.get_by_text("Raises", exact=True)).to_be_visible()


def test_a_copy_has_the_docstring_whether_it_is_open_or_not(card: Locator) -> None:
    page = card.page
    source = sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    for _ in range(2):
        card.get_by_role("button", name="Copy co_missing").click()
        expect(card.locator(".card__bar output")).to_have_text(said_of(source))
        assert page.evaluate("navigator.clipboard.readText()") == source
        card.locator(".card__docstring summary").click()
    assert said_of(source).endswith(" lines, docstring included")


def test_a_proof_is_a_chip_that_opens_what_was_measured(
    lasting: Heard, site_url: str
) -> None:
    page = lasting.page
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))["snippets"]
    unit = next(unit for unit in registry.values() if unit["receipt"])
    receipt, hostile = unit["receipt"], unit["receipt"]["hostile"]
    page.goto(f"{site_url}/{unit['chapters'][0]['address']}")
    card = page.locator(CARD).first
    chip = card.locator(".card__proof summary")
    opened = card.locator(".card__receipt")
    expect(chip).to_have_text(f"proved, {receipt['tests']} tests")
    expect(opened).to_be_hidden()

    chip.focus()
    page.keyboard.press("Enter")

    expect(opened).to_contain_text(receipt["date"])
    expect(opened).to_contain_text("Python 3.")
    expect(opened).to_contain_text(
        f"holds on {hostile['held']} of {hostile['total']} hostile inputs"
    )
    opened.get_by_role("link", name="Take it home").focus()
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(chip).to_be_focused()


def test_a_click_elsewhere_closes_a_proof(card: Locator) -> None:
    opened = card.locator(".card__receipt")
    card.locator(".card__proof summary").click()
    expect(opened).to_be_visible()

    card.page.locator("h1").click()

    expect(opened).to_be_hidden()


def test_an_open_proof_fits_on_the_screen_of_a_phone(card: Locator) -> None:
    before = card.page.viewport_size
    assert before is not None
    card.page.set_viewport_size({"width": 390, "height": 844})
    card.locator(".card__proof summary").click()
    box = card.locator(".card__receipt").bounding_box()
    card.page.set_viewport_size(before)

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_the_keyboard_copies_and_a_screen_reader_hears_it_each_time(
    card: Locator,
) -> None:
    page = card.page
    button = card.get_by_role("button", name="Copy module")
    status = card.locator(".card__head output")
    button.focus()
    page.evaluate(
        "window.heard = 0; new MutationObserver((all) => { heard += all.some("
        "(each) => each.addedNodes.length) }).observe(document.querySelector("
        f"'{CARD} output'), {{childList: true}})"
    )

    for times, key in enumerate(("Enter", "Space"), start=1):
        page.keyboard.press(key)
        page.wait_for_function("times => heard === times", arg=times)
        expect(status).to_have_text("Module copied")
        expect(button).to_be_focused()
    pass_time(page, 50)

    assert page.evaluate("heard") == 2


def test_nothing_moves_when_something_is_copied(card: Locator) -> None:
    place = "el => [el.offsetTop, el.offsetHeight, el.closest('.card').offsetHeight]"
    code = card.locator("pre").first
    before = code.evaluate(place)

    card.get_by_role("button", name="Copy module").click()
    expect(card.locator(".card__head output")).to_be_visible()

    assert code.evaluate(place) == before


def test_each_button_of_a_card_says_what_it_copies(card: Locator) -> None:
    names = card.get_by_role("button").evaluate_all(
        "all => all.map(each => each.ariaLabel)"
    )

    assert names == ["Copy module nulls.py", "Copy co_missing"]
    expect(card.locator(".md-code__nav")).to_have_count(0)


def test_a_permalink_shows_when_it_is_pointed_at_or_reached(card: Locator) -> None:
    link = card.locator(".card__name .headerlink")
    expect(link).to_have_css("opacity", "0")
    card.locator(".card__name").hover()
    expect(link).to_have_css("opacity", "1")
    card.page.mouse.move(0, 0)
    expect(link).to_have_css("opacity", "0")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    assert (link.get_attribute("href") or "").endswith(
        "#snippets.explore.nulls.co_missing"
    )


def test_a_module_that_cannot_be_fetched_is_not_said_to_be_copied(
    browser: Browser, site_url: str
) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script(LASTING_WORDS)
    page.route("**/code/**", lambda route: route.fulfill(status=404, body="<html>"))
    page.goto(f"{site_url}/explore/nulls/")
    page.evaluate("navigator.clipboard.writeText('mine')")
    card = page.locator(CARD).first

    card.get_by_role("button", name="Copy module").click()

    expect(card.locator(".card__head output")).to_contain_text(
        "download nulls.py from “Take it home”"
    )
    assert page.evaluate("navigator.clipboard.readText()") == "mine"
    context.close()


def test_from_a_folder_a_card_copies_a_symbol_and_names_the_download(
    browser: Browser, site: Path
) -> None:
    context = browser.new_context(
        permissions=["clipboard-read", "clipboard-write"], offline=True
    )
    page = context.new_page()
    page.add_init_script(LASTING_WORDS)
    page.goto((site / "explore/nulls/index.html").as_uri())
    card = page.locator(CARD).first

    card.get_by_role("button", name="Copy co_missing").click()
    expect(card.locator(".card__bar output")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    card.get_by_role("button", name="Copy module").click()

    assert copied == sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    expect(card.locator(".card__head output")).to_contain_text(
        "download nulls.py from “Take it home”"
    )
    context.close()


def test_without_javascript_buttons_are_hidden_and_every_fold_opens(
    browser: Browser, site_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}/explore/nulls/")
    card = page.locator(CARD).first
    expect(card.locator("[data-copy]").first).to_be_hidden()

    for fold, inside in (
        (".card__proof", "Take it home"),
        (".card__docstring", "Raises"),
    ):
        card.locator(f"{fold} summary").click()
        expect(card.locator(fold)).to_contain_text(inside, use_inner_text=True)
    context.close()


def test_search_does_not_find_the_controls_of_a_card(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    texts = [entry["text"] for entry in index["docs"] if "nulls/" in entry["location"]]

    assert texts
    for said in ("Docstring:", "proved,", "Copy module", "ran in projects"):
        assert [text for text in texts if said in text] == []


def test_search_finds_the_words_of_a_folded_docstring(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    text = " ".join(
        entry["text"]
        for entry in index["docs"]
        if entry["location"].startswith("explore/nulls/#")
    )
    source = sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    docstring = ast.get_docstring(ast.parse(source).body[0]) or ""  # type: ignore[arg-type]
    words = set(re.findall(r"[A-Za-z_]\w{3,}", docstring))

    assert len(words) > 15
    assert {word for word in words if word not in text and not iskeyword(word)} == set()
