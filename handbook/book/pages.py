"""Read pages as the runner needs them: their blocks, embeds and figures."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook.base.cache import Store, cache_folder, code_version, digest
from handbook.base.files import Files
from handbook.book.layout import CONFIG
from handbook.book.page import (
    Block,
    Chapter,
    Embed,
    Expectation,
    Fence,
    Figure,
    Page,
)
from handbook.book.problem import Problem

if TYPE_CHECKING:
    from handbook.book.markdown import Site

__all__ = ["PageReader", "report_duplicate_figures"]


class PageReader:
    """Reads pages, from the cache if neither the page nor a tool has changed.

    Parameters
    ----------
    files : Files
        The files of the book.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._store = Store(cache_folder(files.root) / "pages")
        has_config = files.has(CONFIG)
        self._shared = {
            "code": code_version(),
            CONFIG.name: digest(files.read(CONFIG)) if has_config else "",
        }

    def read(self, path: Path) -> Page:
        """Read a page.

        Raises
        ------
        MarkdownError
            If the site's Markdown cannot render it.
        """
        content = self._files.read(path)
        key = self._shared | {"page": digest(content)}
        if (kept := self._store.get(path, key)) is not None:
            return _unpack(kept, path)
        try:
            source = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            problem = Problem(path, line, "this page is not UTF-8: save it as UTF-8")
            return Page(
                chapter=Chapter(path, ()),
                fences=(),
                embeds=(),
                figures=(),
                problems=(problem,),
            )
        from handbook.book.fences import read_page  # noqa: PLC0415  as `_site`

        page = read_page(path, source, self._site)
        self._store.keep(path, key, _pack(page))
        return page

    @functools.cached_property
    def _site(self) -> "Site":
        """The site's Markdown, created only when needed: its import takes a second."""
        from handbook.book.markdown import Site, read_config  # noqa: PLC0415

        return Site(read_config(self._files))


def report_duplicate_figures(pages: Iterable[Page]) -> list[Page]:
    """Report figures that two blocks save: one would overwrite the other.

    Returns
    -------
    list of Page
        The pages; the second block that saves a figure is a problem of its page.
    """
    pages = list(pages)
    savers = defaultdict(list)
    for page in pages:
        for figure in page.figures:
            folder = page.chapter.path.parent / "figures"
            savers[folder / figure.name].append((page, figure.line))
    problems = defaultdict(list)
    for path, ((first, line), *others) in savers.items():
        for page, again in others:
            problems[page.chapter.path].append(
                Problem(
                    page.chapter.path,
                    again,
                    f"the figure {path.name} is saved at "
                    f"{first.chapter.path.as_posix()}:{line} too: give it another name",
                )
            )
    return [
        replace(
            page, problems=tuple(sorted([*page.problems, *problems[page.chapter.path]]))
        )
        for page in pages
    ]


def _pack(page: Page) -> dict[str, Any]:
    return {
        "blocks": [asdict(block) for block in page.chapter.blocks],
        "fences": [asdict(fence) for fence in page.fences],
        "embeds": [asdict(embed) for embed in page.embeds],
        "figures": [asdict(figure) for figure in page.figures],
        "sections": page.sections,
        "problems": [(problem.line, problem.message) for problem in page.problems],
        "anchors": page.anchors,
    }


def _unpack(data: Mapping[str, Any], path: Path) -> Page:
    blocks = (
        Block(
            block["code"],
            block["line"],
            Expectation(**block["expected"]) if block["expected"] else None,
        )
        for block in data["blocks"]
    )
    return Page(
        chapter=Chapter(path, tuple(blocks)),
        fences=tuple(Fence(**fence) for fence in data["fences"]),
        embeds=tuple(Embed(**embed) for embed in data["embeds"]),
        figures=tuple(Figure(**figure) for figure in data["figures"]),
        problems=tuple(
            Problem(path, line, message) for line, message in data["problems"]
        ),
        sections=tuple(data["sections"]),
        anchors=tuple(data["anchors"]),
    )
