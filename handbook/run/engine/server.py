"""Run jobs as they are asked for: import once what they need, fork a process for each.

Started as `python -m handbook.run.engine.server PLAN`, this is the root of a tree of
processes. Each imports one package more than the one that forked it, so that a chapter
is forked from where all that it imports is there, and nothing else: what its reader
would have to import, it has to.

Reads the numbers of jobs from standard input, writes the result of each, `N.json`,
beside the plan and then its number to standard output. The end of the input ends
everything.
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
from handbook.run.engine.job import Job, Seat
from handbook.run.engine.watch import keep

__all__ = ["main"]


def main() -> None:
    """Serve the plan named on the command line."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan").read_text(encoding="utf-8"))
    jobs = [Job.from_json(job) for job in plan["jobs"]]
    if network.namespace_works():
        network.enter_namespace()
    else:
        _say("guard")
        os.environ.update(network.guard())
    if plan["fork"]:
        source = os.dup(0)  # what is forked gets an input of its own, and closes this
        _Branch(jobs, folder, source, depth=0).serve()
        os.killpg(0, signal.SIGTERM)  # whoever still runs has lost whom it ran for
    else:
        _spawn_all(jobs, folder)


@dataclass(frozen=True, slots=True)
class _Offspring:
    """A process that was forked here: the keeper of one job, or a named branch."""

    pid: int
    jobs: set[int]
    name: str = ""
    pipe: int | None = None


class _Branch:
    """A process that imported the first `depth` packages of all jobs that reach it."""

    def __init__(self, jobs: list[Job], folder: Path, source: int, depth: int) -> None:
        self.jobs = jobs
        self.folder = folder
        self.source = source
        self.depth = depth
        self.offspring: dict[
            int, _Offspring
        ] = {}  # by a descriptor that tells of its end

    def serve(self) -> None:
        """Answer until the source ends."""
        _prctl(_SET_CHILD_SUBREAPER, 1)
        rest = b""
        while True:
            ready = select.select([self.source, *self.offspring], [], [])[0]
            for handle in ready:
                if handle != self.source:
                    self._bury(handle)
            if self.source in ready:
                read = os.read(self.source, 4096)
                if not read:
                    return
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    self._take(int(line))

    def _take(self, number: int) -> None:
        job = self.jobs[number]
        if len(job.imports) == self.depth:
            if (pid := _split()) == 0:
                self._let_go()
                _keep_one(number, job, self.folder)
            self._adopt(_Offspring(pid, {number}))
            return
        name = job.imports[self.depth]
        known = [branch for branch in self.offspring.values() if branch.name == name]
        branch = known[0] if known else self._grow(name)
        branch.jobs.add(number)
        if branch.pipe is not None:
            with contextlib.suppress(
                BrokenPipeError
            ):  # it died, and its end will be told next
                os.write(branch.pipe, f"{number}\n".encode())

    def _grow(self, name: str) -> _Offspring:
        source, pipe = os.pipe()
        if (pid := _split()) == 0:
            self._let_go()
            os.close(pipe)
            _import(name)
            _Branch(self.jobs, self.folder, source, self.depth + 1).serve()
            os._exit(0)
        os.close(source)
        return self._adopt(_Offspring(pid, set(), name, pipe))

    def _adopt(self, one: _Offspring) -> _Offspring:
        self.offspring[os.pidfd_open(one.pid)] = one
        return one

    def _let_go(self) -> None:
        """Close, in a forked process, what would keep others from seeing an end."""
        os.close(self.source)
        for handle, one in self.offspring.items():
            os.close(handle)
            if one.pipe is not None:
                os.close(one.pipe)

    def _bury(self, handle: int) -> None:
        """Tell that the jobs of a process have ended; twice told is once told."""
        one = self.offspring.pop(handle)
        os.close(handle)
        if one.pipe is not None:
            os.close(one.pipe)
        if os.waitpid(one.pid, 0)[1]:
            _kill_orphans(spared={other.pid for other in self.offspring.values()})
        for number in one.jobs:
            _say(number)


def _say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def _write(folder: Path, number: int, result: object) -> None:
    write_whole(folder / f"{number}.json", json.dumps(result))


def _split() -> int:
    # Native libraries that a package loads may hold threads of their own, idle until
    # they are used.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        return os.fork()


def _import(name: str) -> None:
    """Import what is there; what is not, a block will tell its reader."""
    with (
        Path(os.devnull).open("w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
        warnings.catch_warnings(action="ignore"),
        contextlib.suppress(BaseException),
    ):
        importlib.import_module(name)
    gc.freeze()  # a collection in a chapter would copy every page of this


def _kill_orphans(spared: set[int]) -> None:
    """Kill what is left of a chapter that took down its keeper."""
    while orphans := [
        one for one in psutil.Process().children() if one.pid not in spared
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


def _keep_one(number: int, job: Job, folder: Path) -> NoReturn:
    _prctl(_SET_CHILD_SUBREAPER, 1)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # so that it leaves nothing behind
    try:
        network.leave_for_another()
        _write(folder, number, keep(job, _fork, within=folder, owns_orphans=True))
    except SystemExit:
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _fork(job: Job, seat: Seat) -> psutil.Process:
    if job.notebook:  # its kernel is a fresh interpreter in any case
        return _spawn(job, seat)
    pid = _split()
    if pid == 0:
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            child.run(job, seat)
        except (
            BaseException
        ):  # reported, and the process must not live on as a second keeper
            sys.excepthook(*sys.exc_info())
        os._exit(1)
    return psutil.Process(pid)


def _spawn_all(jobs: list[Job], folder: Path) -> None:
    """Give each job a thread: how many there are at once, whoever asks decides."""

    def one(number: int) -> None:
        try:
            _write(
                folder,
                number,
                keep(jobs[number], _spawn, within=folder, owns_orphans=False),
            )
        finally:
            _say(number)

    for line in sys.stdin:
        threading.Thread(target=one, args=(int(line),), daemon=True).start()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()


def _spawn(job: Job, seat: Seat) -> psutil.Popen:
    (seat.folder / "job").write_text(json.dumps(asdict(job)), encoding="utf-8")
    module = (
        "handbook.run.engine.notebook" if job.notebook else "handbook.run.engine.child"
    )
    command = [sys.executable, "-P", "-m", module, str(seat.folder)]
    return psutil.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


if __name__ == "__main__":
    main()
