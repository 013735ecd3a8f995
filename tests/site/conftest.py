"""The built site on a loopback server, in the system's Chromium."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"


class _Quiet(SimpleHTTPRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing: pytest's output is for failures."""


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site's folder."""
    assert (SITE / "index.html").exists(), (
        "the site is not built: run `make site` first"
    )
    return SITE


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """The built site's address, without a slash at its end."""
    handler = partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


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
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site_url: str) -> Iterator[Page]:
    """A fresh page; an error in its console or a request elsewhere fails the test."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
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
    context.close()
    assert complaints == []
