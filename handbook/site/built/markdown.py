"""Convert pages to plain Markdown, without the site's own syntax.

A line `:::` becomes the source that its card shows. A folded box or a tab becomes a
title in bold with its content below. A link to a page becomes a link to its copy.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from handbook.book.layout import copy_of
from handbook.book.scan import Line, scan, scan_lines

__all__ = ["Card", "convert", "convert_notebook"]

_WRAPPER = re.compile(r" *</?div\b[^>]*> *")
_DRAWING = re.compile(r' *<svg\b(?:[^>]*\baria-label="(?P<label>[^"]*)")?')
_ANCHOR = re.compile(r"(\*\*[^*]+\*\*)\{ ?#([\w-]+) ?\}")
_CODE = re.compile(r"(`+).+?(?<!`)\1(?!`)")
_TARGET = re.compile(r"(?<=\]\()[^()\s]+")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """The content of a card, which shows a symbol.

    Attributes
    ----------
    source : str
        The source of the symbol, dedented.
    module : str
        The address of its module, from the site's root.
    """

    source: str
    module: str


def convert(text: str, source: PurePosixPath, card: Callable[[str], Card]) -> str:
    """Convert a page.

    Parameters
    ----------
    text : str
        The page, with its front matter.
    source : PurePosixPath
        Its path below docs/.
    card : callable
        Returns the card of a symbol.
    """
    body = [line.text for line in scan(text) if line.kind != "front matter"]
    return f"{_Page(source, card).text(body)}\n"


def convert_notebook(
    text: str, source: PurePosixPath, card: Callable[[str], Card]
) -> tuple[str, dict[str, bytes]]:
    """Convert an executed notebook with its outputs.

    Parameters
    ----------
    text : str
        The content of the .ipynb.
    source, card
        As for a page.

    Returns
    -------
    tuple of str and dict of str to bytes
        The Markdown, and the figures that it links to, by name.
    """
    parts: list[str] = []
    figures: dict[str, bytes] = {}
    for cell in json.loads(text)["cells"]:
        content = "".join(cell["source"]).strip("\n")
        if cell["cell_type"] == "markdown":
            parts.append(_Page(source, card).text(content.split("\n")))
            continue
        parts.append(_fenced(content, "python"))
        for output in cell["outputs"]:
            data = output.get("data", {})
            if drawing := data.get("image/svg+xml"):
                name = f"figure-{len(figures) + 1}.svg"
                figures[name] = "".join(drawing).encode()
                parts.append(f"![{cell['metadata'].get('alt', '')}]({name})")
            else:
                shown = "".join(output.get("text") or data["text/plain"])
                parts.append(_fenced(shown.rstrip("\n"), "text"))
    return "\n\n".join(parts) + "\n", figures


@dataclass(frozen=True, slots=True)
class _Page:
    source: PurePosixPath
    card: Callable[[str], Card]

    def text(self, lines: Sequence[str]) -> str:
        """Convert lines without front matter."""
        converted = self.convert("\n".join(lines).strip("\n").split("\n"))
        return "\n".join(converted).strip("\n")

    def convert(self, lines: Sequence[str]) -> Iterator[str]:
        scanned = scan_lines(lines)
        at = 0
        while at < len(scanned):
            line, start = scanned[at], at
            at += 1
            if line.kind in {"code", "comment"}:
                yield line.text
            elif line.kind == "box":
                inside = " " * (line.indent + 4)
                while at < len(lines) and (
                    not lines[at].strip() or lines[at].startswith(inside)
                ):
                    at += 1
                indent = " " * line.indent
                yield f"{indent}**{line.title or line.name.split()[0].capitalize()}**"
                yield ""
                outdented = [
                    each.replace(inside, indent, 1) for each in lines[start + 1 : at]
                ]
                yield from self.convert(outdented)
            elif line.kind == "embed":
                shown = self._embedded(line.name).split("\n")
                yield from (f"{' ' * line.indent}{each}".rstrip() for each in shown)
            elif line.kind == "options":
                continue
            elif drawing := _DRAWING.match(line.text):
                while "</svg>" not in lines[at - 1]:
                    at += 1
                yield f"*{drawing['label']}*" if drawing["label"] else ""
            elif _WRAPPER.fullmatch(line.text):
                around = [*lines[max(start - 1, 0) : start], *lines[at : at + 1]]
                if not "".join(around):
                    at += 1  # so that two blank lines don't remain
            else:
                yield self._relinked(_without_attributes(line))

    def _embedded(self, symbol: str) -> str:
        card = self.card(symbol)
        link = self._from_here(PurePosixPath(card.module))
        return f"[`{symbol}`]({link}):\n\n{_fenced(card.source, 'python')}"

    def _relinked(self, line: str) -> str:
        """Replace links to pages by links to their copies, except in code."""
        done, rest = "", 0
        for code in _CODE.finditer(line):
            done += _TARGET.sub(self._target, line[rest : code.start()]) + code[0]
            rest = code.end()
        return done + _TARGET.sub(self._target, line[rest:])

    def _target(self, match: re.Match[str]) -> str:
        if _ELSEWHERE.match(match[0]):
            return match[0]
        path, mark, fragment = match[0].partition("#")
        # MkDocs leaves the links of a notebook as they are, relative to its address.
        notebook = self.source.suffix == ".ipynb"
        start = copy_of(self.source).parent if notebook else self.source.parent
        place = PurePosixPath(posixpath.normpath(start / unquote(path)))
        if path.endswith("/"):
            place /= "index.md"
        elif place.suffix in {".md", ".ipynb"}:
            place = copy_of(place)
        return f"{self._from_here(place)}{mark}{fragment}"

    def _from_here(self, place: PurePosixPath) -> str:
        return posixpath.relpath(place, copy_of(self.source).parent)


def _without_attributes(line: Line) -> str:
    """Remove attributes, but keep the anchors that don't follow from a heading."""
    if not line.attributes:
        return _ANCHOR.sub(r'<a id="\2"></a>\1', line.text)
    bare = f"{' ' * line.indent}{line.marks} {line.title}"
    named = re.search(r"#([^ ]+)", line.attributes)
    text = re.sub(r"[^\w\s-]", "", line.title).strip().lower().replace(" ", "-")
    return f'{bare} <a id="{named[1]}"></a>' if named and named[1] != text else bare


def _fenced(code: str, language: str) -> str:
    # The fence must be longer than any fence in the code.
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}{language}\n{code}\n{marks}"
