"""What a first page and the next one weigh on the wire, and that none moves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.host import PAGES, Host
from tests.site.ready import wait_until_ready
from tests.site.weight import (
    KIB,
    SHIFT,
    have_fonts_at_once,
    own,
    shared,
    shifted,
)

FIRST, NEXT = 123 * KIB, 43 * KIB  # a figure has 5 KiB of letters
CHAPTER, AFTER = "explore/nulls/", "operate/monitor/"


def sent(host: Host) -> int:
    """Add up what was sent, but for the search index."""
    return sum(size for path, size in host.sent if "search_index" not in path)


@pytest.fixture
def cold(browser: Browser) -> Iterator[Page]:
    """A page of a reader who has never been here, on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def read(page: Page) -> None:
    """Go to the end, and past each figure on the way."""
    wait_until_ready(page)
    for figure in page.locator("img").all():
        figure.scroll_into_view_if_needed()
        expect(figure).not_to_have_js_property("naturalWidth", 0)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")


def test_a_first_chapter_and_the_next_page_are_light_and_weigh_what_the_files_say(
    cold: Page, host: Host
) -> None:
    host.sent.clear()
    have_fonts_at_once(cold)
    cold.goto(f"{host.address}/{CHAPTER}")
    read(cold)
    assert sent(host) < FIRST, host.sent
    # The theme asks for the sitemap, too.
    assert sent(host) == pytest.approx(own(CHAPTER, set(), figures=True), rel=0.03)
    assert shifted(cold) < SHIFT

    # By instant navigation.
    host.sent.clear()
    cold.evaluate(
        """(address) => {
            window.stayed = true;
            const link = Object.assign(document.createElement("a"), { href: address });
            document.querySelector(".md-content").append(link);
            link.click();
        }""",
        f"{host.address}/{AFTER}",
    )
    # The address changes before the page has come.
    expect(cold.locator("h1")).to_have_text(re.compile("^Is the model still right"))
    assert cold.evaluate("window.stayed")
    assert own(AFTER, shared("", CHAPTER)) < sent(host) * 1.05
    assert sent(host) < NEXT, host.sent


@pytest.mark.parametrize("address", ["", "operate/oncall/", "reference/catalogue/"])
def test_nothing_but_its_fonts_moves_a_first_page(
    cold: Page, site_url: str, address: str
) -> None:
    have_fonts_at_once(cold)
    cold.goto(f"{site_url}/{address}")
    wait_until_ready(cold)

    assert shifted(cold) < SHIFT


def test_a_page_that_moves_would_be_found(cold: Page, site_url: str) -> None:
    have_fonts_at_once(cold)
    cold.goto(f"{site_url}/explore/nulls/")
    wait_until_ready(cold)

    cold.evaluate("document.querySelector('h1').style.marginTop = '200px'")

    assert shifted(cold) > SHIFT


def test_each_page_asks_for_its_fonts_in_its_head(site: Path) -> None:
    for address in PAGES:
        head = (site / address / "index.html").read_text().partition("</head>")[0]
        fonts = re.findall(r'<link rel="preload" href="[^"]*/fonts/([^"]+)"', head)
        assert len(fonts) == 2, address


def test_every_page_opens_light_as_a_first_one_and_as_the_next() -> None:
    known = shared("", CHAPTER)
    first = {address: own(address, set()) for address in PAGES}
    following = {address: own(address, known) for address in PAGES}

    assert {page: size for page, size in first.items() if size >= FIRST} == {}
    assert {page: size for page, size in following.items() if size >= NEXT} == {}


def test_every_figure_keeps_its_room_and_waits_for_its_reader(site: Path) -> None:
    figures = [
        figure
        for address in PAGES
        for figure in re.findall(
            r'<img[^>]*src="[^"]*figures/[^>]*>',
            (site / address / "index.html").read_text(),
        )
    ]

    assert len(figures) > 15
    for figure in figures:
        assert re.search(r' width="\d+" height="\d+" loading="lazy"', figure), figure
