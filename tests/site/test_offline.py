"""The zip of `make offline`: it opens from a folder, without any network."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handbook.site.offline import pack
from tests.site.host import KINDS, ROOT, SITE
from tests.site.ready import LASTING_WORDS


@pytest.fixture(scope="session")
def archive(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(ROOT, site, tmp_path_factory.mktemp("zip"))


@pytest.fixture(scope="session")
def folder(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked zip, in a folder whose name has to be quoted in an address."""
    place = tmp_path_factory.mktemp("off line")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    return place / archive.stem


@pytest.fixture(scope="session")
def offline_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_offline(True)
    yield context
    context.close()


@pytest.fixture
def offline(offline_context: BrowserContext) -> Iterator[Page]:
    """A page without network; an error, or a request but for a file, fails the test."""
    page = offline_context.new_page()
    page.add_init_script(LASTING_WORDS)
    complaints: list[str] = []
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else complaints.append(f"asked for {request.url}")
        ),
    )
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("address", [kind for kind in KINDS if kind != "404.html"])
def test_a_page_opens_in_silence(offline: Page, folder: Path, address: str) -> None:
    offline.goto((folder / address / "index.html").as_uri())

    expect(offline.locator("h1")).to_have_count(1)
    assert offline.evaluate("document.fonts.check('1rem \"Source Sans 3\"')")


def test_a_click_on_the_landing_page_leads_to_a_part(
    offline: Page, folder: Path
) -> None:
    offline.goto((folder / "index.html").as_uri())

    offline.locator(".map a[aria-label^='Experimentation'] text").first.click()

    expect(offline.locator("h1")).to_contain_text("How do I explore well?")


def test_search_finds_a_chapter_and_a_click_leads_there(
    offline: Page, folder: Path
) -> None:
    offline.goto((folder / "explore/honest/index.html").as_uri())
    offline.keyboard.press("/")
    offline.keyboard.type("survivorship bias")
    found = offline.locator(".md-search-result__link[href*='explore/nulls/index.html']")

    found.first.click()

    expect(offline.locator("h1")).to_contain_text("Why is it null?")


def test_copy_gives_the_code_of_a_card(offline: Page, folder: Path) -> None:
    offline.goto((folder / "explore/nulls/index.html").as_uri())
    card = offline.locator(".card__symbol", has=offline.locator("[id$=co_missing]"))

    card.get_by_role("button", name="Copy co_missing").click()

    expect(card.get_by_role("status")).to_contain_text("docstring included")
    copied = offline.evaluate("navigator.clipboard.readText()")
    module = folder / "code/snippets/explore/nulls.py"
    assert copied.startswith("def co_missing")
    assert copied.strip() in module.read_text()


def test_the_decision_helper_answers(offline: Page, folder: Path) -> None:
    offline.goto((folder / "basecamp/choose/index.html").as_uri())
    advice = offline.locator(".choose__advice")
    before = advice.inner_text()

    offline.locator(".choose__questions fieldset").first.locator("label").nth(1).click()

    expect(advice).not_to_have_text(before)


def test_the_game_is_played(offline: Page, folder: Path) -> None:
    offline.goto((folder / "operate/oncall/index.html").as_uri())

    offline.locator(".paged__acts button").first.click()

    expect(offline.locator(".paged__verdict")).to_contain_text("The cause:")


def test_each_link_of_each_page_leads_to_a_file_of_the_zip(folder: Path) -> None:
    for page in folder.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        links = {
            unescape(link) for link in re.findall(r'\b(?:href|src)="([^"]*)"', html)
        }
        inside = {urlsplit(link) for link in links if not urlsplit(link).scheme}
        assert inside, page
        for link in inside:
            target = page.parent / unquote(link.path) if link.path else page
            assert target.is_file(), f"{page}: {link.geturl()}"
            assert target.resolve().is_relative_to(folder), f"{page}: {link.geturl()}"


def test_two_zips_of_one_site_are_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    assert pack(ROOT, SITE, tmp_path).read_bytes() == archive.read_bytes()
