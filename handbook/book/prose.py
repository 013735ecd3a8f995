"""Find the prose of a page, without its code: passages, and the sentences in them.

What is not prose is replaced by spaces and never removed, so that each column here is
the same column of the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from handbook.book.book import Book
from handbook.book.front_matter import FrontMatter
from handbook.book.glossary import GLOSSARY
from handbook.book.page import Chapter, Page
from handbook.book.scan import Line
from handbook.book.source import PageSource

__all__ = [
    "CONFLICT",
    "Passage",
    "Sentence",
    "ends",
    "passages",
    "sentences",
    "written_terms",
]

_CODE_INDENT = 4  # columns
# What has lines that are indented below it, without being code.
_CONTAINER = re.compile(r"\s*(?:[-*+]|\d+[.)]|:|\[\^[^\]]+\]:)(?:\s|$)|\s*===[ !+]")

_PROSE = {"heading", "box", "text"}  # kinds of lines

Kind = Literal[
    "alt", "heading", "html", "item", "paragraph", "quotation", "row", "title"
]

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(
    r"(?<=\])(?:\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\))"
)
_AUTOLINK = re.compile(r"<\w[\w.+-]*:[^>\s]*>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>", re.DOTALL)
_ATTRIBUTES = re.compile(r"\{:?\s[^{}]*\}")

_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]|:)\s+")
_QUOTED = re.compile(r"\s*(?:> ?)+")
CONFLICT = re.compile(r"(?:<{7}|\|{7}|>{7})(?: |$)|={7}$")
"""A line that git writes between two versions of a text."""
_UNDERLINE = re.compile(r"\s*(?:=+|-+)\s*$")
_DEFINED = re.compile(r"\s*\[[^\]]+\]:(?:\s|$)")  # a link, an abbreviation, a footnote
_ATTRIBUTE_LINE = re.compile(r"\s*\{:?[^{}]*\}\s*$")
_DELIMITER = re.compile(r"\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+$")
_STARTS = re.compile(
    rf"{_ITEM.pattern}|\s*(?:\||<[a-zA-Z/])|{_QUOTED.pattern}|{CONFLICT.pattern}"
    rf"|{_DEFINED.pattern}|{_ATTRIBUTE_LINE.pattern}|{_UNDERLINE.pattern}"
)
_TERM = re.compile(
    r"^(?:(?P<key>\s+(?:definition|heard):\s+)(?P<value>.*)|.+)$", re.MULTILINE
)
_RULE = re.compile(r"[\s|:+-]+$")

# The end of a sentence: a capital, a digit or code comes next.
_END = re.compile(
    r"[.!?\u2026][*_\"'\u201d\u2019)\]]*"
    r"(?=(?P<gap>\s+)[*_\"'\u201c\u2018(\[]*[A-Z0-9\u00c0-\u00de])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|al|approx|ca|Dr|Mr|Mrs|Ms|Prof|St|No|Fig|Eq|Sec|Ch|pp?|"
    r"eds?|vol)|\b[A-Z])\.$"
)


class Sentence(NamedTuple):
    """A sentence of a passage.

    Attributes
    ----------
    line : int
        The line of the page where it starts.
    """

    line: int
    text: str

    @property
    def words(self) -> int:
        """The number of words; code counts as one word."""
        return sum(any(c.isalnum() for c in word) for word in self.text.split())


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose that belongs together: a paragraph, a heading, a row of a table.

    Attributes
    ----------
    kind : str
        `alt` is the alternative text of an image, `title` the title of an admonition or
        a tab, `html` the text of a block that is written as HTML.
    line : int
        The line of the page, from 1, where it begins.
    lines : tuple of str
        The lines, as long as those of the page; what is not prose is blank.
    """

    kind: Kind
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(self.lines)


def passages(page: PageSource) -> list[Passage]:
    """Return the passages of a page, in order."""
    prose = (line.text if line.kind in _PROSE else "" for line in page.scanned)
    text = _COMMENT.sub(_blank, "\n".join(prose))
    is_markdown = page.path != GLOSSARY  # there the indent is that of YAML
    return list(_Reader(page.scanned, text.split("\n"), is_markdown).passages())


def written_terms(book: Book) -> list[PageSource]:
    """Return the glossary as a page with only its sentences, each in its place.

    Parameters
    ----------
    book : Book
        The book.

    Returns
    -------
    list of PageSource
        One page, or none if there is no glossary.
    """
    empty = Page(
        chapter=Chapter(GLOSSARY, ()), fences=(), embeds=(), figures=(), problems=()
    )
    head = FrontMatter(GLOSSARY)
    return [
        PageSource(
            source.path,
            _TERM.sub(_as_item, source.text),
            "",
            head=head,
            page=empty,
        )
        for source in book.lists
        if source.path == GLOSSARY
    ]


def _as_item(line: "re.Match[str]") -> str:
    """Replace a line of the glossary by spaces, or its sentence by a list item."""
    if line["key"] is None:
        return " " * len(line[0])
    return f"{' ' * (len(line['key']) - 2)}- {line['value']}"


def sentences(passage: Passage) -> Iterator[Sentence]:
    """Yield the sentences of a passage."""
    text, begin = passage.text, 0
    for stop, _ in [*ends(text), (len(text), len(text))]:
        if text[begin:stop].strip():
            gap = len(text[begin:stop]) - len(text[begin:stop].lstrip())
            line = passage.line + text.count("\n", 0, begin + gap)
            yield Sentence(line, text[begin:stop].strip())
        begin = stop


def ends(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence except the last ends, and where the next one begins."""
    for match in _END.finditer(text):
        dot = match.start() + 1
        if not _ABBREVIATION.search(text, max(0, dot - 10), dot):
            yield match.end(), match.end("gap")


class _Reader:
    """Reads passages from the lines of a page.

    Parameters
    ----------
    scanned : sequence of Line
        The lines of the page, with their kinds.
    lines : list of str
        The texts of the same lines; what is not prose is blank.
    is_markdown : bool
        Whether an indent of four columns makes a line code.
    """

    def __init__(
        self, scanned: Sequence[Line], lines: list[str], is_markdown: bool
    ) -> None:
        self.scanned = scanned
        self.lines = lines
        self.is_markdown = is_markdown
        self.at = 0

    def passages(self) -> Iterator[Passage]:
        while self.at < len(self.lines):
            line = self.lines[self.at].lstrip()
            if not line or self._is_no_prose():
                self.at += 1
            elif line.startswith("<") and _TAG.match(line):
                yield self._html()
            else:
                yield from self._markdown()

    def _is_no_prose(self) -> bool:
        """Return whether this line is there for Markdown or for git only."""
        line = self.lines[self.at]
        patterns = (CONFLICT, _UNDERLINE, _DEFINED, _ATTRIBUTE_LINE, _DELIMITER)
        return any(pattern.match(line) for pattern in patterns) or self._is_code()

    def _is_code(self) -> bool:
        """Return whether this line is code because it is indented by four."""
        indent = self.scanned[self.at].indent
        is_text = self.scanned[self.at].kind == "text"
        if indent < _CODE_INDENT or not is_text or not self.is_markdown:
            return False
        for line in reversed(self.scanned[: self.at]):
            if line.text.strip() and line.indent < indent:
                belongs = line.kind == "box" or _CONTAINER.match(line.text)
                return indent - line.indent >= _CODE_INDENT and not belongs
        return True

    def _is_row(self) -> bool:
        """Return whether this line is in a table, with bars outside or without."""
        around = self.lines[max(self.at - 1, 0) : self.at + 2]
        if self.lines[self.at].lstrip().startswith("|"):
            return True
        if "|" not in self.lines[self.at]:
            return False
        if any(map(_DELIMITER.match, around)):
            return True
        above = self.at - 1
        while above >= 0 and "|" in self.lines[above]:
            if _DELIMITER.match(self.lines[above]):
                return True
            above -= 1
        return False

    def _is_underlined(self) -> bool:
        below = self.lines[self.at + 1 : self.at + 2]
        return any(map(_UNDERLINE.match, below)) and not _DELIMITER.match(below[0])

    def _take(self, stop: "re.Pattern[str]") -> tuple[int, list[str]]:
        """Return the index of this line, and the lines up to the end of its passage."""
        first = self.at
        self.at += 1
        while (
            self.at < len(self.lines)
            and self.lines[self.at].strip()
            and self.scanned[self.at].kind == "text"
            and not stop.match(self.lines[self.at])
        ):
            self.at += 1
        return first, self.lines[first : self.at]

    def _html(self) -> Passage:
        first, lines = self._take(_never)
        text = _TAG.sub(_blank, "\n".join(lines))
        return Passage("html", first + 1, tuple(map(_prose, text.split("\n"))))

    def _markdown(self) -> Iterator[Passage]:
        scanned, line = self.scanned[self.at], self.lines[self.at]
        kind: Kind = "paragraph"
        begin, end = 0, len(line)
        if scanned.kind == "heading":
            kind = "heading"
            begin = end - len(line.lstrip(" #"))
        elif scanned.kind == "box":
            kind = "title"
            begin = line.find(f'"{scanned.title}"') + 1 if scanned.title else end
            end = begin + len(scanned.title)
        elif self._is_row():
            kind = "row"
        elif match := _QUOTED.match(line):
            kind, begin = "quotation", match.end()
        elif match := _ITEM.match(line):
            kind, begin = "item", match.end()
        elif self._is_underlined():
            kind = "heading"
        if kind in {"paragraph", "item"}:
            first, lines = self._take(_STARTS)
        else:
            first, lines = self.at, [line]
            self.at += 1
        lines[0] = " " * begin + line[begin:end] + " " * (len(line) - end)
        if kind == "row":
            lines = ["" if _RULE.match(line) else line]
        for offset, each in enumerate(lines):
            for image in _IMAGE.finditer(each):
                alt = " " * image.start("alt") + image["alt"]
                yield Passage("alt", first + offset + 1, (alt,))
        prose = tuple(_prose(each) for each in lines)
        if any(each.strip() for each in prose):
            yield Passage(kind, first + 1, prose)


_never = re.compile(r"(?!)")


def _prose(line: str) -> str:
    """Replace what is not prose by spaces, and code by one word."""
    line = _CODE.sub(lambda match: "X" * len(match[0]), line)
    for pattern in (_IMAGE, _ADDRESS, _AUTOLINK, _TAG, _ATTRIBUTES):
        line = pattern.sub(_blank, line)
    return line.replace("|", " ") if line.lstrip().startswith("|") else line


def _blank(match: "re.Match[str]") -> str:
    return re.sub(r"[^\n]", " ", match[0])
