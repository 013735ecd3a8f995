"""No page is longer than the budget, or than over_budget.tsv lists it."""

from dataclasses import asdict

import pytest
from playwright.sync_api import Browser

from tests.site.screens import BUDGET, CHAPTERS, Length, allowed, known, measure, table

SLACK = 0.05  # a page may be this much shorter than listed before the list is stale


@pytest.fixture(scope="module")
def lengths(browser: Browser, site_url: str) -> dict[str, Length]:
    """Return the length of each page, and print them for the report of a failure."""
    page = browser.new_page()
    found = {page_: measure(page, f"{site_url}/{page_}") for page_ in CHAPTERS}
    page.close()
    print(table(found).expandtabs(12))  # noqa: T201
    return found


def test_no_page_is_longer_than_its_budget_or_than_it_was(
    lengths: dict[str, Length],
) -> None:
    longer = [
        f"{page}: {value:,} {name}, at most {allowed(page)[name]:,}"
        for page, length in lengths.items()
        for name, value in asdict(length).items()
        if value > allowed(page)[name]
    ]

    assert longer == []


def test_the_list_of_pages_over_budget_only_gets_shorter(
    lengths: dict[str, Length],
) -> None:
    budget = asdict(BUDGET)
    stale = [
        f"{page}: {name} is listed as {most:,}: `make measure` renews the list"
        for page, listed in known().items()
        for name, most in listed.items()
        if page not in lengths
        or most <= budget[name]
        or asdict(lengths[page])[name] < most * (1 - SLACK)
    ]

    assert stale == []
