"""Find out what each line of a page is, without rendering the page.

Fences end where pymdownx.superfences ends them, and an embed is what mkdocstrings reads
as one, so a page means the same here as on the site. Only rendering shows whether
readers see a line: `handbook.book.fences` does that, and refuses what differs.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Literal, NamedTuple

__all__ = [
    "EMBED",
    "Kind",
    "Line",
    "may_embed",
    "read_notebook",
    "scan",
    "scan_lines",
    "title",
]

Kind = Literal[
    "front matter",
    "code",  # a fence: its marks and what is between them
    "marks",  # of a fence, but without the marks that would open or close it
    "comment",
    "embed",
    "options",  # the options of an embed, indented below it
    "heading",
    "box",
    "blank",
    "text",
]

EMBED = re.compile(r"^(?P<heading>#{1,6} *|)::: ?(?P<name>.+?) *$", re.MULTILINE)
"""An embed in a block of Markdown: mkdocstrings' own regular expression."""

_MAY_EMBED = re.compile(rf"^[ \t]*{EMBED.pattern[1:]}", re.MULTILINE)
_TAB = 4  # columns, as Python-Markdown has them
_HEAD = re.compile(r"-{3}[ \t]*\n(?:.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_OPENING = re.compile(
    r"(?P<before>[> ]*)(?P<marks>`{3,}|~{3,})(?: *\.?[\w#.+-]+(?= |$))?"
    r"(?: *\{.*\}|(?> *[a-zA-Z]\w*=(?P<quote>[\"']).*?(?P=quote)(?= |$))+)? *"
)
_HEADING = re.compile(
    r"(?P<marks>#{1,6}) *(?P<title>.*?)"
    r"(?: +(?:\{(?P<attributes>[^{}]*)\}|<!--(?:(?!-->).)*-->))* *#* *"
)
_BOX = re.compile(
    r"(?P<marks>!!!(?= ?[\w-])|\?{3}\+?|={3}(?:\+!|!\+|\+|!)?(?= +\")) *"
    r'(?P<name>[\w-]+(?: +[\w-]+)*)?(?: *"(?P<title>.*)")? *'
)


class Line(NamedTuple):
    """A line of a page.

    Attributes
    ----------
    number : int
        The number of the line, from 1.
    text : str
        The line as the page has it, without its end.
    indent : int
        The columns before its first character; a tab ends at the next multiple of 4.
    marks : str
        `##` of a heading and of an embed with a level; `???+` of a box.
    name : str
        The symbol of an embed; the kind of a box, `note`.
    title : str
        The words of a heading, without attributes and comments; the title of a box.
    attributes : str
        The text between the braces of a heading.
    """

    number: int
    text: str
    kind: Kind
    indent: int = 0
    marks: str = ""
    name: str = ""
    title: str = ""
    attributes: str = ""


def scan(page: str) -> list[Line]:
    """Return the lines of a page, front matter included, each with its kind.

    Parameters
    ----------
    page : str
        The page; its lines end in a newline.
    """
    lines = page.split("\n")
    head = _HEAD.match(page)
    start = page.count("\n", 0, head.end()) if head else 0
    front = [Line(n, text, "front matter") for n, text in enumerate(lines[:start], 1)]
    return front + scan_lines(lines[start:], start + 1)


def scan_lines(lines: Sequence[str], first: int = 1) -> list[Line]:
    """Return the lines of a part of a page, each with its kind.

    Parameters
    ----------
    lines : sequence of str
        The lines without their ends; front matter is not among them.
    first : int
        The number of the first line.
    """
    plain = [line.expandtabs(_TAB) if "\t" in line else line for line in lines]
    # As in Python-Markdown, a line with only spaces is empty.
    plain = [line if line.strip(" ") else "" for line in plain]
    fenced = {at for fence in _fences(plain) for at in fence}
    hidden = set(_comments(plain, fenced))
    found: list[Line] = []
    options_from = 0  # the indent of the options of the embed above; 0 without one
    for at, line in enumerate(plain):
        number, text = first + at, lines[at]
        indent = len(line) - len(line.lstrip(" "))
        if at in fenced:
            found.append(Line(number, text, "code", indent))
        elif at in hidden:
            found.append(Line(number, text, "comment", indent))
        elif line and options_from and indent >= options_from:
            found.append(Line(number, text, "options", indent))
            continue
        else:
            found.append(_read(number, text, line, indent))
        options_from = indent + _TAB if found[-1].kind == "embed" else 0
    return found


def may_embed(page: str) -> list[str]:
    """Return what a page may embed, even in fences and comments: faster than `scan`."""
    return [match["name"].strip() for match in _MAY_EMBED.finditer(page)]


def title(lines: Sequence[Line]) -> str:
    """Return the first heading of the first level; empty if there is none."""
    found = (
        line.title
        for line in lines
        if line.kind == "heading" and line.marks == "#" and not line.indent
    )
    return next(found, "")


def read_notebook(source: str) -> str:
    """Return a notebook as a page with the same lines: front matter and prose, no code.

    Parameters
    ----------
    source : str
        The text of the `.py`, in percent format.
    """
    page, part = [], "head" if source.startswith("# ---") else "code"
    for number, line in enumerate(source.split("\n")):
        if line.startswith("# %%"):
            part = "prose" if "[markdown]" in line or "[md]" in line else "code"
            page.append("")
            continue
        page.append("" if part == "code" else re.sub(r"^# ?", "", line))
        if number and part == "head" and line.rstrip() == "# ---":
            part = "code"
    return "\n".join(page)


def _read(number: int, text: str, line: str, indent: int) -> Line:
    """Read a line outside fences and comments."""
    bare = line[indent:]
    if not bare:
        return Line(number, text, "blank")
    if ":::" in bare and indent % _TAB == 0 and (embed := EMBED.match(bare)):
        return Line(
            number,
            text,
            "embed",
            indent,
            marks=embed["heading"].strip(),
            name=embed["name"],
        )
    if bare[0] == "#" and (heading := _HEADING.fullmatch(bare)):
        marks, words, attributes = heading.group("marks", "title", "attributes")
        return Line(
            number,
            text,
            "heading",
            indent,
            marks=marks,
            title=words,
            attributes=attributes or "",
        )
    if bare[0] in "!?=" and (box := _BOX.fullmatch(bare)) and any(box.groups()[1:]):
        marks, name, words = box.group("marks", "name", "title")
        return Line(
            number,
            text,
            "box",
            indent,
            marks=marks,
            name=name or "",
            title=words or "",
        )
    is_stray = bare.lstrip("> ").startswith(("```", "~~~"))
    return Line(number, text, "marks" if is_stray else "text", indent)


def _fences(lines: Sequence[str]) -> Iterator[range]:
    """Yield the lines of each fence, from its opening marks to its closing ones."""
    marks, width, quotes, start, was_blank = "", 0, 0, 0, False
    for at, line in enumerate(lines):
        if not marks:
            if ("```" in line or "~~~" in line) and (found := _OPENING.fullmatch(line)):
                marks, start, was_blank = found["marks"], at, False
                width, quotes = len(found["before"]), found["before"].count(">")
            continue
        content = line[:width].lstrip("> ") + line[width:]
        before = line[: len(line) - len(content)]
        depth = before.count(">")
        is_less = len(before) < width or (was_blank and depth < quotes)
        if depth > quotes or (content and is_less):
            marks = ""  # not a fence after all; this line does not open one either
        elif content.rstrip(" ") == marks:
            yield range(start, at + 1)
            marks = ""
        else:
            was_blank = not content


def _comments(lines: Sequence[str], fenced: Container[int]) -> Iterator[int]:
    """Yield the lines that consist only of a comment or a part of one."""
    opened: list[int] = []
    for at, line in enumerate(lines):
        if at in fenced:
            continue
        if opened or line.lstrip(" ").startswith("<!--"):
            opened.append(at)
            _, end, rest = line.partition("-->")
            if end:
                yield from opened[:-1] if rest.strip() else opened
                opened = []
