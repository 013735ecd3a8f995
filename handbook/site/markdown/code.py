"""Find blocks of code as Pygments highlights them."""

import re
from html import unescape

__all__ = ["BLOCK", "plain"]

BLOCK = re.compile(
    r'<div class="(?P<kind>[^"]*\bhighlight\b[^"]*)"><pre>(?:<span></span>)?'
    r"<code>(?P<code>.*?)</code></pre></div>",
    re.DOTALL,
)
"""A block, with its classes and its code. No tag in the code spans two lines."""

_TAG = re.compile(r"<[^>]*>")


def plain(code: str) -> str:
    """Return the text of highlighted code."""
    return unescape(_TAG.sub("", code))
