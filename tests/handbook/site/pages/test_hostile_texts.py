"""A text that somebody else wrote reaches a page as text, never as HTML."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.history import Change
from handbook.book.markdown import Site, read_config
from handbook.registry.model import Chapter, Registry
from handbook.registry.receipts import Recall
from handbook.site.pages import catalogue, new
from tests.handbook.site.pages.test_catalogue import BAD, GOOD, UNIT

ROOT = Path(__file__).parents[4]
CHANGES = [Change("2026-05-06", Path("snippets/explore/nulls.py"), 1)]


class _Page(HTMLParser):
    """What a browser has of a page: its elements, where they lead, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[tuple[str, ...]] = set()
        self.links: set[str | None] = set()
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, *(name for name, _ in attrs)))
        self.links |= {value for name, value in attrs if name in {"href", "src"}}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _pages(text: str) -> list[_Page]:
    """Render the pages of news and of all snippets, as the site does."""
    recall = Recall("explore.nulls", text, GOOD, "2026-05-06")
    unit = replace(UNIT, purpose=text, chapters=(Chapter(text, "explore/nulls/"),))
    registry = Registry({unit.name: unit}, {BAD: recall})
    site = Site(read_config(Files(ROOT)))
    written = (new.render(CHANGES, [], registry), catalogue.render(registry, []))
    return [_Page(site.html(each.partition("\n---\n")[2])) for each in written]


@pytest.mark.parametrize(
    "text",
    [
        "Wrong <script>alert(1)</script> here",
        "Wrong <img src=x onerror=alert(1)>",
        "Wrong `<script>alert(1)</script>` and <b>bold",
        "Wrong [link](javascript:alert(1)) here",
        "Wrong ![image](https://example.org/x.png)",
        "Wrong <https://example.org/> and &lt;i&gt;",
        "Wrong {: onclick=alert(1) } *so* __very__ \\*much\\*",
        "Wrong [link][1] and `{: onclick=alert(1) }` {: onclick=alert(1) }",
        "Wrong, and a lone ` mark",
        "</li></ul></table><script>alert(1)</script>",
        "<!-- Wrong",
        "# Wrong { #recalled }",
    ],
)
def test_a_text_of_a_source_adds_no_element_and_no_link(text: str) -> None:
    for page, plain in zip(_pages(text), _pages("Wrong `and` plain"), strict=True):
        shown = " ".join("".join(page.texts).split())
        assert shown.count(re.sub("`([^`]+)`", r"\1", text)) >= 2
        assert page.elements <= plain.elements
        assert page.links == plain.links
