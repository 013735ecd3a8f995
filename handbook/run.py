"""`handbook run`: run the book and check, or rewrite, what its pages say."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from handbook.book import Book, WrongUse, find_root
from handbook.chapter import Chapter, ChapterResult, Page, Problem
from handbook.compare import NewFigure, NewText, compare, compare_runs, on_reference, remeasure
from handbook.engine import explain, run_chapters
from handbook.update import write_figure, write_texts

__all__ = ["add_parser"]

Update = Literal["outputs", "measured"] | None


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "run", help="run chapters and notebooks, check or rewrite their outputs and figures"
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="pages, notebooks, folders"
    )
    parser.add_argument(
        "--update",
        nargs="?",
        const="outputs",
        choices=["outputs", "measured"],
        help="write what blocks give into their pages; =measured: what was measured, too",
    )
    parser.add_argument("--no-cache", action="store_true", help="run what has not changed, too")
    parser.add_argument(
        "--why", action="store_true", help="say what changed since a chapter last ran"
    )
    parser.add_argument(
        "--twice", action="store_true", help="prove that two runs, in other surroundings, are equal"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Run, print what is wrong and one line at the end."""
    began = time.perf_counter()
    book = Book(find_root(Path.cwd()))
    update: Update = arguments.update
    if update and not on_reference(book.root):
        raise WrongUse(
            "--update writes outputs on their reference platform alone: Linux on x86-64, with the "
            "Python of .python-version"
        )
    paths, _notebooks = book.files(arguments.paths)
    pages = book.pages(paths)
    chapters = runnable(pages)
    problems = {problem for page in pages for problem in page.problems}
    if arguments.why:
        for path, reasons in explain(chapters, root=book.root).items():
            for reason in reasons:
                print(f"{path.as_posix()}: {reason}")
    cache = not (arguments.no_cache or arguments.twice or update == "measured")
    running = run_chapters(chapters, root=book.root, cache=cache)
    results = list(_progress(running, len(chapters)))
    if arguments.twice:
        problems.update(_run_again(results, book.root))
    problems.update(settle(results, book.root, update))
    if update == "measured":
        # Figures are drawn from the numbers on the page, and those have just changed.
        measuring = [chapter.path for chapter in chapters if _measures(chapter)]
        again = run_chapters(runnable(book.pages(measuring)), root=book.root)
        problems.update(settle(again, book.root, "outputs"))
    for problem in sorted(problems):
        print(problem)
    print(_summary(results, problems, time.perf_counter() - began))
    return 1 if problems else 0


def runnable(pages: Iterable[Page]) -> list[Chapter]:
    """Give the chapters that have blocks and no problem."""
    return [page.chapter for page in pages if page.chapter.blocks and not page.problems]


def settle(results: Iterable[ChapterResult], root: Path, update: Update) -> Iterator[Problem]:
    """Write what may be written into the pages, and give what is wrong after that."""
    reference = on_reference(root)
    for result in results:
        path = result.chapter.path
        texts = list(remeasure(result)) if update == "measured" else []
        for problem, _, mend in compare(result, root=root, reference=reference):
            if isinstance(mend, NewFigure) and update:
                write_figure(root, mend)
            elif isinstance(mend, NewText) and update and not mend.measured:
                texts.append(mend)
            elif not (isinstance(mend, NewText) and update == "measured"):
                yield problem
        if texts:
            yield from write_texts(root, path, texts, date.today())


def _measures(chapter: Chapter) -> bool:
    return any(block.expected and block.expected.kind == "measured" for block in chapter.blocks)


def _run_again(results: Sequence[ChapterResult], root: Path) -> Iterator[Problem]:
    """Run in another order, one at a time, with other hashes and in another time zone."""
    first = {result.chapter.path: result for result in results}
    chapters = [result.chapter for result in reversed(results)]
    for second in run_chapters(
        chapters, root=root, cache=False, jobs=1, seed=1, timezone="<+1245>-12:45"
    ):
        yield from compare_runs(first[second.chapter.path], second)


def _progress(results: Iterable[ChapterResult], total: int) -> Iterator[ChapterResult]:
    """Show on a terminal how far the run is, and leave nothing of it."""
    shown = sys.stderr.isatty()
    for number, result in enumerate(results, 1):
        if shown:
            line = f"{number}/{total} {result.chapter.path.as_posix()}"
            print(f"\r{line[:79]:79}", end="", file=sys.stderr, flush=True)
        yield result
    if shown:
        print(f"\r{'':79}\r", end="", file=sys.stderr, flush=True)


def _summary(results: Sequence[ChapterResult], problems: Iterable[Problem], seconds: float) -> str:
    """Say in one line what was done: `12 chapters: 9 cached, 3 ran in 4.1 s`."""
    cached = sum(result.cached for result in results)
    count = len(set(problems))
    wrong = f"; {count} problem{'s' * (count > 1)}" if count else ""
    return (
        f"{len(results)} chapter{'s' * (len(results) != 1)}: {cached} cached, "
        f"{len(results) - cached} ran in {seconds:.1f} s{wrong}"
    )
