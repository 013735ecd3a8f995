"""HB03x: what other tools render, and the site would show as it is written."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.scan import Line, read_notebook, scan
from handbook.book.source import PageSource, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB030",
        name="our-dialect",
        why="Markdown of another tool is shown as it is written: signs instead of a "
        "note, a box or a formula.",
        wrong="> [!NOTE]\n> The clock changes.",
        right='!!! note "The clock changes"\n\n    On 3 November.',
    ),
    Rule(
        id="HB031",
        name="list-of-its-own",
        why="Without an empty line above it, a list or a table is shown as a part of "
        "the paragraph.",
        wrong="Three reasons:\n- weather",
        right="Three reasons:\n\n- weather",
    ),
    Rule(
        id="HB032",
        name="indent-by-four",
        why="What belongs to an item, a box or a tab is indented by four columns; with "
        "fewer it is shown beside it.",
        wrong='!!! note "The clock"\nIt changes.',
        right='!!! note "The clock"\n\n    It changes.',
    ),
    Rule(
        id="HB033",
        name="cells-run",
        why="Code in a Markdown cell of a notebook is shown as if it had run.",
        wrong="# ```python\n# late = 1\n# ```",
        right="# %%\nlate = 1",
    ),
)

_FOOTNOTE = r"\[\^[\w-]+\]"
# What is still there when the page is rendered, in words outside code.
_LITERAL = {
    r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]": (
        'a box of another tool: write !!! note "Title" and indent its text by four'
    ),
    # With a definition it is shown as a link, and not as a note.
    _FOOTNOTE: "a footnote: name the source in the sentence, with a link",
    r"(?<!\w)\[[ xX]\](?=\s)": "a task: write a plain list",
    r"~~[^~\s][^~]*~~": "a deletion: leave the words out",
    r"-{1,2}8<-{1,2}|\{!.+?!\}|<<< ?[@./\w]+"
    r"|(?<!\w)(?:@@include\(|!!!include\(|!include(?:-\w+)?\s+\S)"
    r"|(?<!\S)\.\. [\w-]+::": "an include: write ::: snippets.part.stem.name",
    r"\{\{.+?\}\}|\{%.+?%\}": "a template, which nothing fills in: write its text",
    r"\[\[[^\]\n]+\]\]": "a link of a wiki: write [its title](page.md)",
    r"\$\$|\$(?![\d\s])[^$\n]*[\\^_{][^$\n]*(?<!\s)\$": (
        "mathematics, which is not rendered: write words, or code that computes it"
    ),
}
_SUSPECT = re.compile("|".join(_LITERAL))
_CODE = re.compile(r"<(code|pre|script|style|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_INLINE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_SWALLOWED = re.compile(
    r"<(p|li|dd)>(?P<text>(?:(?!</?(?:p|li|dd|ul|ol|div)\b).)*)", re.S
)
_ITEM = re.compile(r"(?P<indent> *)(?:[-*+]|\d{1,2}[.)]) +(?=\S)")
_ROW = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+")
_PYTHON = re.compile(r"\s*(?:`{3,}|~{3,})\s*\{?\.?i?py")
_INDENT = 4


def find(book: Book) -> Iterator[Problem]:
    """Return what the site would show otherwise than its author means it."""
    pages = {page.path: page for page in book.pages}

    def ask(new: Sequence[Source]) -> Answers:
        from handbook.book.markdown import Site  # noqa: PLC0415  a second to import

        site = Site(book.config)
        return {
            each.path: [
                *_literal(pages[each.path], site.page(each.text)),
                *_swallowed(pages[each.path], site.page(each.text)),
                *_indents(pages[each.path]),
            ]
            for each in new
        }

    for path, answers in remember(book.files, "dialects", book.pages, ask).items():
        for rule, line, message in answers:
            yield Problem(path, line, message, rule)
    for notebook in book.notebooks:
        cells = scan(read_notebook(book.files.text(notebook.path)))
        for line in cells:
            if line.kind == "code" and _PYTHON.match(line.text):
                message = "a Markdown cell runs nothing: make this a cell of code"
                yield Problem(notebook.path, line.number, message, "HB033")


def _literal(page: PageSource, html: str) -> Iterator[list[Any]]:
    """Find signs that are still signs when the page is rendered."""
    prose = [
        (line.number, _INLINE.sub("", line.text))
        for line in page.scanned
        if line.kind in {"text", "heading", "box"}
    ]
    if not _SUSPECT.search("\n".join(text for _, text in prose)):
        return
    shown = unescape(_TAG.sub(" ", _CODE.sub(" ", html)))
    for pattern, message in _LITERAL.items():
        is_lost = pattern is _FOOTNOTE and "footnote-ref" not in html
        if is_lost or re.search(pattern, shown):
            for line, text in prose:
                if match := re.search(pattern, text):
                    yield ["HB030", line, f"'{match[0].strip()}' is {message}"]


def _swallowed(page: PageSource, html: str) -> Iterator[list[Any]]:
    """Find lists and tables that became lines of a paragraph."""
    lost = set()
    for match in _SWALLOWED.finditer(_CODE.sub("", html)):
        for text in unescape(_TAG.sub("", match["text"])).split("\n")[1:]:
            if _ITEM.match(text) or _ROW.match(text):
                lost.add(_bare(text))
    if not lost:
        return
    for line, text in page.prose:
        if (_ITEM.match(text) or _ROW.match(text)) and _bare(text) in lost:
            what = "table" if _ROW.match(text) else "list"
            yield ["HB031", line, f"leave an empty line above this {what}"]
            return


def _bare(text: str) -> str:
    """Return the words of an item or of a row, without marks and code."""
    words = _ITEM.sub("", _INLINE.sub("", text), count=1)
    return re.sub(r"[*_`\[]|\]\([^)]*\)|\]", "", words).strip()


def _indents(page: PageSource) -> Iterator[list[Any]]:
    """Find what is indented by fewer columns than what it belongs to asks for."""
    above: Line | None = None
    for line in page.scanned:
        if line.kind in {"blank", "front matter", "comment"}:
            continue
        if above is not None and above.kind == "box" and line.kind != "box":
            if above.indent < line.indent + 1 <= above.indent + _INDENT or (
                line.kind == "text" and line.indent <= above.indent
            ):
                message = "indent what belongs to the box above by four columns"
                yield ["HB032", line.number, message]
        elif (
            line.kind == "text"
            and (item := _ITEM.match(line.text))
            and len(item["indent"]) % _INDENT
            and above is not None
            and _ITEM.match(above.text)
            and above.indent < line.indent
        ):
            message = "indent an item below another item by four columns"
            yield ["HB032", line.number, message]
        above = line
