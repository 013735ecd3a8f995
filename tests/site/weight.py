"""What a page weighs on the wire, and how far it moves while it loads."""

import gzip
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.site.host import SITE

__all__ = ["KIB", "SHIFT", "own", "shared", "shifted"]

KIB = 1024
# Until the fonts come a line may break elsewhere; Lighthouse is content below 0.1.
SHIFT = 0.02
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
