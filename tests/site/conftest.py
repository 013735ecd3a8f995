"""The built site on a loopback server, in the system's Chromium."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.site.host import SITE, Host, serve

PATIENCE = 120_000  # ms for one step: many times what it takes on a busy machine
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site's folder."""
    assert (SITE / "index.html").exists(), (
        "the site is not built: run `make site` first"
    )
    return SITE


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[Host]:
    """Whoever serves the built site."""
    with serve(site) as host:
        yield host


@pytest.fixture(scope="session")
def site_url(host: Host) -> str:
    """The built site's address, without a slash at its end."""
    return host.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # In a container there is no sandbox to use and no update to ask for.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                # All pages in one process: they are ours, and starting one costs.
                "--process-per-site",
                "--renderer-process-limit=1",
            ],
        )
        for name in ("new_context", "new_page"):
            setattr(browser, name, _patient(getattr(browser, name)))
        yield browser
        browser.close()


def _patient(
    opens: Callable[..., BrowserContext | Page],
) -> Callable[..., BrowserContext | Page]:
    """Let what a browser opens wait long."""

    def opens_patiently(**options: Any) -> BrowserContext | Page:
        opened = opens(**options)
        opened.set_default_timeout(PATIENCE)
        return opened

    return opens_patiently


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests: what a page has loaded, the next one has at hand."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@dataclass
class Heard:
    """A page, and what there is to complain of: an error, a request to another host."""

    page: Page
    complaints: list[str]


@contextmanager
def listen(context: BrowserContext, site_url: str) -> Iterator[Heard]:
    """Open a page and write down its errors and its requests to other hosts."""
    page = context.new_page()
    complaints: list[str] = []

    def foreign(url: str) -> None:
        if not url.startswith((site_url, "data:", "blob:", "file:", "about:")):
            complaints.append(f"asked another host: {url}")

    page.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: foreign(request.url))
    yield Heard(page, complaints)
    page.close()


@pytest.fixture(scope="session")
def heard(context: BrowserContext, site_url: str) -> Iterator[Heard]:
    """One page for all tests: a third of what a page costs is its first document."""
    with listen(context, site_url) as heard:
        yield heard


@pytest.fixture
def page(heard: Heard, site_url: str) -> Iterator[Page]:
    """An empty page; an error in its console or a request elsewhere fails the test.

    A test that leaves more behind than what is reset here, such as a script that each
    document begins with, opens a page of its own.
    """
    page = heard.page
    yield page
    if page.url.startswith(site_url):
        page.evaluate("localStorage.clear(), sessionStorage.clear()")  # as the palette
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
    complaints = heard.complaints.copy()
    heard.complaints.clear()
    assert complaints == []
