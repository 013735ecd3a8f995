"""`handbook run`: run the book, and check or update the outputs on its pages."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.base.pins import Lock
from handbook.base.progress import Progress
from handbook.base.words import count
from handbook.book.book import Book
from handbook.book.layout import find_root
from handbook.book.page import Block, Chapter, ChapterResult, NotebookResult, Page
from handbook.book.problem import Problem
from handbook.run.again import compare_with_second_run
from handbook.run.compare import (
    Finding,
    NewFigure,
    NewText,
    between_notebooks,
    compare,
    on_reference,
    remeasure,
)
from handbook.run.console import ConsoleResult, consoles, run_consoles
from handbook.run.engine import (
    explain,
    forget_notebook,
    run_chapters,
    run_notebooks,
)
from handbook.run.engine.conditions import Conditions, find_faketime
from handbook.run.engine.numerics import Kernel, find_kernels
from handbook.run.update import write_figure, write_texts

__all__ = ["call"]

Update = Literal["outputs", "measured"] | None

_ON_REFERENCE = (
    "only on their reference platform: "
    "Linux on x86-64, with the Python of .python-version"
)

_SAME_DATE = (
    "libfaketime is not installed (Debian: apt install libfaketime), so the second run "
    "has today's date, too"
)


def call(arguments: argparse.Namespace) -> int:
    """Run the book, print what is wrong, and return the exit status."""
    from handbook.book.front_matter import read_all  # noqa: PLC0415  needs YAML, help none

    began = time.perf_counter()
    book = Book(find_root(Path.cwd()))
    update, given = arguments.update, list(arguments.paths)
    if update not in (None, "outputs", "measured"):
        # In `--update docs/part` argparse reads the path as the value of the option.
        update, given = "outputs", [Path(update), *given]
    reference = on_reference(book.root)
    _check_use(arguments, update, reference=reference)
    kernels, refused = find_kernels(book.root) if arguments.kernels else ([], [])
    for reason in refused:
        print(f"not run: {reason}", flush=True)
    _report_surroundings(book, twice=bool(update or arguments.twice))
    paths, notebooks = book.find(given)
    pages = book.read(paths) + ([] if given else _documents(book))
    chapters = runnable(pages)
    problems = {problem for page in pages for problem in page.problems}
    heads, unread = read_all(book.files, notebooks)  # jupytext would fail on bad YAML
    notebooks = [head.path for head in heads]
    problems.update(unread)
    if arguments.why:
        _print_reasons(explain(chapters, notebooks, files=book.files))
    cache = not (
        arguments.no_cache or arguments.twice or kernels or update == "measured"
    )
    results, executed = _run(chapters, notebooks, book.files, cache=cache)
    ran = time.perf_counter() - began
    for notebook in executed:
        problems.update(map(_with_traceback(notebook), notebook.problems))
    if arguments.twice:
        differing = compare_with_second_run(results, executed, book.files, jobs=1)
        problems.update(differing)
    if update:
        problems.update(_update(results, executed, book, measured=update == "measured"))
    else:
        problems.update(_problems(results, book.root, reference=reference))
    again = Book(book.root) if update else book  # its pages may have changed
    with_commands = [page.chapter.path for page in pages if consoles(page)]
    sessions = _run_commands(with_commands, again, cache=cache) if reference else []
    problems.update(_check_or_update_commands(sessions, book.root, update))
    if kernels:
        summary = _summary([*results, *executed], len(problems), ran)
        print(f"{kernels[0]}: {summary}")
        problems.update(_run_with(kernels[1:], results, executed, book.files))
    for problem in sorted(problems):
        print(problem)
    ran = time.perf_counter() - began
    print(_summary([*results, *executed, *sessions], len(problems), ran))
    return 1 if problems else 0


def _documents(book: Book) -> list[Page]:
    """Return the pages outside docs/ that have commands, or a problem."""
    return [page for page in book.documents if consoles(page) or page.problems]


def _check_use(
    arguments: argparse.Namespace, update: Update, *, reference: bool
) -> None:
    if update and not reference:
        raise WrongUse(f"--update writes outputs {_ON_REFERENCE}")
    if arguments.kernels and not reference:
        raise WrongUse(f"--kernels compares outputs {_ON_REFERENCE}")
    for name in ("kernels", "twice"):
        if update and getattr(arguments, name):
            raise WrongUse(
                f"--{name} compares with the pages as they are: --update first"
            )


def _print_reasons(found: Mapping[Path, list[str]]) -> None:
    for path, reasons in found.items():
        for reason in reasons:
            print(f"{path.as_posix()}: {reason}")


def _report_surroundings(book: Book, *, twice: bool) -> None:
    """Print what makes this run less telling than it could be, before anything runs."""
    if twice and not find_faketime():
        print(f"handbook: {_SAME_DATE}", file=sys.stderr)
    if differences := Lock(book.files).differences():
        packages = ", ".join(differences)
        print(
            f"handbook: not as requirements.lock pins it: {packages}; outputs may "
            "differ, so bring the environment up to date (`make`)",
            file=sys.stderr,
        )


def _run(
    chapters: Sequence[Chapter],
    notebooks: Sequence[Path],
    files: Files,
    *,
    cache: bool,
    conditions: Conditions | None = None,
) -> tuple[list[ChapterResult], list[NotebookResult]]:
    results, executed = [], []
    conditions = conditions or Conditions()
    with Progress(len(chapters) + len(notebooks)) as progress:
        for result in run_chapters(
            chapters, files=files, cache=cache, conditions=conditions
        ):
            results.append(result)
            progress.step(result.chapter.path, cached=result.cached)
        for notebook in run_notebooks(
            notebooks, files=files, cache=cache, conditions=conditions
        ):
            executed.append(notebook)
            progress.step(notebook.path, cached=notebook.cached)
    return results, executed


def runnable(pages: Iterable[Page]) -> list[Chapter]:
    """Return the chapters that have blocks and no problem."""
    return [page.chapter for page in pages if page.chapter.blocks and not page.problems]


def _problems(
    results: Iterable[ChapterResult], root: Path, *, reference: bool
) -> Iterator[Problem]:
    for result in results:
        yield from (
            finding.problem
            for finding in compare(result, root=root, reference=reference)
        )


def _update(
    results: Sequence[ChapterResult],
    executed: Sequence[NotebookResult],
    book: Book,
    *,
    measured: bool,
) -> Iterator[Problem]:
    """Write new outputs and figures, and yield the problems that are left.

    What ran now or is to be written runs a second time first. Nothing is written for a
    page or a notebook where the runs differ. `--update` needs the reference platform.
    """
    changed = [
        each
        for each in results
        if not each.cached or any(map(_fix_of, _findings(each, book.root)))
    ]
    ran = [notebook for notebook in executed if not notebook.cached]
    differing = list(compare_with_second_run(changed, ran, book.files))
    yield from differing
    refused = {problem.path for problem in differing}
    for notebook in ran:
        if notebook.path in refused:
            forget_notebook(notebook.path, files=book.files)
    measuring = []
    for result in results:
        path, found = result.chapter.path, _findings(result, book.root)
        if path in refused:
            yield from (each.problem for each in found if each.fix is None)
        elif measured and any(map(_is_measured, result.chapter.blocks)):
            yield from write_texts(book.root, path, remeasure(result), date.today())
            measuring.append(path)
        else:
            yield from _write(path, found, book.root)
    if measuring:
        # Figures are drawn from the measured numbers, which have just changed.
        again = Book(book.root)
        redrawn = run_chapters(runnable(again.read(measuring)), files=again.files)
        yield from _update(list(redrawn), [], again, measured=False)


def _findings(result: ChapterResult, root: Path) -> list[Finding]:
    return list(compare(result, root=root, reference=True))


def _fix_of(finding: Finding) -> NewFigure | NewText | None:
    """Return what a plain `--update` writes."""
    fix = finding.fix
    return None if isinstance(fix, NewText) and fix.measured else fix


def _write(path: Path, found: Iterable[Finding], root: Path) -> Iterator[Problem]:
    texts = []
    for finding in found:
        fix = _fix_of(finding)
        if isinstance(fix, NewFigure):
            write_figure(root, fix)
        elif fix is not None:
            texts.append(fix)
        else:
            yield finding.problem
    if texts:
        yield from write_texts(root, path, texts, date.today())


def _run_commands(
    paths: Sequence[Path], book: Book, *, cache: bool
) -> list[ConsoleResult]:
    results = []
    with Progress(len(paths)) as progress:
        for result in run_consoles(book.read(paths), book, cache=cache):
            results.append(result)
            progress.step(result.path, cached=result.cached)
    return results


def _check_or_update_commands(
    sessions: Iterable[ConsoleResult], root: Path, update: Update
) -> Iterator[Problem]:
    """Update the console blocks of pages if asked, and yield the problems left."""
    for session in sessions:
        texts = []
        for problem, _, fix in session.findings:
            if update and isinstance(fix, NewText):
                texts.append(fix)
            else:
                yield problem
        if texts:
            yield from write_texts(root, session.path, texts, date.today())


def _is_measured(block: Block) -> bool:
    return block.expected is not None and block.expected.kind == "measured"


def _with_traceback(notebook: NotebookResult) -> Callable[[Problem], Problem]:
    """Return a function that adds the traceback of a notebook to its problem."""

    def add(problem: Problem) -> Problem:
        return replace(
            problem, message=f"{problem.message}\n{notebook.traceback}".rstrip()
        )

    return add


def _run_with(
    kernels: Sequence[Kernel],
    results: Sequence[ChapterResult],
    executed: Sequence[NotebookResult],
    files: Files,
) -> Iterator[Problem]:
    """Run with each kernel, and yield what is wrong only with that kernel."""

    def findings(results: Iterable[ChapterResult]) -> list[Finding]:
        return [
            finding
            for result in results
            for finding in compare(result, root=files.root, reference=True)
        ]

    known = {finding.problem for finding in findings(results)}
    chapters = [result.chapter for result in results]
    first = {notebook.path: notebook for notebook in executed if notebook.content}
    for kernel in kernels:
        began = time.perf_counter()
        again, reexecuted = _run(
            chapters,
            list(first),
            files,
            cache=False,
            conditions=Conditions(variables=kernel.variables),
        )
        found = [each for each in findings(again) if each.problem not in known]
        for notebook in reexecuted:
            if notebook.problems:
                problems = map(_with_traceback(notebook), notebook.problems)
                found += map(Finding, problems)
            else:
                found += [
                    Finding(
                        Problem(
                            each.path,
                            each.line,
                            f"{each.what} has another output: "
                            f"print or draw fewer digits\n{each.texts}",
                        )
                    )
                    for each in between_notebooks(
                        first[notebook.path], notebook, root=files.root
                    )
                ]
        yield from (_named(finding, kernel) for finding in found)
        seconds = time.perf_counter() - began
        ran = _summary([*again, *reexecuted], len(found), seconds)
        print(f"{kernel}: {ran}", flush=True)


def _named(finding: Finding, kernel: Kernel) -> Problem:
    """Return the problem of a finding, with the kernel and a fix for that case."""
    first, newline, details = finding.problem.message.partition("\n")
    if finding.fix is not None:  # a new output would differ with the other kernels
        first = f"{first.partition(':')[0]}: print or draw fewer digits"
    message = f"with {kernel}, {first}{newline}{details}"
    return replace(finding.problem, message=message)


def _summary(
    results: Sequence[ChapterResult | NotebookResult | ConsoleResult],
    wrong: int,
    seconds: float,
) -> str:
    """Return a summary in one line: `12 chapters: 9 cached, 3 ran in 4.1 s`."""
    cached = sum(result.cached for result in results)
    ran = len(results) - cached
    kinds = Counter(map(type, results))
    what = count(kinds[ChapterResult], "chapter")
    if kinds[NotebookResult]:
        what += f", {count(kinds[NotebookResult], 'notebook')}"
    if kinds[ConsoleResult]:
        what += f", {count(kinds[ConsoleResult], 'page')} with commands"
    problems = f"; {count(wrong, 'problem')}" if wrong else ""
    return f"{what}: {cached} cached, {ran} ran in {seconds:.1f} s{problems}"
