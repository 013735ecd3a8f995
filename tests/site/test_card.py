"""A card gives away exactly what it promises, in Chromium."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.site.cards import check_buttons, sources, units
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


@pytest.fixture
def card(lasting: Heard, site_url: str) -> Iterator[Locator]:
    lasting.page.goto(f"{site_url}/explore/nulls/")
    lasting.page.mouse.move(0, 0)
    yield lasting.page.locator(".card").nth(1)
    assert lasting.complaints == []


def test_the_keyboard_copies_and_a_screen_reader_hears_it_each_time(
    card: Locator,
) -> None:
    page = card.page
    button = card.get_by_role("button", name="Copy module")
    status = card.get_by_role("status")
    button.focus()
    page.evaluate(
        "window.heard = 0; new MutationObserver((all) => { heard += all.some("
        "(each) => each.addedNodes.length) }).observe("
        "document.querySelectorAll('.card [role=status]')[1], {childList: true})"
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
    code = card.locator("pre")
    before = code.evaluate(place)

    card.get_by_role("button", name="Copy module").click()
    expect(card.get_by_role("status")).to_be_visible()

    assert code.evaluate(place) == before


def test_each_button_of_a_card_says_what_it_copies(card: Locator) -> None:
    names = card.get_by_role("button").evaluate_all(
        "all => all.map(each => each.ariaLabel)"
    )

    assert names == [
        "Copy co_missing",
        "Copy module nulls.py",
        "Copy the command handbook add explore.nulls",
    ]
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


def test_every_card_of_a_unit_says_how_it_is_added_and_if_it_was_proved(
    page: Page, site_url: str
) -> None:
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))["snippets"]
    page.goto(f"{site_url}/explore/nulls/")
    feet = page.locator(".card:not(.card--before) .card__foot").all_text_contents()
    receipt = registry["explore.nulls"]["receipt"]

    assert len(feet) == 4
    for foot in feet:
        assert "handbook add explore.nulls" in foot
        assert (f"Proved {receipt['date']}" if receipt else "Not yet proved") in foot


def test_a_module_that_cannot_be_fetched_is_not_said_to_be_copied(
    browser: Browser, site_url: str
) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script(LASTING_WORDS)
    page.route("**/code/**", lambda route: route.fulfill(status=404, body="<html>"))
    page.goto(f"{site_url}/explore/nulls/")
    page.evaluate("navigator.clipboard.writeText('mine')")
    card = page.locator(".card").nth(1)

    card.get_by_role("button", name="Copy module").click()

    expect(card.get_by_role("status")).to_contain_text("follow the link nulls.py")
    assert page.evaluate("navigator.clipboard.readText()") == "mine"
    context.close()


def test_from_a_folder_a_card_copies_what_it_shows_and_says_where_the_rest_is(
    browser: Browser, site: Path
) -> None:
    context = browser.new_context(
        permissions=["clipboard-read", "clipboard-write"], offline=True
    )
    page = context.new_page()
    page.add_init_script(LASTING_WORDS)
    page.goto((site / "explore/nulls/index.html").as_uri())
    card = page.locator(".card").nth(1)

    card.get_by_role("button", name="Copy co_missing").click()
    expect(card.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    card.get_by_role("button", name="Copy module").click()

    assert copied == sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    expect(card.get_by_role("status")).to_contain_text("follow the link nulls.py")
    context.close()


def test_without_javascript_no_button_pretends(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}/explore/nulls/")
    card = page.locator(".card").nth(1)

    expect(card.locator("[data-copy]").first).to_be_hidden()
    expect(card.get_by_role("link", name="nulls.py")).to_be_visible()
    context.close()
