"""What a page shows, in a form in which two versions of it can be compared."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

__all__ = ["Shown", "shown"]

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader gets from a page.

    Attributes
    ----------
    elements : tuple of (str, tuple)
        The tags in their order, each with its attributes, without links that show
        their own address.
    text : str
        The words, with one space between two of them.
    """

    elements: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    text: str


def shown(html: str) -> Shown:
    """Return what some HTML shows.

    Parameters
    ----------
    html : str
        As the site's Markdown gives it, with marks in place of fences.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.result()


class _Parser(HTMLParser):
    """Collects elements and text; comments are elements, since they must stay."""

    def __init__(self) -> None:
        super().__init__()
        self._elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self._text: list[str] = []
        self._links: list[tuple[int, int]] = []  # where their tag and their text begin

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append((len(self._elements), len(self._text)))
        self._elements.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            element, text = self._links.pop()
            address = dict(self._elements[element][1]).get("href")
            if address == "".join(self._text[text:]):
                # A bare address and its link show the same.
                del self._elements[element]
                return
        self._elements.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        if data.startswith("handbook:allow"):
            return  # it is there for the check, which may remove it
        self._elements.append(("comment", ((_SPACE.sub(" ", data), None),)))

    def result(self) -> Shown:
        """Return what was collected."""
        text = _SPACE.sub(" ", "".join(self._text)).strip()
        return Shown(tuple(self._elements), text)
