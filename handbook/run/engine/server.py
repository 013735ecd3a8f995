"""Run jobs in forked processes that have already imported the packages of each job.

Started as `python -m handbook.run.engine.server FOLDER`, this is the root of a tree of
processes. Each process in it imports one more package than its parent. A chapter is
forked from the process that imported all its packages and no others. So it starts fast,
and it still fails if it forgets an import.

It reads the numbers of jobs from standard input. For each job it writes the result to
`N.json` beside the plan, and then its number to standard output. It stops everything
when its input ends.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

import psutil

from handbook.base.files import write_whole
from handbook.run.engine import child, network
from handbook.run.engine.job import Job, Workspace
from handbook.run.engine.watch import run_watched

__all__ = ["main"]


def main() -> None:
    """Run the plan in the folder that the command line names."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan").read_text(encoding="utf-8"))
    jobs = [Job.from_json(job) for job in plan["jobs"]]
    if network.namespace_works():
        network.enter_namespace()
    else:
        _report("guard")
        os.environ.update(network.guard_variables())
    if plan["fork"]:
        source = os.dup(0)  # forked processes close it, and get their own input
        _Branch(jobs, folder, source, depth=0).serve()
        os.killpg(0, signal.SIGTERM)  # nobody waits for the jobs that still run
    else:
        _spawn_all(jobs, folder)


@dataclass(frozen=True, slots=True)
class _Child:
    """A forked process: a branch, which has a name, or one that watches a job."""

    pid: int
    jobs: set[int]
    name: str = ""
    pipe: int | None = None


class _Branch:
    """A process that imported the first `depth` packages of each job that it gets."""

    def __init__(self, jobs: list[Job], folder: Path, source: int, depth: int) -> None:
        self.jobs = jobs
        self.folder = folder
        self.source = source
        self.depth = depth
        # By a descriptor that becomes readable when the child exits.
        self.children: dict[int, _Child] = {}

    def serve(self) -> None:
        """Start jobs, and reap children, until the source ends."""
        _prctl(_SET_CHILD_SUBREAPER, 1)
        rest = b""
        while True:
            ready = select.select([self.source, *self.children], [], [])[0]
            for handle in ready:
                if handle != self.source:
                    self._reap(handle)
            if self.source in ready:
                read = os.read(self.source, 4096)
                if not read:
                    return
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    self._start(int(line))

    def _start(self, number: int) -> None:
        job = self.jobs[number]
        if len(job.imports) == self.depth:
            if (pid := _fork_process()) == 0:
                self._close_inherited()
                _watch_job(number, job, self.folder)
            self._register(_Child(pid, {number}))
            return
        name = job.imports[self.depth]
        known = [branch for branch in self.children.values() if branch.name == name]
        branch = known[0] if known else self._fork(name)
        branch.jobs.add(number)
        if branch.pipe is not None:
            # A branch that died is reaped in the next round, which reports its jobs.
            with contextlib.suppress(BrokenPipeError):
                os.write(branch.pipe, f"{number}\n".encode())

    def _fork(self, name: str) -> _Child:
        source, pipe = os.pipe()
        if (pid := _fork_process()) == 0:
            self._close_inherited()
            os.close(pipe)
            _import(name)
            _Branch(self.jobs, self.folder, source, self.depth + 1).serve()
            os._exit(0)
        os.close(source)
        return self._register(_Child(pid, set(), name, pipe))

    def _register(self, process: _Child) -> _Child:
        self.children[os.pidfd_open(process.pid)] = process
        return process

    def _close_inherited(self) -> None:
        """Close the parent's descriptors in a forked process.

        While one process holds the end of a pipe open, the others don't see it close.
        """
        os.close(self.source)
        for handle, process in self.children.items():
            os.close(handle)
            if process.pipe is not None:
                os.close(process.pipe)

    def _reap(self, handle: int) -> None:
        """Report the jobs of an exited process. Reporting twice is harmless."""
        process = self.children.pop(handle)
        os.close(handle)
        if process.pipe is not None:
            os.close(process.pipe)
        if os.waitpid(process.pid, 0)[1]:
            _kill_orphans(spared={other.pid for other in self.children.values()})
        for number in process.jobs:
            _report(number)


def _report(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def _write(folder: Path, number: int, result: object) -> None:
    write_whole(folder / f"{number}.json", json.dumps(result))


def _fork_process() -> int:
    # Python warns if a process with threads forks. Those that native libraries start
    # when they are loaded are harmless: they are idle until they are used.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        return os.fork()


def _import(name: str) -> None:
    """Import a package and hide any error: the block that imports it will raise it."""
    with (
        Path(os.devnull).open("w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
        warnings.catch_warnings(action="ignore"),
        contextlib.suppress(BaseException),
    ):
        importlib.import_module(name)
    # Otherwise a collection in a forked process would copy all memory shared with it.
    gc.freeze()


def _kill_orphans(spared: set[int]) -> None:
    """Kill the rest of a chapter that killed the process watching it."""
    while orphans := [
        each for each in psutil.Process().children() if each.pid not in spared
    ]:
        for orphan in orphans:
            for process in [*orphan.children(recursive=True), orphan]:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            with contextlib.suppress(psutil.Error):
                orphan.wait()


_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _watch_job(number: int, job: Job, folder: Path) -> NoReturn:
    _prctl(_SET_CHILD_SUBREAPER, 1)
    # An exception, so that `run_watched` still kills the chapter and cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        network.enter_another_namespace()
        _write(
            folder,
            number,
            run_watched(job, _fork_job, within=folder, owns_orphans=True),
        )
    except SystemExit:
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _fork_job(job: Job, workspace: Workspace) -> psutil.Process:
    if job.notebook:  # forking gains nothing: its kernel is a new interpreter
        return _spawn_job(job, workspace)
    pid = _fork_process()
    if pid == 0:
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            child.run(job, workspace)
        except BaseException:  # else this process would go on as the one that watches
            sys.excepthook(*sys.exc_info())
        os._exit(1)
    return psutil.Process(pid)


def _spawn_all(jobs: list[Job], folder: Path) -> None:
    """Run each job in its own thread; the caller limits how many run at once."""

    def run(number: int) -> None:
        try:
            _write(
                folder,
                number,
                run_watched(
                    jobs[number], _spawn_job, within=folder, owns_orphans=False
                ),
            )
        finally:
            _report(number)

    for line in sys.stdin:
        threading.Thread(target=run, args=(int(line),), daemon=True).start()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()


def _spawn_job(job: Job, workspace: Workspace) -> psutil.Popen:
    (workspace.folder / "job").write_text(json.dumps(asdict(job)), encoding="utf-8")
    module = (
        "handbook.run.engine.notebook" if job.notebook else "handbook.run.engine.child"
    )
    command = [sys.executable, "-P", "-m", module, str(workspace.folder)]
    return psutil.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


if __name__ == "__main__":
    main()
