"""Find the book's pages and notebooks, and read each page once."""

import functools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook.base.cache import Store, cache_folder, code_version, digest
from handbook.base.errors import WrongUse
from handbook.book.layout import GLOSSARY_PAGE, NOTEBOOKS
from handbook.book.page import (
    GLOSSARY,
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

__all__ = ["Book", "find_root"]


def find_root(start: Path) -> Path:
    """Find the folder, at or above `start`, that holds the book.

    Raises
    ------
    WrongUse
        If there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise WrongUse("no mkdocs.yml here or above: run handbook in the book's folder")


@dataclass(frozen=True, slots=True)
class Book:
    """The pages and the notebooks below `docs/`.

    Attributes
    ----------
    root : Path
        Holds mkdocs.yml; resolved.
    """

    root: Path

    def files(self, paths: Sequence[Path] = ()) -> tuple[list[Path], list[Path]]:
        """Find the pages and the notebooks, sorted, relative to the root.

        Parameters
        ----------
        paths : sequence of Path
            Files and folders to stay within; everything if empty.

        Raises
        ------
        WrongUse
            If a path is not there, or is neither page nor notebook nor holds one.
        """
        pages: set[Path] = set()
        notebooks: set[Path] = set()
        for path in paths or [self.root / "docs"]:
            absolute = path.resolve()
            if absolute == self.root / GLOSSARY_PAGE and not self._is_page(
                GLOSSARY_PAGE
            ):
                raise WrongUse(
                    f"{path} is written by `handbook generate`: "
                    f"its source is {GLOSSARY.as_posix()}"
                )
            if not absolute.exists():
                raise WrongUse(f"{path} does not exist")
            inside = list(_below(absolute)) if absolute.is_dir() else [absolute]
            relative = [
                file.relative_to(self.root) for file in inside if self._has(file)
            ]
            found_pages = {file for file in relative if self._is_page(file)}
            found_notebooks = {
                file
                for file in relative
                if file.suffix == ".py" and file.parent == NOTEBOOKS
            }
            if paths and not found_pages and not found_notebooks:
                raise WrongUse(
                    f"{path} is no page and no notebook: pages are docs/**/*.md, "
                    f"notebooks {NOTEBOOKS.as_posix()}/*.py"
                )
            pages |= found_pages
            notebooks |= found_notebooks
        return sorted(pages), sorted(notebooks)

    def pages(self, paths: Sequence[Path]) -> list[Page]:
        """Read pages; each figure that two blocks save is a problem of the second.

        Parameters
        ----------
        paths : sequence of Path
            Relative to the root.
        """
        read = _Reading(self.root).page
        return _refuse_twins([read(path) for path in paths])

    def _is_page(self, file: Path) -> bool:
        """Tell what is read as a page: of the glossary its source."""
        if file == GLOSSARY_PAGE:
            return not (self.root / GLOSSARY).exists()
        return file.suffix == ".md" or file == GLOSSARY

    def _has(self, file: Path) -> bool:
        return file.is_relative_to(self.root / "docs")


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        # Hidden folders are not the book's: an editor's, a notebook's checkpoints.
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files)


class _Reading:
    """Reads pages, from the store where neither the page nor a tool has changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(cache_folder(root) / "pages")
        config = root / "mkdocs.yml"
        self.shared = {
            "code": code_version(),
            "mkdocs.yml": digest(config.read_bytes()) if config.exists() else "",
        }

    @functools.cached_property
    def site(self) -> "Site":
        """Made only for a page that must be read: it takes a second to import."""
        from handbook.book.markdown import Site  # noqa: PLC0415

        return Site(self.root / "mkdocs.yml")

    def page(self, path: Path) -> Page:
        if path == GLOSSARY:
            from handbook.book.glossary import read_examples  # noqa: PLC0415

            return read_examples(self.root)
        content = (self.root / path).read_bytes()
        key = self.shared | {"page": digest(content)}
        if (kept := self.store.get(path, key)) is not None:
            return _unpack(kept, path)
        try:
            source = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            problem = Problem(path, line, "this page is not UTF-8: save it as UTF-8")
            return Page(Chapter(path, ()), (), (), (), (problem,))
        from handbook.book.fences import read_page  # noqa: PLC0415

        page = read_page(path, source, self.site)
        self.store.keep(path, key, _pack(page))
        return page


def _refuse_twins(pages: list[Page]) -> list[Page]:
    """Let no two blocks save the same committed file: one would overwrite the other."""
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
        "problems": [(problem.line, problem.message) for problem in page.problems],
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
        Chapter(path, tuple(blocks)),
        tuple(Fence(**fence) for fence in data["fences"]),
        tuple(Embed(**embed) for embed in data["embeds"]),
        tuple(Figure(**figure) for figure in data["figures"]),
        tuple(Problem(path, line, message) for line, message in data["problems"]),
    )
