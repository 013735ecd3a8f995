"""The game "You are paged" as a reader plays it, in Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.ready import wait_until_ready

ACTS = ["leave it", "restart", "roll back", "no weather", "last week", "make room"]
NIGHTS = 17


@pytest.fixture
def address(site_url: str) -> str:
    return f"{site_url}/operate/oncall/"


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def game(page: Page) -> Locator:
    return page.get_by_role("region", name="You are paged")


def rows(page: Page) -> list[dict[str, str]]:
    # The table is folded, so nothing of it is rendered.
    text = page.locator("#paged-table .language-text code").text_content() or ""
    heads, *lines = [
        [cell.strip() for cell in line.split("|")]
        for line in text.splitlines()
        if "|" in line
    ]
    return [dict(zip(heads, line, strict=True)) for line in lines]


# Play one page after the other by clicks of the page's own, which take a tenth of the
# time of a mouse's; tell what each showed before and after its act.
PLAY = """([region, acts]) => acts.map((act) => {
    const before = region.innerText;
    const items = [...region.querySelectorAll("li")].map((item) => item.innerText);
    const buttons = [...region.querySelectorAll("button")];
    buttons.find((button) => button.innerText === act).click();
    const verdict = region.querySelector("[role=status]").innerText;
    region.querySelector(".paged__next").click();
    return { before, items, verdict };
})"""


def play_all(page: Page, acts: list[str]) -> list[dict[str, Any]]:
    region = game(page).element_handle()
    told: list[dict[str, Any]] = page.evaluate(PLAY, [region, acts])
    return told


def verdict(page: Page) -> str:
    return game(page).get_by_role("status").inner_text()


def play(page: Page, act: str) -> None:
    game(page).get_by_role("button", name=act, exact=True).click()


def test_the_table_has_a_first_act_and_an_owner_for_each_night(
    page: Page, address: str
) -> None:
    page.goto(address)

    table = rows(page)

    assert len(table) == len({row["Night"] for row in table}) == NIGHTS
    for row in table:
        assert row["First act"] in ACTS
        assert all(row[name] for name in ("You see", "Cause", "Owner"))


def test_each_signal_of_the_game_is_defined_above_it_with_its_range(
    page: Page, address: str
) -> None:
    page.goto(address)
    defined = page.locator("article").inner_text().split("Try it: you are paged")[0]

    told = {seen for row in rows(page) for seen in row["You see"].split("; ")}
    signals = {seen.rsplit(": ", 1)[0] for seen in told}

    assert len(signals) > 10
    for signal in signals - {"answered, %", "listed, %"}:
        assert signal in defined
    for seen in told:
        assert seen.startswith("listed, %") or re.search(r"\(\S+ to \S+\)$", seen)


def test_the_runbook_s_acts_win_the_whole_game(page: Page, address: str) -> None:
    page.goto(address)
    table, least = rows(page), 0

    told = play_all(page, [row["First act"] for row in table])

    for number, (row, page_told) in enumerate(zip(table, told, strict=True), start=1):
        act = row["First act"]
        least += int(row[act])
        assert f"Page {number} of {NIGHTS}, {row['Night']}" in page_told["before"]
        assert page_told["items"] == row["You see"].split("; ")
        assert row["Cause"] not in page_told["before"]
        said = page_told["verdict"]
        assert f"Right: {act}, and tell the {row['Owner']}." in said
        assert f"The cause: {row['Cause']}." in said
        tally = f"{number} of {number} right; {least} answers late or wrong"
        assert f"So far {tally}, by the runbook {least}." in said

    expect(game(page)).to_contain_text(f"Page 1 of {NIGHTS}")


def test_one_act_for_everything_costs_what_the_table_says(
    page: Page, address: str
) -> None:
    page.goto(address)
    table = rows(page)
    for act in ACTS:  # one game after the other
        told = [each["verdict"] for each in play_all(page, [act] * len(table))]

        right = [act == row["First act"] for row in table]
        assert [said.startswith("Right: ") for said in told] == right, act
        assert [said.startswith("Rather: ") for said in told] == [not r for r in right]
        assert "of 1 right" in told[0], act
        mine = sum(int(row[act]) for row in table)
        tally = f"So far {sum(right)} of {NIGHTS} right; {mine} answers late or wrong"
        assert tally in told[-1], act


def test_the_keyboard_alone_is_enough(page: Page, address: str) -> None:
    page.goto(address)
    act = rows(page)[0]["First act"]
    buttons = game(page).get_by_role("button")
    buttons.first.focus()
    for _ in range(ACTS.index(act)):
        page.keyboard.press("Tab")

    page.keyboard.press("Enter")
    assert verdict(page).startswith("Right: ")
    expect(game(page).locator(".paged__next")).to_be_focused()

    page.keyboard.press("Space")
    expect(game(page)).to_contain_text(f"Page 2 of {NIGHTS}")
    page.keyboard.press("Tab")
    expect(buttons.first).to_be_focused()


def test_an_answer_cannot_be_changed(page: Page, address: str) -> None:
    page.goto(address)
    play(page, ACTS[0])

    for act in ACTS:
        button = game(page).get_by_role("button", name=act, exact=True)
        expect(button).to_be_disabled()
        pressed = "true" if act == ACTS[0] else "false"
        expect(button).to_have_attribute("aria-pressed", pressed)


def test_it_comes_back_when_the_theme_changes_the_page_without_loading(
    page: Page, address: str
) -> None:
    page.goto(address)
    wait_until_ready(page)
    page.evaluate("window.stayed = true")

    page.locator(".md-logo").first.click()
    expect(game(page)).to_have_count(0)
    page.go_back()

    expect(game(page)).to_have_count(1)
    assert page.evaluate("window.stayed")


def test_without_javascript_the_table_can_be_read(
    without_javascript: Page, address: str
) -> None:
    page = without_javascript
    page.goto(address)

    expect(game(page)).to_have_count(0)
    expect(page.locator("#paged-game")).to_contain_text("needs JavaScript")
    assert len(rows(page)) == NIGHTS


def test_it_works_from_a_file(browser: Browser, site: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((site / "operate/oncall/index.html").as_uri())

    play(page, ACTS[0])

    assert verdict(page)
    context.close()


def test_on_a_phone_only_the_table_scrolls_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    play(page, ACTS[0])

    assert page.evaluate("document.documentElement.scrollWidth") == 390
