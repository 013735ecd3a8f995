"""Compare what the site shows with its sources: each block of text is in both.

A block ran, is the output of one, is a command, is the source of an embed, or is text
in a language that nothing runs. `handbook check` judges all of these on the pages, so
here only a block that is on no page, or a page's block that is lost, is a problem.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from handbook.book.book import Book
from handbook.book.layout import source_of
from handbook.book.notebook import code_cells
from handbook.book.page import GLOSSARY, Fence, Page
from handbook.book.problem import Problem
from handbook.book.scan import read_notebook
from handbook.check.ledger import Entry, read_ledger

__all__ = ["census"]

# Elements that browsers show with the line ends of their text.
_BLOCKS = {"listing", "plaintext", "pre", "textarea", "xmp"}
_SIGNATURE = "signature"
_ANSI = re.compile(r"\x1b\[[\d;]*m")


class _Block(NamedTuple):
    """A block of the site: its language, maybe empty, and its text."""

    language: str
    code: str


def census(book: Book, site: Path) -> list[Problem]:
    """Find blocks that only the site or only a page has.

    Parameters
    ----------
    book : Book
        The book.
    site : Path
        The folder that MkDocs wrote.

    Returns
    -------
    list of Problem
        Blocks of the site that no page accounts for, and fences that the site does not
        show.
    """
    pages, notebooks = book.find()
    embeds: dict[Path, list[Entry]] = {page: [] for page in pages}
    for entry in read_ledger(book):
        if entry.what != "fence":
            embeds[entry.page].append(entry)
    problems: list[Problem] = []
    unknown = set(site.rglob("*.html"))
    for page in book.read(pages):
        path = page.chapter.path
        html = _built(site, path.relative_to("docs"))
        if html is not None:
            unknown.discard(html)
            problems += _differences(page, embeds[path], _blocks(html))
        elif page.fences or embeds[path]:
            problems.append(
                Problem(path, 1, "the site does not have this page: add it to nav")
            )
    for path in notebooks:
        if html := _built(site, path.relative_to("docs")):
            unknown.discard(html)
            known = set(map(_bare, _of_notebook(book, path)))
            strays = (each for each in _blocks(html) if _bare(each.code) not in known)
            problems += [_stray(path, block) for block in strays]
    for html in unknown:
        problems += [_stray(html.relative_to(site), block) for block in _blocks(html)]
    return sorted(problems)


def _differences(
    page: Page, embeds: Sequence[Entry], blocks: Iterable[_Block]
) -> Iterator[Problem]:
    path, left = page.chapter.path, list(blocks)
    for fence in [*page.fences, *_outputs_of_examples(page)]:
        match = next((block for block in left if _is_fence(fence, block)), None)
        if match:
            left.remove(match)
        elif fence.fate != "hidden":
            yield Problem(path, fence.line, "the site does not show this fence")
    for block in left:
        # The source of an embed, an example in its docstring, or its signature.
        if not any(_is_from(entry, block) for entry in embeds):
            yield _stray(path, block)


def _is_fence(fence: Fence, block: _Block) -> bool:
    has_colours = fence.language != "python" or block.language == "python"
    return has_colours and _bare(block.code) == _bare(fence.code)


def _outputs_of_examples(page: Page) -> Iterator[Fence]:
    """Yield what the glossary's examples print: its source has no fences for that."""
    for block in page.chapter.blocks if page.chapter.path == GLOSSARY else ():
        if block.expected is not None:
            text = block.expected.text
            yield Fence(block.expected.line, "text", text, "expected")


def _is_from(embed: Entry, block: _Block) -> bool:
    if block.language == _SIGNATURE:  # mkdocstrings writes it anew
        name = re.match(r"(?:(?:async )?def |class )?[\w.]*?(\w+)\b(?!\.)", block.code)
        return name is not None and name[1] in re.findall(r"\w+", embed.code)
    is_text = block.language and not re.search("py", block.language, re.IGNORECASE)
    return not is_text and _bare(block.code) in _bare(embed.code)


def _of_notebook(book: Book, path: Path) -> Iterator[str]:
    """Yield the cells and the fences of a notebook, and what its cells gave."""
    source = book.files.text(path)
    yield from (code for code, _ in code_cells(source))
    for fence in book.site.render(read_notebook(source)).fences:
        if fence.language != "python":
            yield fence.code
    executed = book.root / "docs" / source_of(path)
    if not executed.is_file():
        return
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            texts = [output.get("text", ""), *output.get("traceback", ())]
            texts.append(output.get("data", {}).get("text/plain", ""))
            for text in texts:
                yield _ANSI.sub("", "".join(text))


def _stray(path: Path, block: _Block) -> Problem:
    first = block.code.strip().split("\n")[0]
    what = f"a block of {block.language}" if block.language else "a block"
    message = (
        f"the site shows {what} that no fence and no embed accounts for: '{first}'"
    )
    return Problem(path, 1, message)


def _bare(code: str) -> str:
    """Leave out what a theme or a template changes: the white space."""
    return re.sub(r"\s+", "", code)


def _built(site: Path, page: Path) -> Path | None:
    """Find the page's HTML, with directory addresses or without."""
    stem = page.with_suffix("")
    if page.stem in {"index", "README"}:
        candidates = [page.with_name("index.html")]
    else:
        candidates = [stem / "index.html", stem.with_suffix(".html")]
    return next((site / path for path in candidates if (site / path).is_file()), None)


def _blocks(html: Path) -> list[_Block]:
    parser = _Blocks()
    parser.feed(html.read_text(encoding="utf-8"))
    return [_Block(*block) for block in parser.blocks]


class _Blocks(HTMLParser):
    """Collects the language and the text of each block, without line numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self._open: list[str] = []  # the block's tags that are not closed yet
        self._numbers = ""  # the tag that holds line numbers, while in it

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        classes = (dict(attributes).get("class") or "").split()
        names = [name for name in classes if name.startswith("language-")]
        if self._open:
            if tag in {"div", *_BLOCKS}:
                self._open.append(tag)
            if "linenos" in classes:
                self._numbers = tag
        elif tag in _BLOCKS or (tag == "div" and names and "highlight" in classes):
            self._open = [tag]
            language = "".join(names[:1]).removeprefix("language-")
            if "doc-signature" in classes:
                language = _SIGNATURE
            self.blocks.append((language, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._numbers:
            self._numbers = ""
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and not self._numbers:
            language, code = self.blocks[-1]
            self.blocks[-1] = language, code + data
