"""What a page shows, in a form in which two versions of it can be compared."""

import re
from html.parser import HTMLParser

__all__ = ["Item", "shown"]

_SPACE = re.compile(r"\s+")

Item = str | tuple[str, tuple[tuple[str, str | None], ...]]
"""The words between two tags, or a tag with its attributes."""


def shown(html: str) -> list[Item]:
    """Return what some HTML shows: its tags and, between them, its words.

    White space is of one kind. A link that shows its own address counts as that text,
    and comments count as tags, since they must stay.

    Parameters
    ----------
    html : str
        As the site's Markdown gives it, with marks instead of fences.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.result()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item] = []
        self._links: list[int] = []  # where the tags of open links are

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append(len(self._items))
        self._items.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        # A link in a link is another one: a browser ends the outer link there.
        if tag == "a" and self._links:
            at = self._links.pop()
            link, *inside = self._items[at:]
            is_own = isinstance(link, tuple) and [dict(link[1]).get("href")] == inside
            if is_own and not self._links:
                del self._items[at]
                return
        self._items.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self._items.append(data)

    def handle_comment(self, data: str) -> None:
        if data.startswith("handbook:allow"):
            return  # it is there for the check, which may remove it
        self._items.append(("comment", ((_SPACE.sub(" ", data), None),)))

    def result(self) -> list[Item]:
        """Return the items, with texts that follow one another joined."""
        joined: list[Item] = []
        for item in self._items:
            if isinstance(item, str) and joined and isinstance(joined[-1], str):
                joined[-1] += item
            else:
                joined.append(item)
        plain = (
            _SPACE.sub(" ", item).strip() if isinstance(item, str) else item
            for item in joined
        )
        return [item for item in plain if item]
