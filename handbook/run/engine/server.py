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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn

import psutil

from handbook.base.files import write_whole
from handbook.run.engine import child, network, sandbox, streams
from handbook.run.engine.job import Job, Workspace
from handbook.run.engine.watch import run_watched

__all__ = ["main"]


def main() -> None:
    """Run the plan in the folder that the command line names."""
    folder = Path(sys.argv[1])
    _forget_faketime()
    plan = json.loads((folder / "plan").read_text(encoding="utf-8"))
    jobs = [Job.from_json(job) for job in plan["jobs"]]
    if network.namespace_works():
        network.enter_namespace()
    else:
        _report("guard")
        os.environ.update(network.guard_variables())
    lock = _find_lock(plan, folder)
    if plan["fork"]:
        source = os.dup(0)  # forked processes close it, and get their own input
        _Branch(jobs, folder, source, depth=0, lock=lock).serve()
        os.killpg(0, signal.SIGTERM)  # nobody waits for the jobs that still run
    else:
        _spawn_all(jobs, folder)


def _forget_faketime() -> None:
    """Remove the files by which libfaketime finds its memory in child processes.

    A chapter in the sandbox can't see them. Each new program makes its own instead.
    """
    if os.environ.pop("FAKETIME_SHARED", ""):
        for path in Path("/dev/shm").glob(f"*faketime_s[eh]m_{os.getpid()}"):  # noqa: S108
            path.unlink(missing_ok=True)


_Lock = Callable[[Job, Workspace], None]


def _find_lock(plan: dict[str, Any], folder: Path) -> _Lock | None:
    """Return what locks a chapter into its folder, or None, and report why."""
    if plan["sandbox"] is False:
        return None
    if not plan["fork"]:
        reason = "chapters aren't forked"
    elif os.environ["HANDBOOK_NETWORK"] == "guard":
        reason = "there are no user namespaces"
    else:
        reason = sandbox.why_not(folder, plan["hidden"])
    if reason:
        _report(f"unlocked {reason}")
        return None
    for place in sandbox.not_hidden(plan["hidden"]):
        _report(f"seen {place}")
    return partial(sandbox.lock, hidden=plan["hidden"])


@dataclass(frozen=True, slots=True)
class _Child:
    """A forked process: a branch, which has a name, or one that watches a job."""

    pid: int
    jobs: set[int]
    name: str = ""
    pipe: int | None = None


class _Branch:
    """A process that imported the first `depth` packages of each job that it gets."""

    def __init__(
        self,
        jobs: list[Job],
        folder: Path,
        source: int,
        *,
        depth: int,
        lock: _Lock | None,
    ) -> None:
        self.jobs = jobs
        self.folder = folder
        self.source = source
        self.depth = depth
        self.lock = lock
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
            if (pid := sandbox.fork()) == 0:
                self._close_inherited()
                _watch_job(number, job, self.folder, self.lock)
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
        if (pid := sandbox.fork()) == 0:
            self._close_inherited()
            os.close(pipe)
            _import(name)
            depth = self.depth + 1
            _Branch(self.jobs, self.folder, source, depth=depth, lock=self.lock).serve()
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


def _watch_job(number: int, job: Job, folder: Path, lock: _Lock | None) -> NoReturn:
    def watch() -> None:
        _prctl(_SET_CHILD_SUBREAPER, 1)
        # An exception, so that `run_watched` still kills the chapter and cleans up.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        network.enter_another_namespace()
        result = run_watched(
            job,
            partial(_fork_job, lock=lock),
            within=folder,
            owns_orphans=True,
            alive=partial(_report, "alive"),
        )
        _write(folder, number, result)

    try:
        if lock is None:
            watch()
        else:
            sandbox.run_first(watch)
    except SystemExit:
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _fork_job(
    job: Job, workspace: Workspace, *, lock: _Lock | None
) -> tuple[psutil.Process, IO[bytes]]:
    if job.notebook and lock is None:  # its kernel is a new interpreter anyway
        return _spawn_job(job, workspace)
    source, events = os.pipe()
    command = _command(job, workspace) if job.notebook else []
    pid = sandbox.fork()
    if pid == 0:
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(source)
            if lock is None or not job.notebook:
                child.run(job, workspace, events, lock)
            streams.open_streams(workspace)
            lock(job, workspace)
            os.set_inheritable(events, True)
            os.execv(command[0], [*command, str(events)])  # noqa: S606
        except BaseException:  # else this process would go on as the one that watches
            sys.excepthook(*sys.exc_info())
        os._exit(1)
    os.close(events)
    return psutil.Process(pid), open(source, "rb")  # noqa: PTH123


def _spawn_all(jobs: list[Job], folder: Path) -> None:
    """Run each job in its own thread; the caller limits how many run at once."""

    def run(number: int) -> None:
        try:
            _write(
                folder,
                number,
                run_watched(
                    jobs[number],
                    _spawn_job,
                    within=folder,
                    owns_orphans=False,
                    alive=partial(_report, "alive"),
                ),
            )
        finally:
            _report(number)

    for line in sys.stdin:
        threading.Thread(target=run, args=(int(line),), daemon=True).start()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()


def _spawn_job(job: Job, workspace: Workspace) -> tuple[psutil.Process, IO[bytes]]:
    process = psutil.Popen(
        _command(job, workspace),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    return process, process.stdout


def _command(job: Job, workspace: Workspace) -> list[str]:
    """Write the job into its workspace, and return the command that runs it."""
    (workspace.folder / "job").write_text(json.dumps(asdict(job)), encoding="utf-8")
    module = (
        "handbook.run.engine.notebook" if job.notebook else "handbook.run.engine.child"
    )
    return [sys.executable, "-P", "-m", module, str(workspace.folder)]


if __name__ == "__main__":
    main()
