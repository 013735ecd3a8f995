"""Wait for a page, and never for the clock: a busy machine is later, not wrong."""

from playwright.sync_api import Page

__all__ = ["LASTING_WORDS", "pass_time", "wait_until_ready"]

# Until the theme has its sitemap it leaves clicks to the browser, which loads anew what
# the theme would have changed in place.
_READY = """() => document.readyState === "complete"
    && document.fonts.status === "loaded"
    && performance.getEntriesByType("resource").some(({ name, responseEnd }) =>
        name.endsWith("/sitemap.xml") && responseEnd > 0)"""
_IDLE = "() => new Promise((resolve) => requestIdleCallback(resolve))"
# What a page says and forgets after seconds may be gone before a busy machine looks.
LASTING_WORDS = """{
    const later = window.setTimeout;
    window.setTimeout = (act, wait, ...rest) =>
        wait >= 1000 ? 0 : later(act, wait, ...rest);
}"""


def wait_until_ready(page: Page) -> None:
    """Wait until a served page has its fonts, answers clicks, and has nothing to do."""
    page.wait_for_function(_READY)
    page.evaluate(_IDLE)


def pass_time(page: Page, milliseconds: int) -> None:
    """Let time pass on the page's own clock: timers set before have run after it."""
    page.evaluate(
        "wait => new Promise((resolve) => setTimeout(resolve, wait))", milliseconds
    )
