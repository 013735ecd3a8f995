"""What a first page and the next one weigh on the wire, and that none moves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.host import KINDS, PAGES, Host

KIB = 1024
FIRST, NEXT = 120 * KIB, 40 * KIB
CHAPTER = "explore/nulls/"
SHIFTED = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
})"""


def weigh(host: Host) -> int:
    """Add up what was sent, but for the search index."""
    return sum(size for path, size in host.sent if "search_index" not in path)


@pytest.fixture
def cold(browser: Browser) -> Iterator[Page]:
    """A page of a reader who has never been here, on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def settle(page: Page) -> None:
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    page.wait_for_load_state("networkidle")


def test_a_first_chapter_sends_less_than_120_kib_and_the_next_page_less_than_40(
    cold: Page, host: Host
) -> None:
    host.sent.clear()
    cold.goto(f"{host.address}/{CHAPTER}")
    settle(cold)
    cold.wait_for_timeout(500)  # what comes without being waited for
    assert 60 * KIB < weigh(host) < FIRST, host.sent

    host.sent.clear()
    cold.goto(f"{host.address}/engineer/api/")
    settle(cold)
    assert weigh(host) < NEXT, host.sent


def test_a_page_by_instant_navigation_weighs_less_than_40_kib(
    cold: Page, host: Host
) -> None:
    cold.goto(f"{host.address}/{CHAPTER}")
    settle(cold)
    cold.evaluate("window.stayed = true")
    over: dict[str, float] = {}
    for address in PAGES[1:]:
        host.sent.clear()
        cold.evaluate(
            """(address) => {
                const link = document.createElement("a");
                link.href = address;
                document.querySelector(".md-content").append(link);
                link.click();
            }""",
            f"{host.address}/{address}",
        )
        expect(cold).to_have_url(f"{host.address}/{address}")
        settle(cold)
        assert cold.evaluate("window.stayed"), address
        over |= {address: weigh(host)} if weigh(host) >= NEXT else {}
    # Its page and its two figures: to be lighter.
    assert over.keys() <= {"operate/monitor/"}, over


@pytest.mark.parametrize("address", KINDS)
def test_nothing_shifts_while_a_page_loads(
    cold: Page, site_url: str, address: str
) -> None:
    cold.goto(f"{site_url}/{address}")
    settle(cold)

    assert cold.evaluate(SHIFTED) < 0.01
