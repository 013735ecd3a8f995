"""Run chapters a second time under other conditions, and say why outputs differ."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from handbook.base.files import Files
from handbook.book.page import ChapterResult, NotebookResult
from handbook.book.problem import Problem
from handbook.run.compare import Difference, between_notebooks, between_runs
from handbook.run.engine import run_chapters, run_notebooks
from handbook.run.engine.conditions import Conditions

__all__ = ["compare_with_second_run"]

_ZONE = "<+1245>-12:45"
_OTHER = Conditions(seed=1, timezone=_ZONE, later=True)
# One condition at a time, to find out which of them changes an output.
_SINGLE = [
    (
        Conditions(seed=1),
        "it depends on the order of a set, or on the hash of a text: sort it",
    ),
    # Before the zone, because in another zone it may already be tomorrow.
    (Conditions(later=True), "it depends on today's date or the time: pass one"),
    (Conditions(timezone=_ZONE), "it depends on the time zone: name the zone"),
]


class _Sign(NamedTuple):
    """What shows why an output differs even under the same conditions."""

    in_texts: str
    in_code: str
    cause: str


_SIGNS = [
    _Sign(r"\b0x[0-9a-f]{6,}", "", "it prints an address in memory: leave it out"),
    _Sign(
        r"/(handbook|chapter)-\w{8}/",
        "",
        "it prints a folder, which is new in each run: print the name of the file only",
    ),
    _Sign(
        "",
        r"random|rng|uuid|shuffle|secrets|urandom|token_",
        "it has random numbers without a seed: pass one, as in `default_rng(7)`",
    ),
    _Sign(
        "",
        r"\bnow\b|today|utcnow|\btime\b|perf_counter|monotonic|process_time",
        "it reads a clock: pass the time, or mark the output as measured",
    ),
]
_UNKNOWN = (
    "it differs in each run: look for random numbers without a seed, a clock, threads"
)
_TOGETHER = "no single one of hashes, time zone and date explains it"


def compare_with_second_run(
    results: Sequence[ChapterResult],
    executed: Sequence[NotebookResult],
    files: Files,
    *,
    jobs: int | None = None,
) -> Iterator[Problem]:
    """Run in another order, and yield what differs, with its probable cause.

    The second run has other hashes, another time zone, another folder, and another date
    if libfaketime is installed. Where the runs differ, more of them find out why.

    Parameters
    ----------
    results : sequence of ChapterResult
        The chapters, as they ran first.
    executed : sequence of NotebookResult
        The notebooks, as they ran first.
    files : Files
        The files of the book.
    jobs : int, optional
        How many run at once; the number of cores if None.
    """
    runs = _Runs(results, executed, files, jobs)
    if not (found := runs.differences(_OTHER)):
        return
    again = runs.only({difference.path for difference in found})
    same = _places(again.differences(Conditions(again=True)))
    single = {
        cause: _places(again.differences(conditions)) for conditions, cause in _SINGLE
    }
    for each in found:
        if _place(each) in same:
            cause = _cause(each)
        else:
            causes = (why for why, places in single.items() if _place(each) in places)
            cause = next(causes, _TOGETHER)
        yield Problem(
            each.path,
            each.line,
            f"two runs of {each.what} differ: {cause}\n{each.texts}".rstrip("\n"),
        )


class _Runs(NamedTuple):
    """Chapters and notebooks that ran, to be run again."""

    results: Sequence[ChapterResult]
    executed: Sequence[NotebookResult]
    files: Files
    jobs: int | None

    def only(self, paths: set[Path]) -> "_Runs":
        return self._replace(
            results=[each for each in self.results if each.chapter.path in paths],
            executed=[each for each in self.executed if each.path in paths],
        )

    def differences(self, conditions: Conditions) -> list[Difference]:
        """Run them under these conditions, and return what differs from before."""
        chapters = {result.chapter.path: result for result in self.results}
        notebooks = {each.path: each for each in self.executed if each.content}
        found: list[Difference] = []
        for result in run_chapters(
            [result.chapter for result in reversed(self.results)],
            files=self.files,
            cache=False,
            jobs=self.jobs,
            conditions=conditions,
        ):
            found += between_runs(chapters[result.chapter.path], result)
        for notebook in run_notebooks(
            list(notebooks)[::-1],
            files=self.files,
            cache=False,
            jobs=self.jobs,
            conditions=conditions,
        ):
            first = notebooks[notebook.path]
            if notebook.problems:
                (line, what) = notebook.problems[0].line, "this notebook"
                text = notebook.problems[0].message
                found.append(Difference(notebook.path, line, what, "", text))
            else:
                found += between_notebooks(first, notebook, root=self.files.root)
        return found


def _place(difference: Difference) -> tuple[object, ...]:
    return difference[:3]


def _places(found: list[Difference]) -> set[tuple[object, ...]]:
    return set(map(_place, found))


def _cause(difference: Difference) -> str:
    changed = "\n".join(
        line for line in difference.texts.splitlines() if line.startswith(("+", "-"))
    )
    for sign in _SIGNS:
        found = re.search(sign.in_texts, changed) if sign.in_texts else None
        if found or (sign.in_code and re.search(sign.in_code, difference.code)):
            return sign.cause
    return _UNKNOWN
