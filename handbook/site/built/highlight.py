"""Remove spans without effect from highlighted code.

Pygments puts each name and each space into a span, but the site shows both in the
colour of the code around them. They make up a quarter of a chapter's elements.
"""

import re
from pathlib import Path

from handbook.base.files import write_whole

__all__ = ["strip"]

_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')


def strip(site: Path) -> None:
    """Rewrite each page of a built site without these spans."""
    for page in site.rglob("*.html"):
        html = page.read_text("utf-8")
        thin = _PLAIN.sub(r"\1", html)
        if thin != html:
            write_whole(page, thin.encode())
