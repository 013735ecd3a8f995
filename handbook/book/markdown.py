"""Find the fences and embeds of a page with the site's own Markdown."""

import io
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from importlib.metadata import entry_points
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import markdown
import yaml
from markdown.blockprocessors import BlockProcessor
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from pymdownx.superfences import SuperFencesBlockPreprocessor

from handbook.base.files import Files
from handbook.book.layout import CONFIG
from handbook.book.problem import MarkdownError
from handbook.book.scan import EMBED

__all__ = ["Rendering", "Site", "SiteFence", "read_config"]

# What a browser receives but does not show.
_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
# The functions that mkdocs.yml may name: for icons, fences and the ids of headings.
_NAMEABLE = (
    "material.extensions.emoji.",
    "pymdownx.emoji.",
    "pymdownx.superfences.fence_",
    "pymdownx.slugs.",
)
# It changes only finished HTML, so it has no say in what a fence is.
_OURS = "handbook.site.markdown"
# What stands for a fence, under a name that no page can know.
_FENCE = f"data-fence-{secrets.token_hex(8)}"
_BLOCK = re.compile(
    rf"<(pre|xmp|listing|plaintext|textarea)\b(?! {_FENCE})"
    r"([^>]*>\s*(?:<code\b[^>]*>)?)(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
_SECTION = re.compile(r'<h[2-6]\b[^>]*\bid="([^"]+)"')
_TAG = re.compile(r"<[^>]*>")
# What shows the code in it, unless a style or another class hides it. There are more
# ways to hide something than a list can have.
_SHOWING = {
    "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figure",
    "li", "main", "ol", "p", "section", "table", "tbody", "td", "th", "thead", "tr",
    "ul", "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup", "u", "var",
}  # fmt: skip
_CLASSES = {
    "admonition", "abstract", "bug", "danger", "example", "failure", "info", "note",
    "question", "quote", "success", "tip", "warning", "inline", "end", "open",
    "tabbed-set", "tabbed-alternate", "tabbed-content", "tabbed-block",
}  # fmt: skip
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_RAW_CODE = re.compile(
    r"<pre\b[^>]*>\s*(?:<code\b[^>]*>)?|<div\b[^>]*\bclass=[^>]*>", re.IGNORECASE
)
_RAW_LANGUAGE = re.compile(
    r"""\blang(?:uage)?-([\w+.-]+)|["' ](i?py(?:thon)?3?)["' ]""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFence:
    """A fence that the site's Markdown found.

    Attributes
    ----------
    line, end : int
        The lines of the page, from 1, with the opening and with the closing marks.
    language : str
        As Markdown reads it: `python` also for `{.python .annotate}`.
    code : str
        What readers see, without the last newline.
    quoted : bool
        Whether it is in a block quotation.
    diagram : bool
        Whether mkdocs.yml has a formatter for this language.
    seen : bool
        Whether the rendered page shows it as a block of code.
    """

    line: int
    end: int
    language: str
    code: str
    quoted: bool
    diagram: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Rendering:
    """The code of a page as readers see it.

    Attributes
    ----------
    start : int
        The first line, from 1, below the front matter.
    fences : tuple of SiteFence
        All fences, in the order of the page.
    raw : tuple of str
        The language of each block that is written as HTML.
    embeds : tuple of str
        The symbols whose source mkdocstrings would show.
    indented : tuple of str
        The first line of each other block of code, such as one that is indented.
    sections : tuple of str
        The ids of the headings below the title.
    anchors : tuple of str
        What a link to a part of the page may name.
    """

    start: int
    fences: tuple[SiteFence, ...]
    raw: tuple[str, ...]
    embeds: tuple[str, ...]
    indented: tuple[str, ...]
    sections: tuple[str, ...]
    anchors: tuple[str, ...]


class _Recorder(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Puts a numbered mark where the site would put highlighted code."""

    def __init__(self, md: markdown.Markdown, found: list[dict[str, Any]]) -> None:
        super().__init__(md)
        self.found = found

    def process_nested_block(self, ws: str, content: str, start: int, end: int) -> None:
        language = self.lang or ""
        self.found.append(
            {
                "line": start + 1,
                "end": end,
                "language": language,
                "code": self.rebuild_block(self.code),
                "quoted": self.quote_level > 0,
                "diagram": any(
                    entry["name"] == language for entry in self.extension.superfences
                ),
            }
        )
        # pymdownx stores this, too: indented blocks of code restore the text from it.
        self.last = ws + self.normalize_ws(content)
        mark = f'<pre {_FENCE}="{len(self.found) - 1}"></pre>'
        self._store(self.normalize_ws("\n".join(self.code)) + "\n", mark, start, end)
        self.clear()


class _EmbedRecorder(BlockProcessor):  # type: ignore[misc]
    """Puts the symbol where mkdocstrings would put its source, by the same rules."""

    def __init__(self, md: markdown.Markdown, found: list[str]) -> None:
        super().__init__(md.parser)
        self.found = found

    def test(self, parent: Element, block: str) -> bool:
        return EMBED.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        match = EMBED.search(block)
        if match is None:
            return
        self.parser.parseBlocks(parent, [block[: match.start()]])
        self.found.append(match["name"])
        SubElement(parent, "p").text = match["name"]
        _, rest = self.detab(block[match.end() :])
        if rest:
            blocks.insert(0, rest)


class _Seen(HTMLParser):
    """Collects the fences that no element around them hides, and all anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.fences: set[int] = set()
        self.anchors: set[str] = set()
        self._open: list[tuple[str, bool]] = []  # elements, and whether they hide

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {given.get("id") or "", given.get("name") or ""} - {""}
        hidden = any(hides for _, hides in self._open)
        if (number := given.get(_FENCE) or "").isdecimal() and not hidden:
            self.fences.add(int(number))
        if tag not in _VOID:
            hides = tag not in _SHOWING or bool(
                {"hidden", "popover", "style"} & given.keys()
                or set((given.get("class") or "").split()) - _CLASSES
            )
            self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        # Markdown wraps such an element in <p>, whose end doesn't end the element.
        if tag == "p" and tag in names and self._open[-1][1] and names[-1] != "p":
            return
        if tag in names:
            while self._open.pop()[0] != tag:
                pass  # it was left open


def _seen(html: str) -> _Seen:
    parser = _Seen()
    parser.feed(html)
    return parser


def _safe_loader() -> type[yaml.Loader]:
    """Return MkDocs' loader, which calls nothing that a tag of YAML names.

    MkDocs itself would call it. What remains are names in packages that a site's
    Markdown needs, such as the function that draws an icon.
    """

    class Loader(get_yaml_loader()):  # type: ignore[misc]
        pass

    def refuse(loader: yaml.Loader, suffix: str, node: yaml.Node) -> None:
        line = node.start_mark.line + 1
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        raise ValueError(f"line {line}: !!{tag} would call code: remove it")

    def name(loader: yaml.Loader, suffix: str, node: yaml.Node) -> object:
        if not suffix.startswith(_NAMEABLE):
            refuse(loader, suffix, node)
        return loader.find_python_name(suffix, node.start_mark)

    for kind in ("apply", "new", ""):
        prefix = f"tag:yaml.org,2002:python/object{'/' * bool(kind)}{kind}:"
        Loader.add_multi_constructor(prefix, refuse)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/module:", refuse)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", name)
    return Loader


def read_config(files: Files) -> Mapping[str, Any]:
    """Read the configuration of a site, mkdocs.yml.

    Raises
    ------
    MarkdownError
        If it cannot be read.
    """
    try:
        file = io.BytesIO(files.read(CONFIG))
        file.name = str(files.root / CONFIG)  # INHERIT is relative to this name
        config: Mapping[str, Any] = yaml_load(file, _safe_loader())
    except Exception as error:  # an environment variable may hold anything
        raise MarkdownError(f"{error!r:.200}") from error
    return config


class Site:
    """The Markdown of a site, without highlighting.

    Parameters
    ----------
    config : mapping
        The configuration in mkdocs.yml.

    Raises
    ------
    MarkdownError
        If the Markdown cannot be set up, or does not use pymdownx.superfences.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        try:
            entries = config.get("markdown_extensions") or []
            names, options = _extensions(entries)
            self._markdown = markdown.Markdown(
                extensions=names, extension_configs=options
            )
        except Exception as error:
            raise MarkdownError(f"{error!r:.200}") from error
        processors = self._markdown.preprocessors
        if "fenced_code_block" not in processors or not isinstance(
            fences := processors["fenced_code_block"], SuperFencesBlockPreprocessor
        ):
            raise MarkdownError(
                "mkdocs.yml must list pymdownx.superfences in markdown_extensions"
            )
        self._found: list[dict[str, Any]] = []
        recorder = _Recorder(self._markdown, self._found)
        recorder.config, recorder.extension = fences.config, fences.extension
        processors.register(recorder, "fenced_code_block", 25)
        self._embeds: list[str] = []
        blocks = self._markdown.parser.blockprocessors
        # The priority of mkdocstrings: after indented code, before headings.
        blocks.register(_EmbedRecorder(self._markdown, self._embeds), "embeds", 75)

    def render(self, source: str) -> Rendering:
        """Render a page, front matter included, whose lines end in a newline.

        Raises
        ------
        MarkdownError
            If it cannot be rendered.
        """
        body, _ = get_data(source)
        skipped = source.count("\n") - body.count("\n")
        html = _UNSEEN.sub("", self.html(body))
        seen = _seen(html)
        fences = [
            SiteFence(
                **fence
                | {"line": fence["line"] + skipped, "end": fence["end"] + skipped},
                seen=number in seen.fences,
            )
            for number, fence in enumerate(self._found)
        ]
        tags = (_RAW_LANGUAGE.search(tag) for tag in _RAW_CODE.findall(html))
        raw = tuple(tag[1] or tag[2] for tag in tags if tag)
        indented = tuple(
            first
            for _, attributes, code in _BLOCK.findall(html)
            if not _RAW_LANGUAGE.search(attributes)
            for first in unescape(_TAG.sub("", code)).strip("\n").split("\n")[:1]
        )
        embeds = tuple(self._embeds)
        return Rendering(
            start=skipped + 1,
            fences=tuple(fences),
            raw=raw,
            embeds=embeds,
            indented=indented,
            sections=tuple(_SECTION.findall(html)),
            # mkdocstrings gives the card of a symbol its name.
            anchors=tuple(sorted(seen.anchors | set(embeds))),
        )

    def page(self, source: str) -> str:
        """Return a page as `html` does, its front matter left out.

        Raises
        ------
        MarkdownError
            If it cannot be rendered.
        """
        return self.html(get_data(source)[0])

    @property
    def codes(self) -> list[tuple[str, str]]:
        """The language and the code of each fence of the page rendered last."""
        return [(fence["language"], fence["code"]) for fence in self._found]

    def html(self, body: str) -> str:
        """Return the HTML of a page, with marks instead of fences.

        Parameters
        ----------
        body : str
            A page without its front matter.

        Raises
        ------
        MarkdownError
            If it cannot be rendered.
        """
        self._found.clear()
        self._embeds.clear()
        try:
            self._markdown.reset()
            html: str = self._markdown.convert(body)
        except Exception as error:
            raise MarkdownError(f"{error!r:.200}") from error
        return html


def _is_known(extension: str) -> bool:
    """Return whether an extension is in a package; Markdown would import any module."""
    if extension.startswith(("markdown.extensions.", "pymdownx.", "material.")):
        return True
    installed = entry_points(group="markdown.extensions")
    return extension in {each.name for each in installed}


def _extensions(
    entries: list[str | Mapping[str, Any]],
) -> tuple[list[str], dict[str, Any]]:
    """Read `markdown_extensions` as MkDocs does: names, some with options."""
    names = ["toc", "tables", "fenced_code"]  # MkDocs always has these
    options: dict[str, Any] = {}
    for entry in entries:
        for name, given in ({entry: None} if isinstance(entry, str) else entry).items():
            if name == _OURS:
                continue
            if not _is_known(name):
                raise ValueError(
                    f"{name} is not an extension of Markdown, pymdownx, Material or "
                    "another installed package"
                )
            names.append(name)
            options[name] = given or {}
    return list(dict.fromkeys(names)), options
