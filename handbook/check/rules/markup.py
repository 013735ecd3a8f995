"""Find what a browser would execute in HTML, or fetch from another host.

Every `<` before a letter counts as a tag, also in comments and in attributes. No
browser finds that many tags, so nothing can hide where parsers disagree.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Danger", "dangers", "hints", "may_hold_danger"]

_EXECUTED = {
    "applet", "base", "embed", "fencedframe", "frame", "frameset", "handler", "iframe",
    "link", "listener", "meta", "object", "portal", "script", "style",
}  # fmt: skip
_ANIMATED = {"animate", "set"}
_ADDRESSES = {
    "action", "background", "by", "data", "formaction", "from", "href", "ping",
    "poster", "src", "srcset", "to", "values", "xlink:href",
}  # fmt: skip
_FETCHED = {"background", "data", "ping", "poster", "src", "srcset"}
_IMAGES = {"feimage", "image", "use"}
_SENT = {"action", "formaction"}

_TAG = re.compile(r"<(?P<name>[a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>=][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>]*)))?"
)
_SPACE = re.compile(r"[\x00-\x20]+")
_SCRIPT = re.compile(
    r"(?:javascript|vbscript):|data:(?!image/(?:gif|jpeg|png|webp)[;,])"
)
_HOST = re.compile(r"(?:https?:)?//")
_HINT = re.compile(
    r"<[a-zA-Z!?]|\{|&|script|data:|[\x00-\x08\x0b-\x1f]"
    r"|!\[[^\]]*\](?:\[|\(\s*<?\s*(?:https?:)?//)",
    re.IGNORECASE,
)


class Danger(NamedTuple):
    """What should not be on a page.

    Attributes
    ----------
    what : str
        A description in words.
    fetches : bool
        Whether it loads something from another host instead of executing something.
    """

    what: str
    fetches: bool = False


def may_hold_danger(text: str) -> bool:
    """Return whether Markdown has a tag, brace, entity or image of another host."""
    return _HINT.search(text) is not None


def dangers(markup: str, *, styles: bool = False) -> Iterator[Danger]:
    """Yield what a browser would execute or fetch.

    Parameters
    ----------
    markup : str
        HTML or SVG.
    styles : bool
        Whether a style sheet is allowed, as in a figure.
    """
    for tag in _TAG.finditer(markup):
        name = tag["name"].lower().rpartition(":")[2]
        if name in _EXECUTED and not (styles and name == "style"):
            yield Danger(f"<{name}>")
        at = tag.end()
        while (attribute := _ATTRIBUTE.match(markup, at)) is not None:
            yield from _attribute(name, attribute)
            at = attribute.end()


def _attribute(tag: str, match: "re.Match[str]") -> Iterator[Danger]:
    name = match["name"].lower()
    value = next((v for v in match.group("double", "single", "bare") if v), "")
    value = html.unescape(value)
    # Browsers ignore white space and case in an address.
    address = _SPACE.sub("", value).lower()
    if name.startswith("on") or name == "srcdoc":
        yield Danger(f"the attribute {name}")
    elif name in _SENT:
        yield Danger(f"the attribute {name}, which sends what a reader types")
    elif tag in _ANIMATED and name == "attributename" and "href" in address:
        yield Danger(f"<{tag}> of an address")
    elif name == "style" or ("url(" in address and name not in _ADDRESSES):
        yield from _style(address)
    elif name in _ADDRESSES:
        parts = re.split("[,;]", address) if name in {"srcset", "values"} else [address]
        scripts = filter(None, map(_SCRIPT.match, parts))
        yield from (Danger(f"the address {s[0]}...") for s in scripts)
        is_image = name in _FETCHED or (tag in _IMAGES and "href" in name)
        if is_image and any(map(_HOST.match, parts)):
            yield Danger(value, fetches=True)


def _style(declarations: str) -> Iterator[Danger]:
    if found := re.search(r"javascript:|expression\(", declarations):
        yield Danger(f"{found[0]}... in a style")
    if found := re.search(r"[(\"'](?:https?:)?//[^)\"']*", declarations):
        yield Danger(found[0][1:], fetches=True)


_RAW = re.compile(
    r"<\s*(?P<tag>script|iframe|object|embed|applet|base|meta|link|style|form)\b"
    r"|(?:<[a-z]|\{)[^<>{}\n]*[\s/\"'](?P<event>on[a-z]+)\s*="
    r"|(?P<scheme>\b(?:java|vb)script\s*:|\bdata:text/)"
    # An address with letters that are written as entities.
    r"|\]\(\s*<?(?P<hidden>[^)\s]*&(?:#|colon;|newline;|tab;))",
    re.IGNORECASE,
)


def hints(text: str) -> Iterator[tuple[int, str]]:
    """Yield what would be executed if this text became markup: its position and name.

    This is for text that reaches a page by a way other than the page's own Markdown.
    """
    for match in _RAW.finditer(text):
        yield match.start(), next(filter(None, match.groups()))
