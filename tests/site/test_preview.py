"""A term's definition comes to whoever points at it, or reaches it by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from handbook.base.files import Files
from handbook.book.glossary import anchor, read_glossary
from tests.site.host import ROOT, SITE
from tests.site.ready import pass_time

TERM = 'a[href*="reference/glossary/"][href$="#survivorship-bias"]'
SAYS = "judging all that set out by what came through"


@pytest.fixture
def chapter(page: Page, site_url: str) -> Page:
    page.goto(f"{site_url}/explore/nulls/")
    return page


def preview(page: Page) -> Locator:
    return page.get_by_role("tooltip")


def test_pointing_at_a_term_shows_its_entry(chapter: Page) -> None:
    term = chapter.locator(TERM).first
    term.hover()

    tip = preview(chapter)
    expect(tip).to_contain_text(SAYS)
    expect(tip.locator("pre").first).to_contain_text("late.mean()")
    expect(tip.locator("pre").last).to_contain_text("6.6 minutes late")
    expect(term).to_have_accessible_description(re.compile(SAYS))
    # The pointer may move into it, and leave both.
    tip.hover()
    pass_time(chapter, 300)
    expect(tip).to_be_visible()
    chapter.mouse.move(0, 0)
    expect(tip).to_have_count(0)


def test_escape_closes_it_and_the_pointer_stays_where_it_is(chapter: Page) -> None:
    chapter.locator(TERM).first.hover()
    expect(preview(chapter)).to_be_visible()

    chapter.keyboard.press("Escape")

    expect(preview(chapter)).to_have_count(0)
    pass_time(chapter, 300)
    expect(preview(chapter)).to_have_count(0)


BEFORE = """term => {
    const all = [...document.querySelectorAll("a[href], button, summary")];
    const seen = all.filter((each) => each.checkVisibility());
    seen[seen.indexOf(term) - 1].focus();
}"""


def test_a_term_that_the_keyboard_reaches_shows_its_entry(chapter: Page) -> None:
    term = chapter.locator(TERM).first
    term.evaluate(BEFORE)
    for _ in range(3):
        chapter.keyboard.press("Tab")
        if term.evaluate("el => el === document.activeElement"):
            break

    expect(term).to_be_focused()
    expect(preview(chapter)).to_contain_text(SAYS)
    chapter.mouse.move(5, 5)  # of another's hand: the focus is still there
    pass_time(chapter, 300)
    expect(preview(chapter)).to_be_visible()
    chapter.keyboard.press("Escape")
    expect(preview(chapter)).to_have_count(0)
    expect(term).to_be_focused()
    chapter.keyboard.press("Shift+Tab")
    chapter.keyboard.press("Tab")
    expect(preview(chapter)).to_be_visible()
    chapter.keyboard.press("Tab")
    expect(preview(chapter)).to_have_count(0)


def test_following_the_link_closes_it(chapter: Page) -> None:
    chapter.locator(TERM).first.hover()
    expect(preview(chapter)).to_be_visible()

    chapter.locator(TERM).first.click()

    expect(chapter).to_have_url(re.compile(r"/reference/glossary/#survivorship-bias$"))
    expect(preview(chapter)).to_have_count(0)


def test_a_link_that_is_no_term_previews_nothing(chapter: Page) -> None:
    chapter.locator(TERM).first.hover()
    expect(preview(chapter)).to_be_visible()  # so the entries have come
    chapter.keyboard.press("Escape")

    chapter.locator(".chapter-foot a").first.hover()

    pass_time(chapter, 300)
    expect(preview(chapter)).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_it_stays_within_the_window(chapter: Page, width: int) -> None:
    chapter.set_viewport_size({"width": width, "height": 700})
    terms = chapter.locator('.md-content a[href*="reference/glossary/#"]')

    for term in terms.all():
        term.hover()
        expect(preview(chapter)).to_be_visible()
        box = preview(chapter).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        chapter.keyboard.press("Escape")
    assert chapter.evaluate("document.documentElement.scrollWidth") == width


@pytest.fixture
def folder(browser: Browser, site: Path) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((site / "explore/nulls/index.html").as_uri())
    yield page
    context.close()


def test_it_works_from_a_folder_without_a_network(folder: Page) -> None:
    # There the address of a term ends in index.html, or names the folder alone.
    folder.locator('a[href$="#survivorship-bias"]').first.hover()

    expect(preview(folder)).to_contain_text(SAYS)


def test_every_link_to_a_term_has_an_entry() -> None:
    terms, _ = read_glossary(Files(ROOT))
    known = {anchor(term.term) for term in terms}
    linked = {
        place
        for page in SITE.rglob("index.html")
        for place in re.findall(
            r'href="[^"]*reference/glossary/#([^"]+)"', page.read_text("utf-8")
        )
    }

    assert linked
    assert linked <= known
