"""Run chapters and notebooks, each in its own process, and yield their results."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from handbook.base.cache import Store, cache_folder
from handbook.base.files import Files, write_if_changed
from handbook.book.imports import plan_imports
from handbook.book.notebook import code_cells
from handbook.book.page import Chapter, ChapterResult, NotebookResult
from handbook.book.problem import Problem
from handbook.run.engine.cleanup import remove_tree
from handbook.run.engine.conditions import Conditions
from handbook.run.engine.job import Job, Limits, must_raise, unpack
from handbook.run.engine.key import Inputs, Keys, changes
from handbook.run.engine.unfit import unfit

__all__ = ["explain", "forget_notebook", "run_chapters", "run_notebooks"]

_USUAL = Conditions()
_PACKAGE_ROOT = Path(__file__).parents[3]
# Each key covers it, as a part of the runner.
_FIGURES = str(_PACKAGE_ROOT / "handbook/run/figures.py")
# Folders that a chapter sees empty: they hold sockets, secrets and files of others.
_HIDDEN = ("/run", "/tmp", "/var/tmp")  # noqa: S108
# Seconds without a sign of life, which every watched chapter gives each second. It's
# much more than a busy machine needs to import a package.
_SILENCE = 120.0


def run_chapters(
    chapters: Sequence[Chapter],
    *,
    files: Files,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    conditions: Conditions = _USUAL,
    fork: bool | None = None,
    sandbox: bool | None = None,
) -> Iterator[ChapterResult]:
    """Run chapters, or read the results of unchanged ones from the cache.

    Parameters
    ----------
    chapters : sequence of Chapter
        The chapters; they are started in this order.
    files : Files
        The files of the book, with `docs/` and `snippets/`.
    cache : bool
        Whether to read results from the cache; good results are stored in either case.
        A run under other conditions doesn't use the cache.
    jobs : int, optional
        How many run at once; the number of cores if None.
    limits : Limits, optional
        The resources that each chapter may use.
    conditions : Conditions
        The conditions under which they run.
    fork : bool, optional
        Whether to fork chapters from a server that has imported their packages, or to
        start a new interpreter for each. If None, fork on Linux.
    sandbox : bool, optional
        Whether to lock each chapter into its folder, which needs `fork`. If None, do it
        where the system allows it, and print one line where it doesn't.

    Yields
    ------
    ChapterResult
        The results from the cache, then the others in the order in which they end.

    Raises
    ------
    OSError
        If `sandbox` is True and the system doesn't allow it.
    """
    root = files.root.resolve()
    keys = Keys(files)
    limits = limits or Limits()
    tasks = [
        _Task(chapter.path, Job.of(chapter, root, limits), keys.of_chapter(chapter))
        for chapter in chapters
    ]

    def succeeded(number: int, data: dict[str, Any]) -> bool:
        return _succeeded(unpack(data, chapters[number]))

    run = _Run(
        root=root,
        cache=cache,
        at_once=jobs or _cores(),
        conditions=conditions,
        fork=fork,
        sandbox=sandbox,
    )
    for number, data, cached in run.results(tasks, succeeded):
        yield unpack(data, chapters[number], cached=cached)


def run_notebooks(
    paths: Sequence[Path],
    *,
    files: Files,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    conditions: Conditions = _USUAL,
    sandbox: bool | None = None,
) -> Iterator[NotebookResult]:
    """Execute notebooks, or read the results of unchanged ones, and write the `.ipynb`.

    Parameters
    ----------
    paths : sequence of Path
        The `.py` files in the percent format, relative to the book's root.
    files : Files
        The files of the book.
    cache : bool
        Whether to read results from the cache.
    jobs : int, optional
        How many run at once; the number of cores if None.
    limits : Limits, optional
        The resources that each notebook may use; a cell counts as a block.
    conditions : Conditions
        The conditions under which they run. Under others than the usual ones no
        `.ipynb` is written or removed.
    sandbox : bool, optional
        As for `run_chapters`.

    Yields
    ------
    NotebookResult
        The results from the cache, then the others in the order in which they end. If
        one has problems, its `.ipynb` is removed.

    Raises
    ------
    OSError
        If `sandbox` is True and the system doesn't allow it.
    """
    root = files.root.resolve()
    keys = Keys(files)
    limits = limits or Limits()
    tasks = []
    for path in paths:
        cells = code_cells(files.text(path))
        blocks = [(code, line, False) for code, line in cells]
        job = Job(
            root=str(root),
            path=path.as_posix(),
            blocks=blocks,
            limits=limits,
            notebook=True,
        )
        tasks.append(_Task(path, job, keys.of_notebook(path)))

    def succeeded(_: int, data: dict[str, Any]) -> bool:
        return not data["problems"] and "notebook" in data

    run = _Run(
        root=root,
        cache=cache,
        at_once=jobs or _cores(),
        conditions=conditions,
        fork=None,
        sandbox=sandbox,
    )
    for number, data, cached in run.results(tasks, succeeded):
        path = paths[number]
        content = data["notebook"] if succeeded(number, data) else ""
        problems = [Problem(path, line, message) for line, message in data["problems"]]
        if content:
            problems += _unfit_cells(path, tasks[number].job, content, root)
        written = (root / path).with_suffix(".ipynb")
        if conditions != _USUAL:
            pass  # the site shows the outputs of a run under the usual ones
        elif problems:
            written.unlink(missing_ok=True)
        else:
            write_if_changed(written, content)
        trace = data.get("complaints", "") if problems else ""
        yield NotebookResult(
            path=path,
            problems=tuple(problems),
            traceback=trace,
            content="" if problems else content,
            seconds=data["seconds"],
            cached=cached,
        )


def _unfit_cells(path: Path, job: Job, content: str, root: Path) -> Iterator[Problem]:
    """Yield the cells with an output that no page can show."""
    cells = [
        cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"
    ]
    for number, (block, cell) in enumerate(zip(job.blocks, cells, strict=True), 1):
        for output in cell["outputs"]:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if message := unfit("".join(text), root, who=f"cell {number}"):
                yield Problem(path, block[1], message)


@dataclass(frozen=True, slots=True)
class _Task:
    page: Path
    job: Job
    inputs: Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    root: Path
    cache: bool
    at_once: int
    conditions: Conditions
    fork: bool | None
    sandbox: bool | None

    def results(
        self, tasks: Sequence[_Task], succeeded: Callable[[int, dict[str, Any]], bool]
    ) -> Iterator[tuple[int, dict[str, Any], bool]]:
        """Yield each task's number, its result, and whether it came from the cache."""
        store = Store(cache_folder(self.root))
        cacheable = self.conditions == _USUAL
        missing = []
        for number, task in enumerate(tasks):
            stored = cacheable and self.cache
            found = store.get(task.page, task.inputs.key) if stored else None
            if found is None:
                missing.append(number)
            else:
                yield number, found, True
        orders = plan_imports(
            [tasks[number].inputs.imports.packages for number in missing]
        )
        plan = {
            "fork": sys.platform.startswith("linux")
            if self.fork is None
            else self.fork,
            "sandbox": self.sandbox,
            "hidden": sorted({*_HIDDEN, tempfile.gettempdir(), *_homes()}),
            "jobs": [
                asdict(
                    replace(
                        tasks[number].job,
                        imports=order,
                        visible=tasks[number].inputs.visible,
                    )
                )
                for number, order in zip(missing, orders, strict=True)
            ],
        }
        environment = self.conditions.environment(self.root)
        for place, data in _serve(plan, environment, self.at_once):
            number = missing[place]
            task = tasks[number]
            if data is None:
                yield number, _lost_result(task.job), False
                continue
            # Store it only if it succeeded and loaded only modules that its key covers.
            known = {str(path) for path in task.inputs.imports.files} | {_FIGURES}
            if (
                cacheable
                and succeeded(number, data)
                and known.issuperset(data["loaded"])
            ):
                store.keep(task.page, task.inputs.key, data)
            yield number, data, False


def forget_notebook(path: Path, *, files: Files) -> None:
    """Remove the `.ipynb` of a notebook, and its stored results."""
    root = files.root.resolve()
    (root / path).with_suffix(".ipynb").unlink(missing_ok=True)
    Store(cache_folder(root)).forget(path)


def explain(
    chapters: Iterable[Chapter], notebooks: Iterable[Path] = (), *, files: Files
) -> dict[Path, list[str]]:
    """Return the reasons why each page would run again; none if its result is stored.

    Parameters
    ----------
    chapters : iterable of Chapter
        The chapters.
    notebooks : iterable of Path
        The notebooks, relative to the book's root.
    files : Files
        The files of the book.

    Returns
    -------
    dict of Path to list of str
        The parts of the key that changed since the page's last good run.
    """
    store = Store(cache_folder(files.root.resolve()))
    keys = Keys(files)
    made = {chapter.path: keys.of_chapter(chapter).key for chapter in chapters}
    made |= {path: keys.of_notebook(path).key for path in notebooks}
    return {
        page: [] if store.get(page, key) is not None else changes(store.last(page), key)
        for page, key in made.items()
    }


def _homes() -> Iterator[str]:
    """Yield the home folder of the environment, and that of the system's list."""
    yield os.path.expanduser("~")  # noqa: PTH111  it never raises
    with suppress(ImportError, KeyError):  # not on Windows; not for every user
        import pwd  # noqa: PLC0415

        yield pwd.getpwuid(os.getuid()).pw_dir


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _succeeded(result: ChapterResult) -> bool:
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
    """Run a plan in a server; yield each job's number when it ends, and its result.

    The result is None if the process that watched the job died, or if all processes
    gave no sign of life for a long time, as when one was stopped.
    """
    waiting = list(range(len(plan["jobs"])))[::-1]
    if not waiting:
        return
    running: set[int] = set()
    folder = Path(tempfile.mkdtemp(prefix="handbook-")).resolve()
    try:
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        server = subprocess.Popen(
            # -P: a chapter can't import modules from the current directory.
            [sys.executable, "-P", "-m", "handbook.run.engine.server", str(folder)],
            bufsize=0,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # this process handles Ctrl-C
        )
        assert server.stdin is not None  # noqa: S101  both are pipes
        assert server.stdout is not None  # noqa: S101
        with server:
            while waiting or running:
                while waiting and len(running) < at_once:
                    number = waiting.pop()
                    running.add(number)
                    with suppress(BrokenPipeError):  # it died, so its output ends next
                        server.stdin.write(f"{number}\n".encode())
                if _is_silent(server.stdout):
                    _kill_tree(server.pid)
                    print(f"handbook: {_STUCK}", file=sys.stderr)
                    break
                line = server.stdout.readline()
                word, _, reason = line.decode().rstrip("\n").partition(" ")
                if word.isalpha():
                    _handle_report(word, reason, locked=bool(plan["sandbox"]))
                elif not line:
                    break
                elif (number := int(line)) in running:
                    running.discard(number)
                    path = folder / f"{number}.json"
                    yield (
                        number,
                        json.loads(path.read_bytes()) if path.exists() else None,
                    )
    finally:
        # If a process that watches was killed, its chapter's folder is still there.
        remove_tree(folder)
    for number in [*running, *waiting]:
        yield number, None


def _handle_report(word: str, reason: str, *, locked: bool) -> None:
    """Print what the server reports about the system, or nothing if it's alive."""
    if word == "guard":
        _warn_once("guard", _GUARD)
    elif word == "seen":
        _warn_once(f"seen {reason}", _SEEN.format(reason))
    elif word == "unlocked":
        if locked:
            raise OSError(f"chapters can't be locked in: {reason}")
        if "guard" not in _reported:
            _warn_once("unlocked", _UNLOCKED.format(reason))


_reported: set[str] = set()


_REACH = (
    "blocks can reach your files and processes, and a stored result isn't made anew "
    "when a file changes that a block reads without importing it"
)
_GUARD = (
    "this system has no network namespaces; a guard refuses Python's connections, and "
    "a proxy those of programs that use one; other native code is not stopped, and "
    f"{_REACH}"
)
_UNLOCKED = f"this system doesn't let a chapter lock itself in ({{}}); {_REACH}"
_SEEN = (
    "{} is unlocked: it can't be hidden from chapters, because Python is installed in "
    "it or in a folder around it; blocks can read your files there"
)
_STUCK = (
    "the run was ended, because its processes gave no sign of life; "
    "a block may have stopped one"
)


def _warn_once(kind: str, message: str) -> None:
    if kind not in _reported:
        _reported.add(kind)
        print(f"handbook: {message}", file=sys.stderr)


def _is_silent(pipe: IO[bytes]) -> bool:
    """Wait for a line, and return whether none came. On Windows wait for ever."""
    if sys.platform == "win32":
        return False
    return not select.select([pipe], [], [], _SILENCE)[0]


def _kill_tree(pid: int) -> None:
    """Kill a process and all below it, even those that are stopped."""
    import psutil  # noqa: PLC0415  a run from the cache doesn't need it

    try:
        server = psutil.Process(pid)
        processes = [*server.children(recursive=True), server]
    except psutil.Error:  # it ended
        processes = []
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def _lost_result(job: Job) -> dict[str, Any]:
    line = job.blocks[0][1] if job.blocks else 1
    message = "the chapter took down the process that watches it"
    return {"blocks": [], "figures": {}, "problems": [(line, message)], "seconds": 0.0}
