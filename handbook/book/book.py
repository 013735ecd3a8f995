"""The book in a folder: its pages, snippets, tests and lists, each read once."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import filterfalse
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.book.front_matter import FrontMatter, read
from handbook.book.glossary import Term, examples, read_glossary
from handbook.book.history import Commit, read_commit
from handbook.book.layout import CONFIG, GENERATED, GLOSSARY_PAGE, NOTEBOOKS, SHEET
from handbook.book.outline import outline
from handbook.book.page import GLOSSARY, Chapter, Embed, Page
from handbook.book.pages import PageReader, report_duplicate_figures
from handbook.book.parse import (
    BrokenError,
    read_nav,
    read_sheet,
    read_site,
    read_text,
)
from handbook.book.problem import MarkdownError, Problem
from handbook.book.remember import Answers, remember
from handbook.book.rules_of_thumb import RuleOfThumb, read_rules_of_thumb
from handbook.book.scan import scan
from handbook.book.source import Module, PageSource, Source, Symbol
from handbook.book.topics import TOPICS, Plan, read_topics
from handbook.book.tracked import find_tracked, read_tracked

if TYPE_CHECKING:
    from handbook.book.markdown import Site

__all__ = ["Book"]

_T = TypeVar("_T")


class Book:
    """The book in a folder. Each part of it is read when it is first needed.

    A file that cannot be read appears only in `broken`.

    Parameters
    ----------
    root : Path
        The folder that contains mkdocs.yml; resolved.

    Attributes
    ----------
    root : Path
        The folder that contains mkdocs.yml.
    files : Files
        The files below the root. Each is read once: to see later changes, create
        another Book.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = Files(root)
        self._pages: dict[Path, Page] = {}
        self._problems: list[Problem] = []

    def find(self, paths: Sequence[Path] = ()) -> tuple[list[Path], list[Path]]:
        """Return the pages and the notebooks that run, sorted, relative to the root.

        A document such as README.md is a page only if it is named.

        Parameters
        ----------
        paths : sequence of Path
            The files and folders to search; everything if empty.

        Raises
        ------
        WrongUse
            If a path does not exist, or is not a page, a notebook or a folder with
            one of them.
        """
        pages: set[Path] = set()
        notebooks: set[Path] = set()
        for path in paths or [self.root / "docs"]:
            absolute = path.resolve()
            if absolute == self.root / GLOSSARY_PAGE and not self._runs(GLOSSARY_PAGE):
                raise WrongUse(
                    f"{path} is written by `handbook generate`: "
                    f"its source is {GLOSSARY.as_posix()}"
                )
            if not absolute.exists():
                raise WrongUse(f"{path} does not exist")
            inside = list(_below(absolute)) if absolute.is_dir() else [absolute]
            docs = self.root / "docs"
            relative = [
                file.relative_to(self.root)
                for file in inside
                if file.is_relative_to(docs) or file in self._documents
            ]
            found_pages = {file for file in relative if self._runs(file)}
            found_notebooks = {
                file
                for file in relative
                if file.suffix == ".py" and file.parent == NOTEBOOKS
            }
            if paths and not found_pages and not found_notebooks:
                raise WrongUse(
                    f"{path} is neither a page nor a notebook: pages are docs/**/*.md, "
                    f"notebooks {NOTEBOOKS.as_posix()}/*.py"
                )
            pages |= found_pages
            notebooks |= found_notebooks
        return sorted(pages), sorted(notebooks)

    def read(self, paths: Iterable[Path]) -> list[Page]:
        """Read what runs in pages and in the glossary.

        If two pages save the same figure, that is a problem of the second.

        Parameters
        ----------
        paths : iterable of Path
            Relative to the root.

        Raises
        ------
        MarkdownError
            If the site's Markdown cannot render a page.
        """
        return report_duplicate_figures(map(self._page, paths))

    @cached_property
    def pages(self) -> tuple[PageSource, ...]:
        """The pages that people write, sorted by path."""
        sources, heads = {}, {}
        for path in self._below("docs", ".md"):
            if path in GENERATED or (source := self._source(path)) is None:
                continue
            if (head := self._head(source)) is not None:
                sources[path], heads[path] = source, head
        found = []
        for page in self._rendered(list(heads)):
            path = page.chapter.path
            source = sources[path]
            found.append(
                PageSource(path, source.text, source.raw, head=heads[path], page=page)
            )
        return tuple(found)

    @cached_property
    def notebooks(self) -> tuple[FrontMatter, ...]:
        """The front matter of each notebook, `docs/late_flights/*.py`."""
        paths = self._below(NOTEBOOKS.as_posix(), ".py")
        sources = filter(None, map(self._source, paths))
        return tuple(filter(None, map(self._head, sources)))

    @cached_property
    def documents(self) -> tuple[Page, ...]:
        """The Markdown outside docs/ and tests/, such as README.md, with its commands.

        Raises
        ------
        MarkdownError
            If the site's Markdown cannot render one of them.
        """
        return tuple(
            self._page(each.relative_to(self.root)) for each in self._documents
        )

    @property
    def heads(self) -> tuple[FrontMatter, ...]:
        """The front matter of the pages, then that of the notebooks."""
        return (*(page.head for page in self.pages), *self.notebooks)

    @property
    def snippets(self) -> tuple[Module, ...]:
        """The modules of `snippets/**/*.py`."""
        return tuple(each for each in self._modules if each.path.parts[0] != "tests")

    @property
    def tests(self) -> tuple[Module, ...]:
        """The modules of `tests/snippets/**/*.py` and of `tests/facts/**/*.py`."""
        return tuple(each for each in self._modules if each.path.parts[0] == "tests")

    @cached_property
    def figures(self) -> tuple[Path, ...]:
        """The files in every folder called `figures` below docs/."""
        return tuple(
            path for path in self._below("docs") if path.parent.name == "figures"
        )

    @cached_property
    def sheet(self) -> str:
        """The page about the data, made from the data sheet; empty without a sheet."""
        if not self.files.has(SHEET):
            return ""
        return self._try(SHEET, read_sheet, self.files, SHEET) or ""

    @cached_property
    def sheet_embeds(self) -> tuple[Embed, ...]:
        """The embeds of the page about the data, with their lines on that page."""
        lines = scan(self.sheet)
        return tuple(
            Embed(line.number, line.name) for line in lines if line.kind == "embed"
        )

    @cached_property
    def nav(self) -> tuple[tuple[str, int], ...]:
        """Each page that mkdocs.yml names, relative to docs/, with its line."""
        source = self._source(CONFIG)
        return tuple((source and self._try(CONFIG, read_nav, source.text)) or ())

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The configuration in mkdocs.yml.

        Raises
        ------
        MarkdownError
            If it cannot be read.
        """
        from handbook.book.markdown import read_config  # noqa: PLC0415  it is slow

        return read_config(self.files)

    @cached_property
    def site(self) -> "Site":
        """The Markdown of the site; not for two threads at once.

        Raises
        ------
        MarkdownError
            If it cannot be set up.
        """
        from handbook.book.markdown import Site  # noqa: PLC0415  as `config`

        return Site(self.config)

    @cached_property
    def lists(self) -> tuple[Source, ...]:
        """The texts of `reference/glossary.yml` and `reference/topics.yml`."""
        return tuple(filter(None, map(self._source, (GLOSSARY, TOPICS))))

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        """The terms of the glossary, by name."""
        terms, problems = self._glossary
        self._add(problems)
        return {term.term: term for term in terms}

    @cached_property
    def plan(self) -> Plan:
        """The topics, and how many of them must have a chapter."""
        plan, problems = read_topics(self.files)
        self._add(problems)
        return plan

    @property
    def rules_of_thumb(self) -> list[RuleOfThumb]:
        """The rules that chapters end in; those that are not whole are left out."""
        return [rule for page in self.pages for rule in read_rules_of_thumb(page)[0]]

    @cached_property
    def commit(self) -> Commit | None:
        """The commit that is checked out; None if git does not know the book."""
        return read_commit(self.root)

    @property
    def committed(self) -> date | None:
        """The day of that commit."""
        return date.fromisoformat(self.commit.date) if self.commit else None

    @cached_property
    def tracked(self) -> list[Source]:
        """The text files of the repository that git tracks or would add."""
        return read_tracked(self.files)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files that people write and rules check."""
        return (*self.pages, *self.snippets, *self.tests, *self.lists)

    @cached_property
    def broken(self) -> tuple[Problem, ...]:
        """The files that cannot be read. To find them, everything is read.

        While there are any, no rule may report that something is missing.
        """
        # Each of these adds its problems to `self._problems` when it is first read.
        _ = self.nav, self.pages, self._modules, self.sheet, self.notebooks
        _ = self.terms, self.plan
        return tuple(sorted(set(self._problems)))

    @property
    def has_config(self) -> bool:
        """Whether mkdocs.yml can be read; without it, no page can be."""
        return all(problem.path != CONFIG for problem in self.broken)

    @cached_property
    def _documents(self) -> tuple[Path, ...]:
        return tuple(
            self.root / path
            for path in find_tracked(self.root)
            if path.suffix == ".md" and path.parts[0] not in {"docs", "tests"}
            if _is_utf8(str(path))
        )

    @cached_property
    def _glossary(self) -> tuple[list[Term], list[Problem]]:
        return read_glossary(self.files)

    @cached_property
    def _modules(self) -> tuple[Module, ...]:
        folders = ("snippets", "tests/facts", "tests/snippets")
        paths = [path for folder in folders for path in self._below(folder, ".py")]
        sources = list(filter(None, map(self._source, paths)))

        def read_outlines(new: Sequence[Source]) -> Answers:
            return {source.path: outline(source.text) for source in new}

        outlines = remember(self.files, "outlines", sources, read_outlines)
        found = []
        for source in sources:
            first, second = outlines[source.path]
            if isinstance(first, dict):
                defined = {
                    name: Symbol(line, tuple(within))
                    for name, (line, within) in first.items()
                }
                public = tuple(second)
                found.append(
                    Module(
                        source.path,
                        source.text,
                        source.raw,
                        defined=defined,
                        public=public,
                    )
                )
            else:
                self._problems.append(Problem(source.path, first, second, "HB005"))
        return tuple(found)

    @cached_property
    def _reader(self) -> PageReader:
        return PageReader(self.files)

    def _page(self, path: Path) -> Page:
        if path not in self._pages:
            is_page = path != GLOSSARY
            page = self._reader.read(path) if is_page else examples(*self._glossary)
            if is_page and path.parts[0] != "docs":
                page = _as_document(page)
            self._pages[path] = page
        return self._pages[path]

    def _rendered(self, paths: Sequence[Path]) -> Iterator[Page]:
        """Read pages with the site's Markdown; report those that it cannot render."""
        _ = self.nav
        if any(problem.path == CONFIG for problem in self._problems):
            return
        try:
            yield from self.read(paths)
        except MarkdownError as error:
            if self._try(CONFIG, read_site, self.files) is None:
                return
            if len(paths) > 1:
                for path in paths:
                    yield from self._rendered([path])
            else:
                message = f"Markdown cannot render this page: {error}"
                self._problems.append(Problem(paths[0], 1, message, "HB006"))

    def _runs(self, file: Path) -> bool:
        """Return whether a file may run; for the glossary, only its source may."""
        if file == GLOSSARY_PAGE:
            return not self.files.has(GLOSSARY)
        return file.suffix == ".md" or file == GLOSSARY

    def _add(self, problems: Iterable[Problem]) -> None:
        _ = self.lists  # what cannot be read at all is reported only once
        already = {problem.path for problem in self._problems}
        self._problems += [
            replace(problem, rule="HB113")
            for problem in problems
            if problem.path not in already
        ]

    def _below(self, folder: str, suffix: str = "") -> list[Path]:
        found = []
        cut = len(str(self.root)) + 1
        for parent, folders, files in os.walk(self.root / folder):
            # Hidden folders do not belong to the book, and docs/code contains copies.
            folders[:] = [
                name
                for name in folders
                if not name.startswith(".") and name != "__pycache__"
            ]
            here = parent[cut:]
            if here == "docs" and "code" in folders:
                folders.remove("code")
            names = [*files, *folders] if suffix else files
            found += [f"{here}/{name}" for name in names if name.endswith(suffix)]
        for path in filterfalse(_is_utf8, found):
            shown = Path(path.encode(errors="backslashreplace").decode())
            message = "the name of this file is not UTF-8: rename it"
            self._problems.append(Problem(shown, 1, message, "HB001"))
        found = list(filter(_is_utf8, found))
        return [Path(path) for path in sorted(found)]

    def _source(self, path: Path) -> Source | None:
        raw = self._try(path, read_text, self.files, path)
        if raw is None:
            return None
        text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Source(path, text, raw)

    def _head(self, source: Source) -> FrontMatter | None:
        head = read(source.path, source.text)
        if isinstance(head, FrontMatter):
            return head
        self._problems.append(replace(head, rule="HB004"))
        return None

    def _try(self, path: Path, read: Callable[..., _T], *given: object) -> _T | None:
        try:
            return read(*given)
        except BrokenError as error:
            self._problems.append(Problem(path, error.line, str(error), error.rule))
            return None


def _as_document(page: Page) -> Page:
    """Return a page whose commands run, but no block of Python."""
    path, message = page.chapter.path, "no Python runs in this file: show it on a page"
    problems = [Problem(path, block.line - 1, message) for block in page.chapter.blocks]
    return replace(
        page,
        chapter=Chapter(path, ()),
        problems=tuple(sorted([*page.problems, *problems])),
    )


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        # Hidden folders hold an editor's files or a notebook's checkpoints.
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if _is_utf8(name))
