"""What a page weighs on the wire, and how far it moves while it loads."""

import base64
import gzip
import json
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.site.host import SITE

__all__ = ["KIB", "SHIFT", "have_fonts_at_once", "own", "shared", "shifted"]

KIB = 1024
SHIFT = 0.02  # Lighthouse is content below 0.1
_HEAD = 250  # bytes of an answer's head
_LINKED = re.compile(r'<link rel="(?:stylesheet|preload|icon)" href="([^"]+)"')
_SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"')
_FIGURE = re.compile(r'<img\b[^>]* src="(?!data:)([^"]+)"[^>]*>')
_SHIFTED = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    // Once two frames have come, those before have been told of.
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""
_FONTS = {
    "Fraunces": ("600", "fraunces.woff2"),
    "Trail Sans": ("400 600", "trail-sans.woff2"),
}
_AT_ONCE = """(family, weight, file) => document.fonts.add(new FontFace(
    family, Uint8Array.from(atob(file), (each) => each.charCodeAt(0)), { weight }))"""


def have_fonts_at_once(page: Page) -> None:
    """Give a page its fonts before it draws a line.

    Whether they come before or after that, and what fonts there are until then, is up
    to the machine.
    """
    for family, (weight, name) in _FONTS.items():
        file = (SITE / "assets/fonts" / name).read_bytes()
        given = (family, weight, base64.b64encode(file).decode())
        page.add_init_script(f"({_AT_ONCE})(...{json.dumps(given)})")


def shifted(page: Page) -> float:
    """Add up by how much a page has shifted since it began to load."""
    return float(page.evaluate(_SHIFTED))


@cache
def _packed(path: Path) -> int:
    content = path.read_bytes()
    return _HEAD + len(
        content if path.suffix == ".woff2" else gzip.compress(content, mtime=0)
    )


def _files(address: str) -> tuple[Path, set[Path], set[Path]]:
    """Give a page's file, what it loads to be shown, and the figures that can wait."""
    file = SITE / address / "index.html"
    html = file.read_text("utf-8")
    figures = {
        figure[1] for figure in _FIGURE.finditer(html) if 'loading="lazy"' in figure[0]
    }
    eager = set(_FIGURE.findall(html)) - figures
    loaded = {*_LINKED.findall(html), *_SCRIPT.findall(html), *eager}
    within = [{(file.parent / x).resolve() for x in xs} for xs in (loaded, figures)]
    return file, within[0], within[1]


def shared(*addresses: str) -> set[Path]:
    """Give what each of some pages loads: whoever read one page has it."""
    return set.intersection(*(_files(address)[1] for address in addresses))


def own(address: str, known: set[Path], *, figures: bool = False) -> int:
    """Weigh a page for a reader.

    Parameters
    ----------
    address : str
        Of the page, from the site's root.
    known : set of Path
        The files that the reader has.
    figures : bool
        Whether the reader goes on to the end, so that the figures come.

    Returns
    -------
    int
        Bytes on the wire, packed, with their heads.
    """
    file, loaded, waiting = _files(address)
    wanted = loaded | (waiting if figures else set())
    return _packed(file) + sum(_packed(path) for path in wanted - known)
