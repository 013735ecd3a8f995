"""The built site on a loopback server, in the system's Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

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
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            # In a container there is no sandbox to use and no update to ask for.
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
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


@pytest.fixture
def page(context: BrowserContext, site_url: str) -> Iterator[Page]:
    """A fresh page; an error in its console or a request elsewhere fails the test."""
    page = context.new_page()
    complaints: list[str] = []

    def foreign(url: str) -> None:
        if not url.startswith((site_url, "data:", "blob:", "file:")):
            complaints.append(f"asked another host: {url}")

    page.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: foreign(request.url))
    yield page
    if page.url.startswith(site_url):
        page.evaluate("localStorage.clear()")  # such as the reader's palette
    page.close()
    assert complaints == []
