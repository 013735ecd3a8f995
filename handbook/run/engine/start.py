"""The way in: run chapters, each in its own process, and give results as they come."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from handbook.base.cache import Store, cache_folder
from handbook.base.files import Files, write_if_changed
from handbook.book.imports import Imports, plan_imports
from handbook.book.notebook import code_cells
from handbook.book.page import Chapter, ChapterResult, NotebookResult
from handbook.book.problem import Problem
from handbook.run.engine.job import Job, Limits, must_raise, unpack
from handbook.run.engine.key import Keys, changes

__all__ = ["environment", "explain", "run_chapters", "run_notebooks"]

_PACKAGE_ROOT = Path(__file__).parents[3]
_SEED, _TIMEZONE = 0, "UTC"
# What a chapter may see of the surroundings of whoever runs it: no secret among it.
_KEPT = ["PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "PATHEXT", "HANDBOOK_NETWORK"]


def run_chapters(
    chapters: Sequence[Chapter],
    *,
    files: Files,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    seed: int = _SEED,
    timezone: str = _TIMEZONE,
    variables: Mapping[str, str] | None = None,
    fork: bool | None = None,
) -> Iterator[ChapterResult]:
    """Run chapters, or read what came of them where nothing has changed since.

    Parameters
    ----------
    chapters : sequence of Chapter
        Begun in this order.
    files : Files
        The book's: their root holds `docs/` and `snippets/`.
    cache : bool
        Whether results are read from the cache; they are kept there in any case. A run
        under another seed or time zone, or more variables, has nothing to do with it.
    jobs : int, optional
        How many run at once; as many as there are cores if None.
    limits : Limits, optional
        What one chapter may use.
    seed : int
        Of the hashes of str and bytes.
    timezone : str
        The chapters' `TZ`.
    variables : mapping of str to str, optional
        What the chapters' environment has beside what it always has.
    fork : bool, optional
        Whether chapters are forked from one server that has imported what they need, or
        spawned as their reader would; decided by the system if None.

    Yields
    ------
    ChapterResult
        What was read first, the rest in the order in which they end.
    """
    root = files.root.resolve()
    keys = Keys(files)
    limits = limits or Limits()
    tasks = [
        _Task(chapter.path, Job.of(chapter, root, limits), *keys.of_chapter(chapter))
        for chapter in chapters
    ]

    def went_well(number: int, data: dict[str, Any]) -> bool:
        return _went_well(unpack(data, chapters[number]))

    run = _Run(root, cache, jobs or _cores(), seed, timezone, variables or {}, fork)
    for number, data, cached in run.results(tasks, went_well):
        yield unpack(data, chapters[number], cached=cached)


def run_notebooks(
    paths: Sequence[Path],
    *,
    files: Files,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    variables: Mapping[str, str] | None = None,
) -> Iterator[NotebookResult]:
    """Execute notebooks and write the `.ipynb` beside each, or bring back a kept one.

    Parameters
    ----------
    paths : sequence of Path
        Of `.py` files in the percent format, relative to the book's root.
    files : Files
        The book's.
    cache : bool
        Whether results are read from the cache.
    jobs : int, optional
        How many run at once; as many as there are cores if None.
    limits : Limits, optional
        What one notebook may use; a cell is its block.
    variables : mapping of str to str, optional
        What the notebooks' environment has beside what it always has. With any, no
        `.ipynb` is written or removed.

    Yields
    ------
    NotebookResult
        What was read first, the rest in the order in which they end. Where there are
        problems no `.ipynb` is left, not even an old one.
    """
    root = files.root.resolve()
    keys = Keys(files)
    limits = limits or Limits()
    tasks = []
    for path in paths:
        cells = code_cells(files.text(path))
        blocks = [(code, line, False) for code, line in cells]
        job = Job(str(root), path.as_posix(), blocks, limits, notebook=True)
        tasks.append(_Task(path, job, *keys.of_notebook(path)))

    def went_well(_: int, data: dict[str, Any]) -> bool:
        return not data["problems"] and "notebook" in data

    run = _Run(root, cache, jobs or _cores(), _SEED, _TIMEZONE, variables or {}, None)
    for number, data, cached in run.results(tasks, went_well):
        path = paths[number]
        content = data["notebook"] if went_well(number, data) else ""
        written = (root / path).with_suffix(".ipynb")
        if variables:
            pass  # the site shows what a run without them gives
        elif not content:
            written.unlink(missing_ok=True)
        else:
            write_if_changed(written, content)
        problems = tuple(
            Problem(path, line, message) for line, message in data["problems"]
        )
        trace = data.get("complaints", "") if problems else ""
        yield NotebookResult(path, problems, trace, content, data["seconds"], cached)


@dataclass(frozen=True, slots=True)
class _Task:
    page: Path
    job: Job
    key: dict[str, str]
    imports: Imports


@dataclass(frozen=True, slots=True)
class _Run:
    root: Path
    cache: bool
    at_once: int
    seed: int
    timezone: str
    variables: Mapping[str, str]
    fork: bool | None

    def results(
        self, tasks: Sequence[_Task], went_well: Callable[[int, dict[str, Any]], bool]
    ) -> Iterator[tuple[int, dict[str, Any], bool]]:
        """Give each task's number, what came of it and whether that was read."""
        store = Store(cache_folder(self.root))
        keeps = (self.seed, self.timezone) == (_SEED, _TIMEZONE) and not self.variables
        missing = []
        for number, task in enumerate(tasks):
            found = store.get(task.page, task.key) if keeps and self.cache else None
            if found is None:
                missing.append(number)
            else:
                yield number, found, True
        orders = plan_imports([tasks[number].imports.packages for number in missing])
        plan = {
            "fork": sys.platform.startswith("linux")
            if self.fork is None
            else self.fork,
            "jobs": [
                asdict(replace(tasks[number].job, imports=order))
                for number, order in zip(missing, orders, strict=True)
            ],
        }
        surroundings = environment(self.root, self.seed, self.timezone)
        surroundings |= self.variables
        for place, data in _serve(plan, surroundings, self.at_once):
            number = missing[place]
            task = tasks[number]
            if data is None:
                yield number, _lost(task.job), False
                continue
            # Kept only if it went well and loaded no module that its key knows not of.
            known = {str(path) for path in task.imports.files}
            if keeps and went_well(number, data) and known.issuperset(data["loaded"]):
                store.keep(task.page, task.key, data)
            yield number, data, False


def explain(
    chapters: Iterable[Chapter], notebooks: Iterable[Path] = (), *, files: Files
) -> dict[Path, list[str]]:
    """Say of each page what would make it run again; nothing where it would be read.

    Parameters
    ----------
    chapters : iterable of Chapter
        Any number.
    notebooks : iterable of Path
        Relative to the book's root.
    files : Files
        The book's.

    Returns
    -------
    dict of Path to list of str
        The parts of the key that changed since the page's last good run.
    """
    store = Store(cache_folder(files.root.resolve()))
    keys = Keys(files)
    made = {chapter.path: keys.of_chapter(chapter)[0] for chapter in chapters}
    made |= {path: keys.of_notebook(path)[0] for path in notebooks}
    return {
        page: [] if store.get(page, key) is not None else changes(store.last(page), key)
        for page, key in made.items()
    }


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _went_well(result: ChapterResult) -> bool:
    blocks = result.chapter.blocks
    return (
        not result.problems
        and len(result.blocks) == len(blocks)
        and all(
            (given.error is not None) == must_raise(block)
            for block, given in zip(blocks, result.blocks, strict=True)
        )
    )


def _serve(
    plan: dict[str, Any], environment: dict[str, str], at_once: int
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Have a server run a plan; give each job's number as it ends, and any result."""
    waiting = list(range(len(plan["jobs"])))[::-1]
    if not waiting:
        return
    running: set[int] = set()
    with tempfile.TemporaryDirectory(
        prefix="handbook-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name).resolve()
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        server = subprocess.Popen(
            # -P: what lies where the run was started is none of a chapter's modules.
            [sys.executable, "-P", "-m", "handbook.run.engine.server", str(folder)],
            bufsize=0,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
        assert server.stdin is not None  # noqa: S101  both are pipes
        assert server.stdout is not None  # noqa: S101
        with server:
            while waiting or running:
                while waiting and len(running) < at_once:
                    number = waiting.pop()
                    running.add(number)
                    with suppress(BrokenPipeError):  # it died, and its output ends
                        server.stdin.write(f"{number}\n".encode())
                line = server.stdout.readline()
                if line == b"guard\n":
                    _tell_of_the_guard()
                elif not line:
                    break
                elif (number := int(line)) in running:
                    running.discard(number)
                    path = folder / f"{number}.json"
                    yield (
                        number,
                        json.loads(path.read_bytes()) if path.exists() else None,
                    )
    for number in [*running, *waiting]:
        yield number, None


_told: set[str] = set()


def _tell_of_the_guard() -> None:
    if not _told:
        _told.add("guard")
        print(
            "handbook: this system gives no network namespace; a guard refuses "
            "Python's connections, and a proxy those of what honours one; "
            "other native code is not held",
            file=sys.stderr,
        )


def _lost(job: Job) -> dict[str, Any]:
    line = job.blocks[0][1] if job.blocks else 1
    message = "the chapter took down the process that watches it"
    return {"blocks": [], "figures": {}, "problems": [(line, message)], "seconds": 0.0}


def environment(
    root: Path, seed: int = _SEED, timezone: str = _TIMEZONE
) -> dict[str, str]:
    """Say what surrounds a chapter: the same everywhere."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # A chapter's `python` is ours, though nobody activated an environment.
    kept["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), kept.get("PATH", "")]
    )
    pools = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    # One thread: sums come out the same on any number of cores, and forking stays safe.
    one_thread = {f"{pool}_NUM_THREADS": "1" for pool in pools}
    return (
        kept
        | one_thread
        | {
            "COLUMNS": "80",
            "LINES": "24",
            "LC_ALL": "C.UTF-8",
            "MATPLOTLIBRC": str(_PACKAGE_ROOT / "handbook" / "figures.mplstyle"),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(cache_folder(root) / "matplotlib"),
            "PYTHONHASHSEED": str(seed),
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "PYTHONUTF8": "1",
            "TZ": timezone,
        }
    )
