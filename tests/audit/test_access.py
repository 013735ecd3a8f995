"""Every page is accessible; `make test` checks only one page of each kind."""

import pytest
from playwright.sync_api import Page

from tests.site.axe import violations
from tests.site.focus import stops
from tests.site.host import PAGES

EVERY = pytest.mark.parametrize("address", [*PAGES, "404.html"])


@EVERY
def test_axe_finds_nothing_in_light_on_a_desktop_and_in_dark_on_a_phone(
    page: Page, site_url: str, address: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site_url}/{address}", wait_until="networkidle")
    by_day = violations(page, each=True)
    page.set_viewport_size({"width": 390, "height": 844})

    assert by_day == []
    assert violations(page, "slate", each=True) == []


@EVERY
def test_keyboard_focus_is_visible_and_reaches_the_end(
    page: Page, site_url: str, address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site_url}/{address}")

    found = stops(page, 1500)

    assert [stop["name"] for stop in found if not stop["seen"]] == []
    assert len(found) < 1500
