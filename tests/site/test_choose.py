"""The form of "Which mountain, when?" as a reader meets it, in Chromium."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from snippets.basecamp.choose.advice import recommend
from snippets.basecamp.choose.situation import Situation
from tests.site.ready import wait_until_ready

GRID = Situation.grid()
NAME = "Which mountain, when?"


@pytest.fixture
def address(site_url: str) -> str:
    return f"{site_url}/basecamp/choose/"


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def form(page: Page) -> Locator:
    return page.get_by_role("form", name=NAME)


def answer(page: Page, situation: Situation) -> None:
    for group, value in zip(
        form(page).get_by_role("group").all(), astuple(situation), strict=True
    ):
        group.get_by_role("radio", name=value, exact=True).check()


# What the form says: the rung with its mountain, and each term with its lines.
SHOWN = """form => {
    const [rung, list] = form.querySelector("[aria-live=polite]").children;
    const title = [...rung.childNodes].map(node => node.textContent.trim());
    const advice = { rung: title };
    let term;
    for (const { tagName, textContent } of list.children) {
        if (tagName === "DT") advice[(term = textContent)] = [];
        else advice[term].push(textContent);
    }
    return advice;
}"""


def shown(page: Page) -> dict[str, list[str]]:
    advice: dict[str, list[str]] = form(page).evaluate(SHOWN)
    return advice


def expected(situation: Situation) -> dict[str, list[str]]:
    advice = recommend(situation)
    rung = advice.rung
    return {
        "rung": [rung.name, rung.mountain],
        "Make": [rung.make],
        "Why": list(advice.reasons),
        "Stop rule": [rung.stop],
    }


def test_form_and_function_agree_in_every_situation(page: Page, address: str) -> None:
    page.goto(address)
    rows = [astuple(situation) for situation in reversed(GRID)]

    said = form(page).evaluate(
        f"""(form, rows) => rows.map(row => {{
            const groups = form.querySelectorAll("fieldset");
            row.forEach((answer, i) =>
                [...groups[i].elements].find(input => input.value === answer).click());
            return ({SHOWN})(form);
        }})""",
        rows,
    )

    assert said == [expected(situation) for situation in reversed(GRID)]


def test_it_starts_where_the_least_is_at_stake(page: Page, address: str) -> None:
    page.goto(address)

    expect(form(page)).to_be_visible()
    assert shown(page) == expected(Situation())


def test_its_questions_and_advice_have_names_for_a_screen_reader(
    page: Page, address: str
) -> None:
    page.goto(address)

    groups = form(page).get_by_role("group")
    expect(groups).to_have_count(4)
    for name in ("The question is", "Who acts on it", "A wrong answer costs"):
        expect(form(page).get_by_role("group", name=name, exact=True)).to_be_visible()
    expect(form(page).get_by_role("radio")).to_have_count(2 + 3 + 3 + 3)
    expect(form(page).get_by_role("status")).to_have_attribute("aria-live", "polite")


def test_the_keyboard_alone_is_enough(page: Page, address: str) -> None:
    page.goto(address)
    form(page).get_by_role("radio").first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")  # from the first answer round to the last
    situation = Situation("answered", "the public", "money", "unattended")
    assert shown(page) == expected(situation)

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == expected(
        Situation("answered", "the public", "an hour", "unattended")
    )

    page.keyboard.press("Enter")  # sends nothing anywhere
    assert page.url == address


def test_the_focus_can_be_seen(page: Page, address: str) -> None:
    page.goto(address)
    first = form(page).get_by_role("radio").first
    page.locator("#choose-form").evaluate("place => place.scrollIntoView()")
    first.focus()
    page.keyboard.press("ArrowRight")

    outline = form(page).locator("input:focus-visible + span")

    expect(outline).to_have_text("answered")
    expect(outline).to_have_css("outline-style", "solid")


def test_it_comes_back_when_the_theme_changes_the_page_without_loading(
    page: Page, address: str
) -> None:
    page.goto(address)
    wait_until_ready(page)
    page.evaluate("window.stayed = true")

    page.locator(".md-logo").first.click()
    expect(form(page)).to_have_count(0)
    page.go_back()

    expect(form(page)).to_have_count(1)
    assert page.evaluate("window.stayed")
    assert shown(page) == expected(GRID[0])


def test_it_remembers_nothing(page: Page, address: str) -> None:
    page.goto(address)
    answer(page, GRID[-1])
    kept = "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"
    assert "unattended" not in page.evaluate(kept)

    page.reload()

    assert shown(page) == expected(GRID[0])


def test_a_marked_word_from_the_search_does_not_break_it(
    page: Page, address: str
) -> None:
    page.goto(f"{address}?h=money")
    expect(page.locator("mark").first).to_be_attached()
    costly = Situation("answered", "a team", "money", "unattended")

    answer(page, costly)

    assert shown(page) == expected(costly)


def test_without_javascript_the_table_can_be_read(
    without_javascript: Page, address: str
) -> None:
    page = without_javascript
    page.goto(address)
    expect(form(page)).to_have_count(0)
    expect(page.locator("#choose-form")).to_contain_text("needs JavaScript")

    page.locator("#choose-table summary").click()

    rows = page.locator("#choose-table tbody tr")
    expect(rows).to_have_count(len(GRID))
    expect(rows.last).to_be_visible()
    expect(rows.last).to_contain_text(recommend(GRID[-1]).rung.stop)


def test_it_works_from_a_file(browser: Browser, site: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((site / "basecamp/choose/index.html").as_uri())

    answer(page, GRID[-1])

    assert shown(page) == expected(GRID[-1])
    context.close()


@pytest.mark.parametrize("opened", [False, True], ids=["folded", "open"])
def test_on_a_phone_only_the_table_scrolls_sideways(
    page: Page, address: str, opened: bool
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    answer(page, GRID[-1])
    if opened:
        page.locator("#choose-table summary").click()
        expect(page.locator("#choose-table tbody tr").last).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_search_does_not_offer_rows_of_the_table(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    [section] = [
        entry["text"]
        for entry in index["docs"]
        if entry["location"] == "basecamp/choose/#answer-four-questions"
    ]

    assert "opinion" in section
    assert recommend(GRID[0]).rung.make not in section


@pytest.mark.parametrize("heading", ["experimentation", "engineering"])
def test_the_map_can_link_to_both_mountains(
    page: Page, address: str, heading: str
) -> None:
    page.goto(f"{address}#{heading}")

    expect(page.locator(f"h2#{heading}")).to_be_in_viewport()
