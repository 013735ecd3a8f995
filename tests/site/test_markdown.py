"""Each page as Markdown, at its address plus index.md."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from handbook.book.book import Book
from tests.site.host import PAGES, ROOT


class _Cards(HTMLParser):
    """Collects the code of each symbol, which its card cuts where it folds."""

    def __init__(self) -> None:
        super().__init__()
        self.symbols: list[str] = []
        self._depth = self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("class", "card__code") in attrs:
            self.symbols.append("")
        if self._depth or ("class", "card__code") in attrs:
            self._depth += tag == "div"
            self._code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        if self._depth:
            self._depth -= tag == "div"
            self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self._code:
            self.symbols[-1] += data


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_its_copy_which_has_the_code_of_its_cards(
    site: Path, address: str
) -> None:
    page = (site / address / "index.html").read_text(encoding="utf-8")
    if "This page has moved" in page:
        return
    copy = (site / address / "index.md").read_text(encoding="utf-8")
    cards = _Cards()
    cards.feed(page)

    assert '<link rel=" alternate" type="text/markdown" href="index.md">' in page
    assert copy.startswith("# ")
    assert len(cards.symbols) == page.count('class="card__symbol"')
    for symbol in cards.symbols:
        assert f"```python\n{symbol.rstrip()}\n```\n" in copy


def test_a_copy_has_every_block_of_its_page(site: Path) -> None:
    book = Book(ROOT)
    pages = [page for page in book.read(book.find()[0]) if not page.chapter.alone]

    for page in pages:
        folder = page.chapter.path.relative_to("docs").with_suffix("")
        copy = site / (folder if folder.name != "index" else "") / "index.md"
        text = copy.read_text(encoding="utf-8")
        for block in page.chapter.blocks:
            assert f"```python\n{block.code}```\n" in text, page.chapter.path


def test_no_copy_keeps_what_only_the_site_understands(site: Path) -> None:
    marks = re.compile(r"^ *(?::::|\?\?\?|!!! |=== \"|---\n)", re.MULTILINE)
    for address in PAGES:
        copy = site / address / "index.md"
        text = copy.read_text(encoding="utf-8") if copy.exists() else ""
        prose = re.sub(
            r"^( *)(`{3,}).*?^\1\2$", "", text, flags=re.DOTALL | re.MULTILINE
        )
        assert not marks.search(prose), address


def test_llms_txt_lists_every_copy(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    listed = {
        urlsplit(link).path.lstrip("/") for link in re.findall(r"\]\((.*?)\)", text)
    }
    copies = {
        copy.relative_to(site).as_posix()
        for copy in site.rglob("index.md")
        if (copy.parent / "index.html").exists()
    }

    assert text.startswith("# ")
    assert "\n> " in text
    assert listed == copies
