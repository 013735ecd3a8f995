"""Collect the book's blocks for pytest: `docs/explore/nulls.md::line 28` is a test.

They run as in `handbook run`: all chapters at once, when pytest comes to the first
block. The commands of a page are one test: `README.md::commands`.

A run of all tests fails if a file of tests is not collected, since it would otherwise
pass for ever.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from handbook.base.files import Files
from handbook.base.git import git
from handbook.book.book import Book
from handbook.book.page import Block, Chapter, ChapterResult, Page
from handbook.book.problem import Problem
from handbook.run.compare import compare, on_reference
from handbook.run.console import consoles, run_consoles
from handbook.run.engine import run_chapters, run_notebooks

__all__: list[str] = []

_BOOK = pytest.StashKey["_Book"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add a setting for the folders that a run of all tests leaves out."""
    parser.addini(
        "tests_elsewhere", "folders whose tests another command runs", "args", []
    )


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collect the pages and the notebooks of a book."""
    root = parent.config.rootpath
    is_page = file_path.is_relative_to(root / "docs") or file_path.suffix == ".md"
    if not (is_page and (root / "mkdocs.yml").is_file()):
        return None
    book = _book(parent.session)
    path = file_path.relative_to(root)
    collector: pytest.Collector | None = None
    if path in book.pages:
        collector = PageFile.from_parent(parent, path=file_path)
    elif path in book.notebooks:
        collector = NotebookFile.from_parent(parent, path=file_path)
    return collector


@pytest.hookimpl(tryfirst=True)  # before -k removes items that were collected
def pytest_collection_modifyitems(
    session: pytest.Session, items: Sequence[pytest.Item]
) -> None:
    """Fail a run of all tests for each file whose tests were not collected."""
    config = session.config
    limits = [config.getoption(name, None) for name in ("lf", "ignore_glob")]
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(limits)
    if session.testsfailed or not whole:
        return
    for path, message in _missed(session, items):
        report = pytest.CollectReport(path.as_posix(), "failed", message, [])
        config.hook.pytest_collectreport(report=report)


def _missed(
    session: pytest.Session, items: Sequence[pytest.Item]
) -> Iterator[tuple[Path, str]]:
    config, root = session.config, session.config.rootpath
    known = set(_tests_of_git(config))
    if not known:
        return
    book = _book(session)
    blocks = {
        path
        for path, page in book.pages.items()
        if page.chapter.blocks or page.problems or book.commands(page)
    }
    found = {item.path.relative_to(root) for item in items}
    ignored = [root / path for path in config.getoption("ignore") or ()]
    for path in sorted((known | blocks | book.notebooks) - found):
        if not any((root / path).is_relative_to(folder) for folder in ignored):
            yield path, "no test was found in it: does pytest visit its folder?"
    for path in sorted(found - known):
        if path not in book.pages and path not in book.notebooks:
            yield path, "git ignores it, so nobody else would run these tests"


def _tests_of_git(config: pytest.Config) -> Iterator[Path]:
    """Yield the tests that git tracks or would add; none outside a checkout."""
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    answer = git(config.rootpath, *words) or ""
    for path in map(Path, answer.split("\0")[:-1]):
        named = any(fnmatch(path.name, name) for name in config.getini("python_files"))
        elsewhere = map(path.is_relative_to, config.getini("tests_elsewhere"))
        # git lists a deleted file until the next `git add`.
        if named and not any(elsewhere) and (config.rootpath / path).exists():
            yield path


class PageFile(pytest.File):
    """A page, with an item for each block that runs, or each problem of the page."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the page as `handbook run` does."""
        book = self.session.stash[_BOOK]
        page = book.pages[self.path.relative_to(self.config.rootpath)]
        problems = defaultdict(list)
        for problem in page.problems:
            problems[problem.line].append(problem)
        for line, found in problems.items():
            yield ProblemItem.from_parent(self, name=f"line {line}", problems=found)
        if not problems:
            for block in page.chapter.blocks:
                yield BlockItem.from_parent(
                    self, name=f"line {block.line}", chapter=page.chapter, block=block
                )
            if book.commands(page):
                yield CommandsItem.from_parent(self, name="commands", page=page)


class NotebookFile(pytest.File):
    """A notebook, with one item, since its cells run together."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the item."""
        path = self.path.relative_to(self.config.rootpath)
        yield NotebookItem.from_parent(self, name="notebook", notebook=path)


class _Item(pytest.Item):
    def reportinfo(self) -> tuple[Path, int | None, str]:
        line = self.name.removeprefix("line ")
        return self.path, int(line) - 1 if line.isdigit() else None, self.nodeid

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException], style: None = None
    ) -> str | TerminalRepr:
        if isinstance(excinfo.value, _Failed):
            return _Problems(excinfo.value.problems)
        return super().repr_failure(excinfo, style)


class ProblemItem(_Item):
    """The problems of a page that prevent it from running."""

    def __init__(self, *, problems: list[Problem], **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.problems = problems

    def runtest(self) -> None:
        """Fail with the problems of the page."""
        raise _Failed(self.problems)


class BlockItem(_Item):
    """A block, which runs with its chapter."""

    def __init__(self, *, chapter: Chapter, block: Block, **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.chapter, self.block = chapter, block

    def runtest(self) -> None:
        """Fail with the problems of this block; skip it if another block stopped it."""
        book = self.session.stash[_BOOK]
        problems, has_run = book.outcome(self)
        if problems:
            raise _Failed(problems)
        if not has_run:
            # With the line of the block, not the line of this function.
            raise pytest.skip.Exception(
                "a block above it ended the chapter", _use_item_location=True
            )


class CommandsItem(_Item):
    """The commands of a page, which run together."""

    def __init__(self, *, page: Page, **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.page = page

    def runtest(self) -> None:
        """Fail with the commands that fail, and the blocks that differ."""
        book = self.session.stash[_BOOK].book
        for result in run_consoles([self.page], book):
            if result.findings:
                raise _Failed([finding.problem for finding in result.findings])


class NotebookItem(_Item):
    """A notebook, whose run writes the `.ipynb` that the site shows."""

    def __init__(self, *, notebook: Path, **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.notebook = notebook

    def runtest(self) -> None:
        """Fail with the problems of the cell that fails."""
        files = Files(self.config.rootpath)
        for result in run_notebooks([self.notebook], files=files):
            if result.problems:
                self.add_report_section("call", "traceback", result.traceback)
                raise _Failed(list(result.problems))


class _Failed(Exception):  # noqa: N818  only this module catches it
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


class _Problems(TerminalRepr):
    """Shows problems, the first of them in pytest's summary with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        message = str(problems[0]).split("\n")[0]
        self.reprcrash = ReprFileLocation(
            str(problems[0].path), problems[0].line, message
        )

    def toterminal(self, tw: TerminalWriter) -> None:
        for problem in self.problems:
            tw.line(str(problem))


def _book(session: pytest.Session) -> "_Book":
    if session.stash.get(_BOOK, None) is None:
        session.stash[_BOOK] = _Book(session.config.rootpath)
    return session.stash[_BOOK]


class _Book:
    """The pages of a session, and the results of those that ran."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.book = book = Book(root)
        # All pages, not only the collected ones: two pages may save the same figure.
        pages, notebooks = book.find()
        self.pages: dict[Path, Page] = {
            page.chapter.path: page for page in book.read(pages)
        }
        self.pages |= {page.chapter.path: page for page in book.documents}
        self.notebooks = set(notebooks)
        self.reference = on_reference(root)
        self.results: dict[Path, ChapterResult] = {}

    def commands(self, page: Page) -> bool:
        """Return whether a page has commands that run on this platform."""
        return self.reference and bool(consoles(page))

    def outcome(self, item: BlockItem) -> tuple[list[Problem], bool]:
        """Return the problems of a block, and whether it has run."""
        chapter = item.chapter
        if chapter.path not in self.results:
            self._run(item)
        result = self.results[chapter.path]
        problems = [
            finding.problem
            for finding in compare(result, root=self.root, reference=self.reference)
            if (finding.block or _block_at(chapter, finding.problem.line)) == item.block
        ]
        return problems, chapter.blocks.index(item.block) < len(result.blocks)

    def _run(self, item: BlockItem) -> None:
        """Run all chapters; in a worker of xdist, only the chapter of this item."""
        wanted = [other for other in item.session.items if isinstance(other, BlockItem)]
        chapters = {other.chapter.path: other.chapter for other in wanted}
        if hasattr(item.config, "workerinput"):
            chapters = {item.chapter.path: item.chapter}
        for result in run_chapters(list(chapters.values()), files=self.book.files):
            self.results[result.chapter.path] = result


def _block_at(chapter: Chapter, line: int) -> Block:
    above = [block for block in chapter.blocks if block.line <= line]
    return above[-1] if above else chapter.blocks[0]
