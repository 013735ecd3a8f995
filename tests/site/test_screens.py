"""No page has more screens than the budget allows, or than over_budget.tsv lists."""

import pytest
from playwright.sync_api import Browser

from handbook.book.layout import PARTS
from handbook.check.rules.budget import BUDGET, SCREENS
from tests.site.screens import CHAPTERS, allowed, count, known, measure, table
from tests.site.weight import have_fonts_at_once

# Lines break in other places when Chromium is started with other options.
SAME = 0.03
SLACK = 0.05  # a page may be this much shorter than listed before the list is stale


@pytest.fixture(scope="module")
def measured(
    browser: Browser, site_url: str
) -> dict[str, tuple[dict[str, float], dict[str, int]]]:
    """Measure each page once, and print the lengths for the report of a failure."""
    page = browser.new_page()
    have_fonts_at_once(page)
    found = {each: measure(page, f"{site_url}/{each}") for each in CHAPTERS}
    page.close()
    counted = count()
    lengths = {each: found[each][0] | counted.get(each, {}) for each in CHAPTERS}
    print(table(lengths).expandtabs(12))  # noqa: T201
    return found


def test_no_page_has_more_screens_than_its_budget_or_than_it_had(measured) -> None:
    longer = [
        f"{page}: {value:,} {name}, at most {allowed(page)[name]:,}"
        for page, (screens, _) in measured.items()
        for name, value in screens.items()
        if value > allowed(page)[name] * (1 + SAME)
    ]

    assert longer == []


def test_the_list_of_pages_over_budget_only_gets_shorter(measured) -> None:
    counted = count()
    budget = {**SCREENS, **BUDGET}
    stale = []
    for page, listed in known().items():
        now = measured[page][0] | counted.get(page, {})
        stale += [
            f"{page}: {name} is listed as {most:,}: run `make measure`"
            for name, most in listed.items()
            if most <= budget[name] or now.get(name, 0) < most * (1 - SLACK)
        ]

    assert stale == []


def test_the_sources_have_what_is_visible_on_the_built_pages(measured) -> None:
    for page, counted in count().items():
        if page.rstrip("/") in PARTS:
            continue  # the list of its chapters is added when it is built
        visible = measured[page][1]

        assert {name: counted[name] for name in ("lines", "cards", "block")} == {
            name: visible[name] for name in ("lines", "cards", "block")
        }, page
        # The two split a few words differently, such as code with spaces.
        assert counted["words"] == pytest.approx(visible["words"], rel=0.04), page
