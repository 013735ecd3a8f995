"""A term's definition comes to whoever points at it, or reaches it by keyboard."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

TERM = 'a[href$="reference/glossary/#survivorship-bias"]'
PREVIEW = ".md-tooltip2--active"


@pytest.fixture
def chapter(page: Page, site_url: str) -> Page:
    """A chapter with a term, of a site that knows where it is served."""

    def moved(route: Route) -> None:
        # The theme previews the pages of its sitemap, which has the port of `serve`.
        text = route.fetch().text()
        body = re.sub(r"<loc>[a-z]+://[^/]+", f"<loc>{site_url}", text)
        route.fulfill(body=body, content_type="application/xml")

    page.route("**/sitemap.xml", moved)
    page.goto(f"{site_url}/explore/nulls/", wait_until="networkidle")
    return page


def test_pointing_at_a_term_shows_its_entry(chapter: Page) -> None:
    chapter.locator(TERM).first.hover()

    preview = chapter.locator(PREVIEW)
    expect(preview).to_contain_text("judging all that set out by what came through")
    expect(preview.locator(".highlight").first).to_contain_text("late.mean()")
    # The pointer may move into it, and follow a link there.
    preview.hover()
    expect(preview).to_be_visible()
    chapter.mouse.move(0, 0)
    expect(preview).to_have_count(0)


def test_a_term_that_the_keyboard_reaches_shows_its_entry(chapter: Page) -> None:
    focused = "document.activeElement.matches"
    for _ in range(100):
        chapter.keyboard.press("Tab")
        if chapter.evaluate(f"{focused}({TERM!r})"):
            break

    assert chapter.evaluate(f"{focused}(':focus-visible')")
    preview = chapter.locator(PREVIEW)
    expect(preview).to_contain_text("judging all that set out by what came through")
    chapter.keyboard.press("Enter")
    expect(chapter).to_have_url(re.compile(r"/reference/glossary/#survivorship-bias$"))
