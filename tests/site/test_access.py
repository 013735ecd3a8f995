"""Everybody can read, hear and work every page."""

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.site.axe import violations
from tests.site.focus import stops
from tests.site.host import KINDS, PAGES
from tests.site.ready import wait_until_ready

# Elements whose text is cut off or lies beyond the window, with nothing to scroll.
LOST = """() => [...document.querySelectorAll(".md-content *")]
    .filter((node) => node.matches("h1, h2, h3, p, li, td, dd, button"))
    .filter((node) => node.checkVisibility() && node.getClientRects().length)
    .filter((node) => !node.closest(".md-typeset__scrollwrap, pre, .notebook__table"))
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1
        || node.scrollWidth > node.clientWidth + 1
           && getComputedStyle(node).overflowX === "hidden")
    .map((node) => node.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module", params=KINDS)
def kind(
    context: BrowserContext, site_url: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page of each kind, opened once for all that is asked of it in this order."""
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 512})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site_url}/{request.param}")
    wait_until_ready(page)
    yield page
    page.close()


@pytest.mark.parametrize("width", [320, 720])
def test_at_four_and_two_times_the_size_nothing_is_lost(kind: Page, width: int) -> None:
    kind.set_viewport_size({"width": width, "height": 512})
    wait_until_ready(kind)

    assert kind.evaluate("document.documentElement.scrollWidth") == width
    assert kind.evaluate(LOST) == []


def test_nothing_moves_for_whoever_asked_for_that(kind: Page) -> None:
    moving = kind.evaluate(
        """() => [...document.querySelectorAll("*")].filter((node) => {
            const style = getComputedStyle(node);
            return parseFloat(style.transitionDuration) > 0.01
                || style.animationName !== "none" || style.scrollBehavior === "smooth";
        }).map((node) => node.outerHTML.slice(0, 120))"""
    )

    assert moving == []


def test_the_keyboard_shows_where_it_is(kind: Page) -> None:
    """At its first stops; `make audit` goes on to the end of every page."""
    kind.set_viewport_size({"width": 1280, "height": 900})

    found = stops(kind, 40)

    assert [stop["name"] for stop in found if not stop["seen"]] == []
    assert len(found) > 20 or kind.url.endswith("404.html")


# In the dark other colours are all that differs; `make audit` asks for all rules there,
# and looks at each row of a list.
@pytest.mark.parametrize("only", [("default",), ("slate", "color-contrast")])
def test_axe_finds_nothing(kind: Page, only: tuple[str, ...]) -> None:
    kind.set_viewport_size({"width": 1280, "height": 900})

    assert violations(kind, *only) == []


def test_axe_would_find_something(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/pathways/alone/")
    page.evaluate("document.querySelector('h1').before(new Image())")
    page.add_style_tag(content="[data-md-color-scheme=slate] h1 { color: #333 }")

    assert {rule for rule, *_ in violations(page)} >= {"image-alt"}
    assert {rule for rule, *_ in violations(page, "slate")} >= {"color-contrast"}


def test_a_focus_that_does_not_show_would_be_found(page: Page, site_url: str) -> None:
    for spoilt in ("outline-color: #f0e6d8", "outline-width: 1px", "outline: none"):
        page.goto(f"{site_url}/pathways/alone/")
        page.add_style_tag(content=f".md-logo:focus-visible {{ {spoilt} !important }}")

        found = [stop["name"] for stop in stops(page, 4) if not stop["seen"]]

        assert ["md-logo" in name for name in found] == [True], spoilt


def test_the_skip_link_leads_past_the_navigation(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    wait_until_ready(page)

    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1:target")).to_be_visible()
    page.keyboard.press("Tab")

    expect(page.locator(".md-content :focus")).to_have_count(1)


def test_escape_closes_the_search_and_gives_the_page_back(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    page.keyboard.press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.keyboard.type("null")
    expect(page.locator(".md-search-result__item").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator(".md-search__input")).not_to_be_focused()
    expect(page.locator(".md-search__output")).not_to_be_visible()


def test_the_search_waits_until_someone_turns_to_it(page: Page, site_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site_url}/explore/honest/")
    wait_until_ready(page)
    assert not any("/search_index" in url or "/workers/" in url for url in asked)

    page.keyboard.press("/")
    page.keyboard.type("leakage")

    expect(page.locator(".md-search-result__item").first).to_be_visible()


def test_the_map_can_be_climbed_by_keyboard(page: Page, site_url: str) -> None:
    page.goto(site_url)
    page.locator('.map a[aria-label^="Engineering"]').focus()

    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{site_url}/engineer/")


def test_a_fold_opens_by_keyboard(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    fold = page.locator(".md-content details").first
    fold.locator("summary").focus()

    page.keyboard.press("Enter")

    expect(fold).to_have_attribute("open", "")


@pytest.mark.parametrize("address", PAGES)
def test_every_image_says_what_it_shows(site: Path, address: str) -> None:
    page = (site / address / "index.html").read_text()
    images = re.findall(r"<img\b[^>]*>", page)

    for image in images:
        said = re.search(r'\balt="([^"]*)"', image)
        assert said, image[:200]
        assert len(said[1].split()) > 4, image[:200]


@pytest.mark.parametrize("address", PAGES)
def test_headings_go_down_one_step_at_a_time(site: Path, address: str) -> None:
    page = (site / address / "index.html").read_text()
    article = page.partition("<article")[2].partition("</article>")[0]
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", article)]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def _letters(site: Path, pattern: str) -> set[str]:
    letters: set[str] = set()
    for address in PAGES:
        page = (site / address / "index.html").read_text()
        page = re.sub(
            r"<(script|style|pre|code|kbd|svg)\b.*?</\1>", "", page, flags=re.S
        )
        for text in re.findall(pattern, page, flags=re.S):
            letters |= set(html.unescape(re.sub(r"<[^>]+>", "", text)))
    return {letter for letter in letters if not letter.isspace()}


def _drawn_by(page: Page, cdp: CDPSession, letters: list[str]) -> dict[str, str]:
    """Show each letter in a paragraph of its own, and say what draws it."""
    page.evaluate(
        "letters => document.body.replaceChildren(...letters.map((letter) =>"
        "Object.assign(document.createElement('p'), { textContent: letter })))",
        letters,
    )
    root = cdp.send("DOM.getDocument")["root"]["nodeId"]
    found = cdp.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p"})
    drawn = {}
    for letter, node in zip(letters, found["nodeIds"], strict=True):
        fonts: list[dict[str, object]] = []
        while not fonts:  # until it is painted
            answer = cdp.send("CSS.getPlatformFontsForNode", {"nodeId": node})
            fonts = answer["fonts"]
        ours = all(font["isCustomFont"] for font in fonts)
        drawn[letter] = "ours" if ours else str(fonts)
    return drawn


@pytest.mark.parametrize(
    ("family", "pattern"),
    [
        ("Trail Sans", r"<body.*</body>"),
        ("Fraunces", r"<h[1-3]\b[^>]*>.*?</h[1-3]>"),
    ],
)
def test_our_fonts_have_every_letter_that_a_page_writes_in_them(
    page: Page, site_url: str, site: Path, family: str, pattern: str
) -> None:
    page.goto(f"{site_url}/404.html")
    font = f"600 16px '{family}'"
    page.evaluate("font => document.body.style.font = font", font)
    page.evaluate("font => document.fonts.load(font)", font)
    cdp = page.context.new_cdp_session(page)
    cdp.send("DOM.enable")
    cdp.send("CSS.enable")

    drawn = _drawn_by(page, cdp, [*sorted(_letters(site, pattern)), "\u0416"])

    assert drawn.pop("\u0416") != "ours"
    assert len(drawn) > 40
    assert {letter: font for letter, font in drawn.items() if font != "ours"} == {}


def test_a_table_wider_than_a_phone_scrolls_by_keyboard(
    page: Page, site_url: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site_url}/cross/refactor/")
    table = page.get_by_role("group", name="Scrolls sideways").first

    table.focus()
    page.keyboard.press("ArrowRight")

    expect(table).not_to_have_js_property("scrollLeft", 0)


def test_headings_their_links_and_what_was_printed_are_heard_as_words(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    heading = page.get_by_role("heading", name="On which days is it null?", exact=True)

    expect(heading.get_by_role("link", name="Link to this section")).to_be_visible()
    expect(page.get_by_role("group", name="Printed").first).to_contain_text(
        "minutes late"
    )
