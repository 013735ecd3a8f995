"""Pages as plain Markdown: what the site's own syntax means, in everybody's.

A line `:::` becomes the source that its card shows, a folded box or a tab a title in
bold with its content below, and a link to a page one to that page's copy.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

__all__ = ["Card", "address_of", "convert", "convert_notebook"]

_FENCE = re.compile(r" *(`{3,}|~{3,})")
_BOX = re.compile(
    r"(?P<indent> *)(?:(?:\?{3}\+?|!{3}) +(?P<kind>\w+)|={3}[!+]?)"
    r'(?: +"(?P<title>.*)")? *'
)
_EMBED = re.compile(r"(?P<indent> *)::: (?P<symbol>[\w.]+) *")
_WRAPPER = re.compile(r" *</?div\b[^>]*> *")
_DRAWING = re.compile(r' *<svg\b(?:[^>]*\baria-label="(?P<label>[^"]*)")?')
_HEADING = re.compile(r"#+ (?P<text>.*?) *\{(?P<attributes>[^{}]*)\} *")
_CODE = re.compile(r"(`+).+?(?<!`)\1(?!`)")
_TARGET = re.compile(r"(?<=\]\()[^()\s]+")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows of a symbol.

    Attributes
    ----------
    source : str
        As in its module, dedented.
    module : str
        The address of the module that the card offers, from the site's root.
    """

    source: str
    module: str


def address_of(source: PurePosixPath) -> PurePosixPath:
    """Give the address of a page's copy, from the site's root.

    Parameters
    ----------
    source : PurePosixPath
        The page or the notebook, relative to docs/.
    """
    if source.stem == "index":
        return source.with_name("index.md")
    return source.with_suffix("") / "index.md"


def convert(text: str, source: PurePosixPath, card: Callable[[str], Card]) -> str:
    """Convert a page.

    Parameters
    ----------
    text : str
        The page without its front matter.
    source : PurePosixPath
        Relative to docs/.
    card : callable
        Gives what a symbol's card shows.
    """
    lines = _Page(source, card).convert(text.strip("\n").split("\n"))
    return "\n".join(lines) + "\n"


def convert_notebook(
    text: str, source: PurePosixPath, card: Callable[[str], Card]
) -> tuple[str, dict[str, bytes]]:
    """Convert an executed notebook, outputs included.

    Parameters
    ----------
    text : str
        The .ipynb.
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
            parts.append(convert(content, source, card).rstrip("\n"))
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

    def convert(self, lines: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(lines):
            line, start = lines[at], at
            at += 1
            if fence := _FENCE.match(line):
                while at < len(lines) and not _closes(lines[at], fence[1]):
                    at += 1
                at += 1
                yield from lines[start:at]
            elif (box := _BOX.fullmatch(line)) and (box["kind"] or box["title"]):
                inside = f"{box['indent']}    "
                while at < len(lines) and (
                    not lines[at].strip() or lines[at].startswith(inside)
                ):
                    at += 1
                yield f"{box['indent']}**{box['title'] or box['kind'].capitalize()}**"
                yield ""
                outdented = [
                    each.replace(inside, box["indent"], 1)
                    for each in lines[start + 1 : at]
                ]
                yield from self.convert(outdented)
            elif embed := _EMBED.fullmatch(line):
                shown = self._embedded(embed["symbol"]).split("\n")
                yield from (f"{embed['indent']}{each}".rstrip() for each in shown)
            elif drawing := _DRAWING.match(line):
                while "</svg>" not in lines[at - 1]:
                    at += 1
                yield f"*{drawing['label']}*" if drawing["label"] else ""
            elif _WRAPPER.fullmatch(line):
                around = [*lines[max(start - 1, 0) : start], *lines[at : at + 1]]
                if not "".join(around):
                    at += 1  # of two blank lines one is left
            else:
                yield self._relinked(_without_attributes(line))

    def _embedded(self, symbol: str) -> str:
        card = self.card(symbol)
        link = self._from_here(PurePosixPath(card.module))
        return f"[`{symbol}`]({link}):\n\n{_fenced(card.source, 'python')}"

    def _relinked(self, line: str) -> str:
        """Turn links to sources into links to copies, but for those in code."""
        done, rest = "", 0
        for code in _CODE.finditer(line):
            done += _TARGET.sub(self._target, line[rest : code.start()]) + code[0]
            rest = code.end()
        return done + _TARGET.sub(self._target, line[rest:])

    def _target(self, match: re.Match[str]) -> str:
        if _ELSEWHERE.match(match[0]):
            return match[0]
        path, mark, fragment = match[0].partition("#")
        notebook = self.source.suffix == ".ipynb"  # its links are left as they stand
        start = address_of(self.source).parent if notebook else self.source.parent
        place = PurePosixPath(posixpath.normpath(start / unquote(path)))
        if path.endswith("/"):
            place /= "index.md"
        elif place.suffix in {".md", ".ipynb"}:
            place = address_of(place)
        return f"{self._from_here(place)}{mark}{fragment}"

    def _from_here(self, place: PurePosixPath) -> str:
        return posixpath.relpath(place, address_of(self.source).parent)


def _without_attributes(line: str) -> str:
    """Drop a heading's attributes, but for an anchor that its text would not give."""
    if not (heading := _HEADING.fullmatch(line)):
        return line
    bare = line[: heading.end("text")]
    named = re.search(r"#([^ ]+)", heading["attributes"])
    text = re.sub(r"[^\w\s-]", "", heading["text"]).strip().lower().replace(" ", "-")
    return f'{bare} <a id="{named[1]}"></a>' if named and named[1] != text else bare


def _closes(line: str, marks: str) -> bool:
    return line.strip().startswith(marks) and not line.strip().strip(marks[0])


def _fenced(code: str, language: str) -> str:
    # Code that holds a fence needs a longer one around it.
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}{language}\n{code}\n{marks}"
