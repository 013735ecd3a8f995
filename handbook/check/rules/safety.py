"""HB501 to HB504, HB506: no page runs hidden code or loads files of other hosts."""

import ast
import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook.base.unseen import describe_unseen, find_unseen
from handbook.book.book import Book
from handbook.book.glossary import GLOSSARY
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Module, PageSource, Source
from handbook.book.topics import TOPICS
from handbook.check.rule import Rule
from handbook.check.rules.markup import Danger, dangers, hints, may_hold_danger

if TYPE_CHECKING:
    from handbook.book.markdown import Site

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB501",
        name="nothing-executable",
        why=(
            "People who read a page or preview a pull request must not run what its "
            "author put there: no script, frame, form or event handler."
        ),
        wrong="<img src=figures/nulls.svg onerror=...>, [the data](javascript:...)",
        right=(
            "![The nulls by day](figures/nulls.svg), and a script in docs/assets/ that "
            "mkdocs.yml names"
        ),
    ),
    Rule(
        id="HB502",
        name="inert-files",
        why=(
            "The site serves every file below docs/ as it is: a page of HTML, a script "
            "or a figure with a script would run in the reader's browser."
        ),
        wrong="docs/explore/demo.html",
        right="docs/explore/figures/nulls-demo.svg, as matplotlib draws it",
    ),
    Rule(
        id="HB503",
        name="plain-front-matter",
        why=(
            "The theme writes front matter unchanged into the head of the page, where "
            'a quote or a "<" would end the attribute.'
        ),
        wrong='description: Ask "why?" of each null.',
        right="description: Ask why of each null.",
    ),
    Rule(
        id="HB504",
        name="plain-notebook-output",
        why=(
            "What a notebook displays as HTML or JavaScript runs on the page, and "
            "nobody has reviewed it."
        ),
        wrong="display(HTML(report))",
        right="report  # a table or a figure shows itself",
    ),
    Rule(
        id="HB506",
        name="no-other-host",
        why=(
            "A page works offline and keeps its readers private: it loads nothing from "
            "any other host."
        ),
        wrong="![A map](https://example.org/map.png)",
        right="![A map](figures/nulls-map.svg)",
    ),
    Rule(
        id="HB507",
        name="all-visible",
        why="A character that nobody sees, or that turns the text around, shows "
        "readers another line than the one that runs.",
        wrong='level != "admin\\u202e"',
        right='level != "admin"',
    ),
)

_REFERENCE = (
    GLOSSARY,
    TOPICS,
    Path("mkdocs.yml"),  # the titles of nav are on every page
    Path("snippets/data/sheet.toml"),
)
_BROWSER = {".htm", ".html", ".mht", ".mhtml", ".shtml", ".swf", ".xht", ".xhtml"}
_BROWSER |= {".xml", ".xsl", ".xslt"}
_PAGES = {".markdown", ".mdown", ".mkd", ".mkdn"}  # pages for MkDocs, not for us
_NAMED = {".css", ".js", ".mjs", ".wasm"}  # allowed if mkdocs.yml or a script loads it
# A figure without any of these is safe. Checking all tags of a big one would be slow.
_SUSPECT = re.compile(
    r"<(?:[\w.-]+:)?(?:applet|base|object|embed|\w*frame\w*|form|handler|link|listener"
    r"|meta|portal|script|set|animate|foreignobject)\b|[\s\"'/]on\w+\s*="
    r"|script\s*:|data:(?!image/(?:png|jpeg);)|&(?!amp;|gt;|lt;|quot;)|<!ENTITY"
    r"|xml-stylesheet|(?:href|src)\s*=\s*[\"']\s*(?:https?:)?//",
    re.IGNORECASE,
)
_DISPLAYS = {
    "HTML", "IFrame", "Javascript", "JSON", "SVG", "display_html", "display_javascript",
    "display_svg", "publish_display_data", "_repr_html_", "_repr_javascript_",
    "_repr_mimebundle_", "_repr_svg_", "run_cell_magic",
}  # fmt: skip
_MAGIC = re.compile(r"#?\s*%%(?:html|javascript|js|svg|markdown)\b", re.IGNORECASE)


def find(book: Book) -> Iterator[Problem]:
    """Yield what would run in a reader's browser, or load something from elsewhere."""
    yield from _pages(book)
    yield from _invisible(book)
    yield from _other_text(book)
    yield from _files(book)
    for page in book.pages:
        yield from _front_matter(page)
    for notebook in book.notebooks:
        yield from _notebook(notebook.path, book.files.text(notebook.path))


def _invisible(book: Book) -> Iterator[Problem]:
    """Find characters that are in a file and not on the screen."""
    notebooks = ((each.path, book.files.text(each.path)) for each in book.notebooks)
    texts = [*((source.path, source.text) for source in book.sources), *notebooks]
    for path, text in texts:
        for number, line in enumerate(text.split("\n"), 1):
            if match := find_unseen(line):
                what = describe_unseen(match[0])
                message = f"nobody sees {what} here: take it out, or write its escape"
                yield Problem(path, number, message, "HB507")


def _pages(book: Book) -> Iterator[Problem]:
    pages = {page.path: page for page in book.pages}

    def inspect(new: Sequence[Source]) -> Answers:
        from handbook.book.markdown import Site  # noqa: PLC0415  a second to import

        site = Site(book.config)
        return {each.path: list(_rendered(site, pages[each.path])) for each in new}

    found = remember(book.files, "markup", book.pages, inspect)
    for path, answers in found.items():
        for rule, line, message in answers:
            yield Problem(path, line, message, rule)


def _rendered(site: "Site", page: PageSource) -> Iterator[list[Any]]:
    if not may_hold_danger("\n".join(line for _, line in page.prose)):
        return
    cuts = [line for line, _ in page.prose]

    def dangers_until(line: int) -> list[Danger]:
        return list(dangers(site.html("\n".join(page.lines[page.head.end : line]))))

    # Rendered HTML has no line numbers. So the page is rendered up to a line, and
    # bisection finds the first line with which the danger appears.
    for number, danger in enumerate(dangers_until(len(page.lines)), 1):
        at = bisect_left(cuts, number, key=lambda line: len(dangers_until(line)))
        line = cuts[min(at, len(cuts) - 1)]
        if danger.fetches:
            message = f"this loads {danger.what}: put the file below docs/"
            yield ["HB506", line, message]
        else:
            message = f"{danger.what} would run in the reader's browser: remove it"
            yield ["HB501", line, message]


def _other_text(book: Book) -> Iterator[Problem]:
    """Check what templates put on a page: docstrings, terms, topics, the data sheet."""
    modules = {module.path: module for module in book.snippets}

    def inspect(new: Sequence[Source]) -> Answers:
        return {
            source.path: list(_in_docstrings(modules[source.path])) for source in new
        }

    found = remember(book.files, "docstrings", book.snippets, inspect)
    for path in filter(book.files.has, _REFERENCE):
        text = book.files.read(path).decode(errors="replace")
        found[path] = list(_hints_by_line(text, 1))
    for path, answers in found.items():
        for line, what in answers:
            message = f"'{what}' becomes part of a page and would run there: remove it"
            yield Problem(path, line, message, "HB501")


_ASSET = re.compile(r"""["' /\[]([\w-]+\.(?:js|css))\b""")


def _in_docstrings(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield from _hints_by_line(text, node.lineno)


def _hints_by_line(text: str, first: int) -> Iterator[tuple[int, str]]:
    for at, what in hints(text):
        yield first + text.count("\n", 0, at), what


def _files(book: Book) -> Iterator[Problem]:
    root = book.root
    figures, loaded = [], _loaded(root)
    for path in sorted(_below(root)):
        suffix = path.suffix.lower()
        if not (root / path).resolve().is_relative_to(root / "docs"):
            message = "this link leads out of docs/: put the file itself here"
            yield Problem(path, 1, message, "HB502")
        elif path.parts[1] == "code":
            if suffix not in {".py", ".pyc"}:
                message = "only `handbook generate` writes to docs/code: remove this"
                yield Problem(path, 1, message, "HB502")
        elif suffix in _PAGES:
            message = "MkDocs makes a page of this, and no rule reads it: name it .md"
            yield Problem(path, 1, message, "HB502")
        elif suffix in _BROWSER:
            message = "a browser would execute this file: write a page"
            yield Problem(path, 1, message, "HB502")
        elif suffix in _NAMED and path.as_posix() not in loaded:
            message = "no page loads this: name it in mkdocs.yml under extra_javascript"
            yield Problem(path, 1, f"{message} or extra_css, or remove it", "HB502")
        elif suffix == ".svg":
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            if {"\0", "\ufffd"} & set(text):  # a browser reads UTF-16, too
                message = "this figure is not UTF-8: save it as UTF-8"
                yield Problem(path, 1, message, "HB502")
            figures.append(Source(path, text, text))
    found = remember(
        book.files,
        "figures",
        figures,
        lambda new: {each.path: _in_figure(each) for each in new},
    )
    for path, answers in found.items():
        for line, what in answers:
            message = f"{what} would run when this figure is opened: draw it again"
            yield Problem(path, line, message, "HB502")


def _loaded(root: Path) -> set[str]:
    """Return the scripts and styles that mkdocs.yml or a template names."""
    sources = [root / "mkdocs.yml", *(root / "theme/overrides").rglob("*.html")]
    text = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in sources
    )
    # A template may have only the name, and add the folder itself.
    names = _ASSET.findall(text)
    return {f"docs/assets/{name}" for name in names} | {"docs/assets/terms.js"}


def _below(root: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(root / "docs"):
        here = Path(parent).relative_to(root)
        links = [name for name in folders if (root / here / name).is_symlink()]
        yield from (here / name for name in [*files, *links])


def _in_figure(figure: Source) -> list[tuple[int, str]]:
    suspect = _SUSPECT.search(figure.text)
    if suspect is None:
        return []
    found = [danger.what for danger in dangers(figure.text, styles=True)]
    if re.search(r"<!ENTITY|<\?xml-stylesheet", figure.text, re.IGNORECASE):
        found.append("a declaration that loads or replaces text")
    return [(bisect_right(figure.starts, suspect.start()), what) for what in found]


def _front_matter(page: PageSource) -> Iterator[Problem]:
    for key, value in page.head.values.items():
        for text in _texts(value):
            if wrong := set('<"') & set(text):
                marks = " and ".join(sorted(wrong))
                line = page.head.places[key].line
                yield Problem(
                    page.path, line, f"write `{key}` without {marks}", "HB503"
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _notebook(path: Path, text: str) -> Iterator[Problem]:
    prose = re.sub(r"`[^`\n]*`", lambda match: " " * len(match[0]), text)
    for at, what in hints(prose):
        line = text.count("\n", 0, at) + 1
        message = f"'{what}' would run in the reader's browser: remove it"
        yield Problem(path, line, message, "HB501")
    for number, words in enumerate(text.split("\n"), 1):
        if _MAGIC.match(words):
            yield Problem(path, number, _plain(words.strip("# ")), "HB504")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return  # running the notebook reports the error
    for node in ast.walk(tree):
        name = getattr(node, "attr", getattr(node, "id", getattr(node, "name", None)))
        if name in _DISPLAYS and isinstance(node, ast.expr | ast.FunctionDef):
            yield Problem(path, node.lineno, _plain(name), "HB504")


def _plain(name: str) -> str:
    return f"{name} would run what nobody has reviewed: show a table or a figure"
