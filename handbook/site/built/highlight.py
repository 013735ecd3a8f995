"""Take the spans out of highlighted code that colour nothing.

A quarter of a chapter's elements are names and spaces in code. Pygments marks each, and
the site shows them in the colour of the code around them.
"""

import re
from pathlib import Path

from handbook.base.files import write_whole

__all__ = ["strip"]

_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')


def strip(site: Path) -> None:
    """Write each page of a built site anew without them."""
    for page in site.rglob("*.html"):
        html = page.read_text("utf-8")
        thin = _PLAIN.sub(r"\1", html)
        if thin != html:
            write_whole(page, thin.encode())
