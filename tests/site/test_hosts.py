"""No page asks another host for anything, and the browser would refuse to."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.site.host import SITE

POLICY = "default-src 'self' 'unsafe-inline' data: blob:"
# What a page of ours might ask another host for, each in the way that a page would.
ELSEWHERE = "https://elsewhere.example"
ASKED = {
    "image": f"new Image().src = '{ELSEWHERE}/a.png'",
    "fetch": f"fetch('{ELSEWHERE}/a.json').catch(() => null)",
    "beacon": f"navigator.sendBeacon('{ELSEWHERE}/a')",
    "script": f"""document.head.append(Object.assign(
        document.createElement('script'), {{src: '{ELSEWHERE}/a.js'}}))""",
    "stylesheet": f"""document.head.append(Object.assign(
        document.createElement('link'), {{rel: 'stylesheet', href: '{ELSEWHERE}'}}))""",
    "font": f"""new FontFace('Elsewhere', 'url({ELSEWHERE}/a.woff2)')
        .load().catch(() => null)""",
    "frame": f"""document.body.append(Object.assign(
        document.createElement('iframe'), {{src: '{ELSEWHERE}/'}}))""",
}


class _Loads(HTMLParser):
    """Collects what a browser loads by itself, and the policy that it is told first."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.policy = ""
        self.before_policy: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given["content"]
        found = [given[name] for name in ("src", "poster", "data") if name in given]
        found += [
            each.split()[0] for each in given.get("srcset", "").split(",") if each
        ]
        found += re.findall(r"url\(['\"]?([^'\")]+)", given.get("style", ""))
        # What one follows, or what tells of the page itself, is not loaded.
        told = {"canonical", "prev", "next", "alternate"}
        if tag == "link" and not told & set(given["rel"].split()):
            found.append(given["href"])
        if tag in {"use", "image"}:
            found += [given[name] for name in ("href", "xlink:href") if name in given]
        self.loaded += found
        if not self.policy:
            self.before_policy += found


def _read(html: str) -> _Loads:
    parser = _Loads()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Loads]:
    return {page: _read(page.read_text("utf-8")) for page in site.rglob("*.html")}


def test_each_page_states_the_policy_before_it_loads_what_could_break_it(
    pages: dict[Path, _Loads],
) -> None:
    assert len(pages) > 10
    for page, read in pages.items():
        assert read.policy == POLICY, page
        assert not [link for link in read.before_policy if "//" in link], page


def test_no_page_names_another_host_in_what_it_loads(
    pages: dict[Path, _Loads],
) -> None:
    for page, read in pages.items():
        assert not [link for link in read.loaded if re.match(r"(\w+:)?//", link)], page


def test_no_stylesheet_names_another_host() -> None:
    sheets = [path for path in SITE.rglob("*.css") if path.is_file()]

    assert sheets
    for sheet in sheets:
        css = sheet.read_text(encoding="utf-8")
        named = re.findall(r"(?:url\(|@import)\s*['\"]?((?:\w+:)?//[^'\")]+)", css)
        assert named == [], sheet


def test_the_reading_sees_what_it_looks_for() -> None:
    read = _read(
        '<link rel="preload" href="//a/"><img srcset="//b/ 1x"><p style="x:url(//c/)">'
        '<link rel="canonical" href="//no/"><a href="//no/"><script src="//d/">'
    )

    assert read.loaded == ["//a/", "//b/", "//c/", "//d/"]


@pytest.fixture(scope="module")
def chapter(context: BrowserContext, site_url: str) -> Iterator[Page]:
    """One page for all that it may ask; whatever leaves the browser is answered."""
    page = context.new_page()
    page.route(f"{ELSEWHERE}/**", lambda route: route.fulfill(body="let out"))
    page.goto(f"{site_url}/explore/nulls/")
    yield page
    page.close()


@pytest.mark.parametrize("kind", ASKED)
def test_the_browser_refuses_what_a_page_asks_of_another_host(
    kind: str, chapter: Page
) -> None:
    answered: list[str] = []
    chapter.on("response", lambda response: answered.append(response.url))

    refused = chapter.evaluate(
        f"""() => new Promise((resolve) => {{
            const told = (event) => resolve(event.blockedURI);
            addEventListener("securitypolicyviolation", told, {{ once: true }});
            setTimeout(resolve, 60_000, "nothing");
            {ASKED[kind]}
        }})"""
    )

    assert refused.startswith(ELSEWHERE)
    assert not [url for url in answered if url.startswith(ELSEWHERE)]
