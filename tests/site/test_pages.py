"""Every page, as a reader meets it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.site.conftest import Heard, listen
from tests.site.host import PAGES, ROOT, SITE
from tests.site.ready import wait_until_ready
from tests.site.weight import SHIFT, have_fonts_at_once, shifted


def test_there_are_pages() -> None:
    assert {"", "basecamp/choose/", "explore/nulls/", "cross/refactor/"} <= set(PAGES)


@pytest.fixture(scope="module")
def phone(context: BrowserContext, site_url: str) -> Iterator[Heard]:
    """One small page for all addresses, which has its fonts at once."""
    with listen(context, site_url) as heard:
        heard.page.set_viewport_size({"width": 390, "height": 844})
        have_fonts_at_once(heard.page)
        yield heard


@pytest.mark.parametrize("address", [*PAGES, "404.html"])
def test_a_page_loads_in_silence_asks_no_other_host_and_never_moves_or_scrolls_sideways(
    phone: Heard, site_url: str, address: str
) -> None:
    page = phone.page
    phone.complaints.clear()
    response = page.goto(f"{site_url}/{address}")

    assert response is not None
    assert response.status == 200
    expect(page.locator("h1")).to_have_count(1)
    wait_until_ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert shifted(page) < SHIFT
    page.get_by_title("Switch to dark mode").evaluate("label => label.click()")
    expect(page.locator("body[data-md-color-scheme=slate]")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate("localStorage.clear()")  # the next one is light again
    assert phone.complaints == []


def test_a_notebook_is_a_light_page() -> None:
    # Without our template, mkdocs-jupyter inlines 575 KB of CSS.
    for notebook in (ROOT / "docs/late_flights").glob("*.py"):
        page = SITE / "late_flights" / notebook.stem / "index.html"
        assert page.stat().st_size < 150 * 1024, page


def test_search_for_missing_values_offers_the_nulls_chapter(
    page: Page, site_url: str
) -> None:
    page.goto(site_url)
    page.keyboard.press("/")
    page.keyboard.type("missing values")

    best = page.locator(".md-search-result__item:nth-child(-n + 3)")

    expect(best.locator("a[href*='/explore/nulls/']").first).to_be_visible()


def test_the_landing_page_leads_to_every_part(page: Page, site_url: str) -> None:
    page.goto(site_url)
    links = page.locator(".map a").evaluate_all("all => all.map(a => a.href.baseVal)")
    below = page.locator(".md-content a").evaluate_all("all => all.map(a => a.href)")
    tabs = page.locator(".md-tabs__link").evaluate_all("all => all.map(a => a.href)")
    parts = {tab.removeprefix(site_url).split("/")[1] for tab in tabs}
    reached = {str(link).removeprefix(site_url).split("/")[1] for link in below if link}

    assert parts - {"", "reference"} <= reached | {link.split("/")[0] for link in links}
    for address, _, anchor in (link.partition("#") for link in links):
        target = (SITE / address / "index.html").read_text()
        assert not anchor or f'id="{anchor}"' in target


def test_a_click_on_a_peak_climbs_it(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    # Through the theme's instant navigation, which must bear links within an SVG.
    wait_until_ready(page)
    page.locator(".md-logo").first.click()
    page.locator('.map a[aria-label^="Engineering"] text').first.click()

    expect(page).to_have_url(f"{site_url}/engineer/")


def test_the_search_has_a_name_for_a_screen_reader(page: Page, site_url: str) -> None:
    page.goto(site_url)

    expect(page.locator(".md-search")).to_have_attribute("aria-label", "Search")
