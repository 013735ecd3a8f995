"""Every card on every page can be copied; `make test` checks one page only."""

import pytest
from playwright.sync_api import Page

from tests.site.cards import check_buttons
from tests.site.host import PAGES, SITE

CARDS = [
    page
    for page in PAGES
    if 'class="doc doc-object card' in (SITE / page / "index.html").read_text("utf-8")
]


@pytest.mark.parametrize("address", CARDS)
def test_each_button_of_each_card_copies_what_its_label_names(
    page: Page, site_url: str, address: str
) -> None:
    check_buttons(page, f"{site_url}/{address}")
