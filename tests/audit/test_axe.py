"""Axe looks at every page; `make test` has it look at one of each kind."""

import pytest
from playwright.sync_api import Page

from tests.site.axe import violations
from tests.site.host import PAGES


@pytest.mark.parametrize("address", [*PAGES, "404.html"])
def test_axe_finds_nothing(page: Page, site_url: str, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})

    assert violations(page, f"{site_url}/{address}") == []
