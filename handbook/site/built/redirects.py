"""Write a redirect at each former address of a page.

A static host can't send redirects, so a page does it: by a script, which keeps the part
after `#`; without scripts by a refresh; and without either by a link.
"""

import html
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.front_matter import FrontMatter
from handbook.book.layout import address_of, is_there, source_of

__all__ = ["write_redirects"]

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
_PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <meta http-equiv="Content-Security-Policy" content="default-src 'self' \
'unsafe-inline' data: blob:">
    <title>{title}</title>
    <link rel="canonical" href="{canonical}">
    <noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
    <style>
      :root {{ color-scheme: light dark }}
      body {{ max-width: 40rem; margin: 4rem auto; padding: 0 1rem }}
    </style>
  </head>
  <body>
    <main>
      <h1>This page has moved</h1>
      <p>It is now <a id="new" href="{address}">{title}</a>.</p>
    </main>
    <script>
      location.replace(document.getElementById("new").href + location.hash)
    </script>
  </body>
</html>
"""


def write_redirects(
    root: Path, heads: Iterable[FrontMatter], site: Path
) -> list[PurePosixPath]:
    """Write redirects from the addresses under `formerly` in the front matter of pages.

    Parameters
    ----------
    root : Path
        The book's root.
    heads : iterable of FrontMatter
        Of the pages.
    site : Path
        The built site.

    Returns
    -------
    list of PurePosixPath
        The files written, relative to the site: `explore/missing/index.html`.

    Raises
    ------
    WrongUse
        If a former address leaves the site, is still a page, or is claimed twice.
    """
    written: dict[PurePosixPath, Path] = {}
    for head in heads:
        new = PurePosixPath(address_of(source_of(head.path)))
        for former in head.names("formerly"):
            source = PurePosixPath(former)
            old = PurePosixPath(address_of(source), "index.html")
            if source.is_absolute() or ".." in source.parts:
                raise WrongUse(f"{head.path}: {former} is not below docs/")
            if is_there(root, source):
                raise WrongUse(f"{head.path}: formerly {former}, which is still there")
            if other := written.get(old):
                raise WrongUse(f"{head.path} and {other}: both were formerly {former}")
            written[old] = head.path
            way = [".."] * len(old.parent.parts) + list(new.parts)
            address = "/".join(way) + "/"
            page = _PAGE.format(
                title=html.escape(head.title.replace("`", "")),
                address=html.escape(address),
                canonical=html.escape(_canonical(site / new / "index.html", address)),
            )
            write_whole(site / old, page.encode())
    return list(written)


def _canonical(page: Path, address: str) -> str:
    """Return the canonical address of a built page, or the given one if it has none."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    found = _CANONICAL.search(text)
    return html.unescape(found[1]) if found else address
