"""A part's front page lists its chapters, a pathway says how long each takes."""

import re

import pytest
from playwright.sync_api import Page, expect

from handbook.book.layout import PARTS
from tests.site.host import PAGES, ROOT

IN_NAV = re.findall(
    r"^ +- ([a-z_]+/[\w-]+)\.md$",
    (ROOT / "mkdocs.yml").read_text("utf-8"),
    re.MULTILINE,
)


def chapters(part: str) -> list[str]:
    return [
        f"{page}/"
        for page in IN_NAV
        if page.startswith(f"{part}/") and not page.endswith("/index")
    ]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_lists_its_chapters_in_their_order(
    page: Page, site_url: str, part: str
) -> None:
    page.goto(f"{site_url}/{part}/")
    links = page.get_by_role("list", name="The chapters of this part").get_by_role(
        "link"
    )

    addresses = [link.evaluate("link => link.href") for link in links.all()]
    assert addresses == [f"{site_url}/{each}" for each in chapters(part)]
    minutes = [
        int(text.split()[0])
        for text in page.locator(".part__minutes").all_inner_texts()
    ]
    count = f"{len(minutes)} chapter{'s' if len(minutes) > 1 else ''}"
    expect(page.get_by_text(f"{count}, {sum(minutes)} minutes in all.")).to_be_visible()


@pytest.mark.parametrize(
    "pathway", [page for page in PAGES if page.startswith("pathways/")]
)
def test_each_step_of_a_pathway_says_how_long_it_takes(
    page: Page, site_url: str, pathway: str
) -> None:
    page.goto(f"{site_url}/{pathway}")
    steps = page.locator(".md-typeset ol > li > p:first-child > a").all()

    assert len(steps) >= 5
    for step in steps:
        shown = step.evaluate("link => getComputedStyle(link, '::after').content")
        assert re.search(r"· \D*[1-9]\d?\D* min", shown), shown


def test_the_title_of_a_part_leads_to_its_front_page(page: Page, site_url: str) -> None:
    page.goto(site_url)
    page.get_by_role("link", name="Security", exact=True).first.click()

    expect(page).to_have_url(f"{site_url}/secure/")
