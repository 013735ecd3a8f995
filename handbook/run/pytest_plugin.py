"""The book's blocks as pytest's tests: `docs/explore/nulls.md::line 28` is one.

What runs is what `handbook run` runs, and in the same way: all chapters at once, when
pytest comes to the first of their blocks.

A run of all tests fails if one is not found: it would be green for ever.
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
from handbook.run.engine import run_chapters, run_notebooks

__all__: list[str] = []

_BOOK = pytest.StashKey["_Book"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take from pytest's settings what a run of all tests leaves to others."""
    parser.addini(
        "tests_elsewhere", "folders whose tests another command asks for", "args", []
    )


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Take the pages and the notebooks of a book."""
    root = parent.config.rootpath
    if not (
        file_path.is_relative_to(root / "docs") and (root / "mkdocs.yml").is_file()
    ):
        return None
    book = _book(parent.session)
    path = file_path.relative_to(root)
    collector: pytest.Collector | None = None
    if path in book.pages:
        collector = PageFile.from_parent(parent, path=file_path)
    elif path in book.notebooks:
        collector = NotebookFile.from_parent(parent, path=file_path)
    return collector


@pytest.hookimpl(tryfirst=True)  # what -k leaves out was found
def pytest_collection_modifyitems(
    session: pytest.Session, items: Sequence[pytest.Item]
) -> None:
    """Fail a run of all tests for each file whose tests should be among them."""
    config = session.config
    less = [config.getoption(name, None) for name in ("lf", "ignore_glob")]
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(less)
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
        if page.chapter.blocks or page.problems
    }
    found = {item.path.relative_to(root) for item in items}
    ignored = [root / path for path in config.getoption("ignore") or ()]
    for path in sorted((known | blocks | book.notebooks) - found):
        if not any((root / path).is_relative_to(folder) for folder in ignored):
            yield path, "no test was found in it: is its folder one that pytest visits?"
    for path in sorted(found - known):
        if path not in book.pages and path not in book.notebooks:
            yield path, "git ignores it, so that nobody else would run these tests"


def _tests_of_git(config: pytest.Config) -> Iterator[Path]:
    """Return the tests that git has, or would take; none outside a checkout."""
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    answer = git(config.rootpath, *words) or ""
    for path in map(Path, answer.split("\0")[:-1]):
        named = any(fnmatch(path.name, name) for name in config.getini("python_files"))
        elsewhere = map(path.is_relative_to, config.getini("tests_elsewhere"))
        # What is deleted is known to git until the next `git add`.
        if named and not any(elsewhere) and (config.rootpath / path).exists():
            yield path


class PageFile(pytest.File):
    """A page: an item for each block that runs, or each problem that prevents it."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the page as `handbook run` does."""
        page = self.session.stash[_BOOK].pages[
            self.path.relative_to(self.config.rootpath)
        ]
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


class NotebookFile(pytest.File):
    """A notebook: one item, for its cells are one run."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give the item."""
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
            return _Told(excinfo.value.problems)
        return super().repr_failure(excinfo, style)


class ProblemItem(_Item):
    """What is wrong with a page before it runs."""

    def __init__(self, *, problems: list[Problem], **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.problems = problems

    def runtest(self) -> None:
        """Fail."""
        raise _Failed(self.problems)


class BlockItem(_Item):
    """A block, run with its chapter."""

    def __init__(self, *, chapter: Chapter, block: Block, **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.chapter, self.block = chapter, block

    def runtest(self) -> None:
        """Fail with what is wrong with this block; skip it if another stopped it."""
        book = self.session.stash[_BOOK]
        problems, begun = book.outcome(self)
        if problems:
            raise _Failed(problems)
        if not begun:
            # At the block's own line, not at this one.
            raise pytest.skip.Exception(
                "a block above it ended the chapter", _use_item_location=True
            )


class NotebookItem(_Item):
    """A notebook, executed into the `.ipynb` that the site shows."""

    def __init__(self, *, notebook: Path, **node: object) -> None:
        super().__init__(**node)  # type: ignore[arg-type]
        self.notebook = notebook

    def runtest(self) -> None:
        """Fail with the cell that fails."""
        files = Files(self.config.rootpath)
        for result in run_notebooks([self.notebook], files=files):
            if result.problems:
                self.add_report_section("call", "traceback", result.traceback)
                raise _Failed(list(result.problems))


class _Failed(Exception):  # noqa: N818  it is caught where it is raised
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


class _Told(TerminalRepr):
    """Shows problems, and gives pytest's summary line the first, with file and line."""

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
    """The pages of a session, and what came of those that ran."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.book = book = Book(root)
        # All of them, whichever are collected: two pages may save one figure.
        pages, notebooks = book.find()
        self.pages: dict[Path, Page] = {
            page.chapter.path: page for page in book.read(pages)
        }
        self.notebooks = set(notebooks)
        self.reference = on_reference(root)
        self.results: dict[Path, ChapterResult] = {}

    def outcome(self, item: BlockItem) -> tuple[list[Problem], bool]:
        """Say what is wrong with a block, and whether it was begun."""
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
        """Run all chapters; under xdist, whose workers share them, this item's own."""
        wanted = [other for other in item.session.items if isinstance(other, BlockItem)]
        chapters = {other.chapter.path: other.chapter for other in wanted}
        if hasattr(item.config, "workerinput"):
            chapters = {item.chapter.path: item.chapter}
        for result in run_chapters(list(chapters.values()), files=self.book.files):
            self.results[result.chapter.path] = result


def _block_at(chapter: Chapter, line: int) -> Block:
    above = [block for block in chapter.blocks if block.line <= line]
    return above[-1] if above else chapter.blocks[0]
