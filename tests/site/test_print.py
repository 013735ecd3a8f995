"""A chapter on paper, as Chromium prints it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.ready import wait_until_ready


@pytest.fixture(params=["light", "dark"], scope="module")
def paper(
    browser: Browser, site_url: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    page = browser.new_page(
        color_scheme=request.param, viewport={"width": 420, "height": 600}
    )
    page.goto(f"{site_url}/explore/nulls/")
    wait_until_ready(page)
    page.emulate_media(media="print")
    yield page
    page.close()


def test_there_is_nothing_on_it_to_press(paper: Page) -> None:
    for gone in (".md-header", ".md-tabs", ".md-sidebar", ".md-footer", ".md-top"):
        for each in paper.locator(gone).all():
            expect(each).to_be_hidden()
    for button in paper.locator("button, .md-content__button, .headerlink").all():
        expect(button).to_be_hidden()


def test_what_is_folded_stands_open_and_a_card_is_its_source_without_a_break(
    paper: Page,
) -> None:
    solution = paper.locator("details.success")
    expect(solution.locator("pre")).to_be_visible()
    expect(paper.locator("details.example pre").first).to_be_visible()
    docstring = paper.locator(".card__docstring").first
    expect(docstring.locator("pre")).to_be_visible()
    expect(docstring.locator("summary")).to_be_hidden()


def test_a_proof_is_a_word_on_the_card_and_a_receipt_at_the_end(paper: Page) -> None:
    expect(paper.locator(".card__proof summary").first).to_be_visible()
    expect(paper.locator(".card__receipt").first).to_be_hidden()
    expect(paper.locator(".take-home__receipt li").first).to_be_visible()
    expect(paper.locator(".take-home__command").first).to_be_visible()


def test_no_line_of_code_is_cut_on_a_sheet_of_a6(paper: Page) -> None:
    cut = paper.locator("pre > code").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).length"
    )

    assert cut == 0


def test_paper_is_white_and_its_ink_dark(paper: Page) -> None:
    body = paper.locator("body")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(paper.locator("h1")).to_have_css("color", "rgb(29, 39, 51)")


def test_figures_are_not_split(paper: Page) -> None:
    expect(paper.locator('img[src*="figures/"]').first).to_have_css(
        "break-inside", "avoid"
    )


def test_an_address_that_leaves_the_book_can_be_read(
    browser: Browser, site_url: str
) -> None:
    page = browser.new_page()
    page.goto(f"{site_url}/explore/nulls/")
    page.evaluate(
        "document.querySelector('.md-content__inner p').innerHTML ="
        '\'<a href="https://example.org/a">out</a> <a href="../honest/">in</a>\';'
        "document$.next(document)"
    )
    page.emulate_media(media="print")

    said = page.locator(".md-content a").evaluate_all(
        "all => all.map(each => getComputedStyle(each, '::after').content)"
    )

    [address] = [each for each in said if each != "none"]
    assert re.sub(r'[\s"]', "", address) == "(https://example.org/a)"
    page.close()


def test_a_chapter_prints_on_a_few_sheets(paper: Page, tmp_path: Path) -> None:
    pdf = paper.pdf(format="A4", prefer_css_page_size=True)

    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 8 <= sheets <= 22
