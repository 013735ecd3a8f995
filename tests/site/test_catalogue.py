"""The catalogue as a reader meets it, in Chromium."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from handbook.registry.model import Registry
from tests.site.host import SITE
from tests.site.ready import wait_until_ready

OFFER = Registry.from_json((SITE / "registry.json").read_text("utf-8"))
ADDRESS = "reference/catalogue/"


@pytest.fixture
def address(site_url: str) -> str:
    return f"{site_url}/{ADDRESS}"


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def rows(page: Page) -> Locator:
    return page.locator(".catalogue tr[id]:visible")


def names(page: Page) -> list[str]:
    return [str(name) for name in rows(page).evaluate_all("all => all.map(r => r.id)")]


def inside_of(part: str) -> list[str]:
    return [name for name, unit in OFFER.snippets.items() if unit.part == part]


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("search", name="Filter the snippets").get_by_label(name)


def test_each_snippet_has_a_row_that_says_what_it_is(page: Page, address: str) -> None:
    page.goto(address)
    said = rows(page).evaluate_all("all => all.map(row => [row.id, row.innerText])")

    assert {name for name, _ in said} == OFFER.snippets.keys()
    for name, text in said:
        unit = OFFER.snippets[name]
        shown = re.sub(r"\s+", " ", text)
        told = unit.purpose.replace("`", "")
        assert told in shown
        assert f"handbook add {name}" in shown
        for requirement in unit.requires:
            assert requirement in shown
        assert ("not yet proved" in shown) == (unit.receipt is None)
        if unit.receipt:
            assert f"{unit.receipt.tests} test" in shown
        for chapter in unit.chapters:
            assert chapter.title in shown


def test_each_snippet_has_tests_and_a_chapter() -> None:
    assert [n for n, u in OFFER.snippets.items() if not (u.tests and u.chapters)] == []


def test_each_row_leads_to_cards_and_downloads_that_are_there(
    page: Page, address: str
) -> None:
    page.goto(address)
    for name, unit in OFFER.snippets.items():
        row = page.locator(f"[id='{name}']")
        links = row.locator("a").evaluate_all("all => all.map(a => a.href)")
        places = [link.split(address.removesuffix(ADDRESS))[1] for link in links]

        assert {*unit.files, *unit.tests} <= set(places)
        cards = [place for place in places if "#snippets." in place]
        assert cards, name
        for card in cards:
            chapter, _, symbol = card.partition("#")
            assert symbol.startswith(f"snippets.{name}")
            assert f'id="{symbol}"' in (SITE / chapter / "index.html").read_text()
        for place in (p for p in places if p.startswith("code/")):
            assert (SITE / place).is_file()


def test_filters_narrow_it_and_say_how_far(page: Page, address: str) -> None:
    total = len(OFFER.snippets)
    page.goto(address)
    status = page.locator(".catalogue-filter").get_by_role("status")
    expect(status).to_have_text(f"{total} snippets")

    field(page, "Part").select_option("engineer")
    inside = inside_of("engineer")
    assert names(page) == inside
    expect(status).to_have_text(f"{len(inside)} of {total} snippets")
    expect(page.locator(".catalogue__part:visible")).to_have_text("Engineering")

    field(page, "Needs").select_option("pandera")
    with_pandera = [
        name
        for name in inside
        if any(r.startswith("pandera") for r in OFFER.snippets[name].requires)
    ]
    assert names(page) == with_pandera
    assert 0 < len(with_pandera) < len(inside)

    page.get_by_role("button", name="Show all").click()
    expect(rows(page)).to_have_count(total)
    expect(page).to_have_url(address)


def test_packages_may_be_none(page: Page, address: str) -> None:
    page.goto(address)

    field(page, "Needs").select_option("none")

    alone = [name for name, unit in OFFER.snippets.items() if not unit.requires]
    assert sorted(names(page)) == alone != []


def test_words_find_names_terms_and_files(page: Page, address: str) -> None:
    page.goto(address)
    for words, found in {
        "co_missing": "explore.nulls",
        "SURVIVORSHIP": "explore.nulls",  # a term of its chapter
        "test_pickles.py": "secure.pickles",
        "null cause": "explore.nulls",
    }.items():
        field(page, "Find").fill(words)

        assert found in names(page), words
        assert len(names(page)) < len(OFFER.snippets) / 2, words


def test_words_that_find_nothing_say_so(page: Page, address: str) -> None:
    page.goto(address)

    field(page, "Find").fill("nothing has this word: zyzzyva")

    expect(rows(page)).to_have_count(0)
    expect(page.locator(".catalogue-filter").get_by_role("status")).to_contain_text(
        "No snippet fits"
    )


def test_a_filtered_view_can_be_shared(page: Page, address: str) -> None:
    page.goto(f"{address}?keep=me")
    field(page, "Find").fill("null")
    field(page, "Needs").select_option("pandas")
    shared, seen = page.url, names(page)
    assert "keep=me" in shared
    assert 0 < len(seen) < len(OFFER.snippets)

    page.goto("about:blank")
    page.goto(shared)

    expect(field(page, "Find")).to_have_value("null")
    expect(field(page, "Needs")).to_have_value("pandas")
    assert names(page) == seen


def test_an_address_with_a_package_that_is_no_more_shows_all(
    page: Page, address: str
) -> None:
    page.goto(f"{address}?package=polars&part=%22%3E")

    expect(rows(page)).to_have_count(len(OFFER.snippets))


def test_it_filters_after_instant_navigation(page: Page, site_url: str) -> None:
    page.goto(site_url)
    wait_until_ready(page)
    page.evaluate("window.here = true")
    page.get_by_role("link", name="Code to take home").click()
    expect(page).to_have_url(f"{site_url}/{ADDRESS}")

    field(page, "Part").select_option("explore")

    expect(rows(page)).to_have_count(len(inside_of("explore")))
    assert page.evaluate("window.here"), "the page was loaded anew"


def test_a_slash_is_the_search_of_the_site_but_within_a_field(
    page: Page, address: str
) -> None:
    page.goto(address)
    field(page, "Find").press("/")
    expect(field(page, "Find")).to_have_value("/")
    expect(page.locator("#__search")).not_to_be_checked()

    page.locator("h1").click()
    page.keyboard.press("/")

    expect(page.locator("#__search")).to_be_checked()


def test_the_command_is_copied(page: Page, address: str) -> None:
    page.goto(address)

    page.get_by_role("button", name="Copy handbook add explore.nulls").click()

    expect(page.locator(".md-dialog")).to_be_visible()
    page.wait_for_function(
        "async wanted => await navigator.clipboard.readText() === wanted",
        arg="handbook add explore.nulls",
    )


def test_without_javascript_it_is_a_table(
    without_javascript: Page, address: str
) -> None:
    page = without_javascript
    page.goto(address)

    expect(page.locator(".catalogue-filter")).to_be_hidden()
    expect(rows(page)).to_have_count(len(OFFER.snippets))
    expect(page.get_by_role("columnheader", name="Needs")).to_be_visible()


def test_on_a_phone_rows_are_cards_and_still_a_table(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}#explore.nulls")
    row = page.get_by_role("row").and_(page.locator("[id='explore.nulls']"))

    expect(row).to_be_in_viewport()
    expect(row.get_by_role("cell")).to_have_count(4)
    edges = row.get_by_role("cell").evaluate_all(
        "all => all.map(cell => cell.getBoundingClientRect().left)"
    )
    assert len(set(edges)) == 1  # one below the other
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_works_from_a_file(browser: Browser, site: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((site / ADDRESS / "index.html").as_uri())

    field(page, "Part").select_option("explore")

    expect(rows(page)).to_have_count(len(inside_of("explore")))
    assert page.url.endswith("?part=explore")
    context.close()


def test_the_search_of_the_site_finds_the_page_and_no_row_of_it() -> None:
    index = json.loads((SITE / "search/search_index.json").read_text("utf-8"))
    texts = [e["text"] for e in index["docs"] if e["location"].startswith(ADDRESS)]

    assert texts
    assert not any("not yet proved" in text or ".py" in text for text in texts)
