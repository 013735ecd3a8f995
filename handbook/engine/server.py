"""Run the jobs of a plan: import once what they need, then fork a process for each.

Started as `python -m handbook.engine.server PLAN`. Writes a result `N.json` beside the plan for
each job and its number to standard output as soon as it is there.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import psutil

from handbook.engine import child, network
from handbook.engine.job import Job, Seat
from handbook.engine.keeper import keep

__all__ = ["main"]


def main() -> None:
    """Run the plan named on the command line."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan").read_text(encoding="utf-8"))
    jobs = [Job.from_json(job) for job in plan["jobs"]]
    if network.namespace_works():
        network.enter_namespace()
    else:
        _say("guard")
        os.environ.update(network.refusing_proxies())
    if plan["fork"]:
        _import(plan["imports"], plan["root"])
        _fork_all(jobs, plan["at_once"], folder)
    else:
        _spawn_all(jobs, plan["at_once"], folder)


def _say(word: object) -> None:
    os.write(1, f"{word}\n".encode())


def _write(folder: Path, number: int, result: object) -> None:
    unfinished = folder / f"{number}.part"
    unfinished.write_text(json.dumps(result), encoding="utf-8")
    unfinished.replace(folder / f"{number}.json")


def _fork_all(jobs: list[Job], at_once: int, folder: Path) -> None:
    _prctl(_SET_CHILD_SUBREAPER, 1)
    waiting = list(enumerate(jobs))[::-1]
    running: dict[int, tuple[int, int]] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            number, job = waiting.pop()
            pid = os.fork()
            if pid == 0:
                _keep_one(number, job, folder)
            running[os.pidfd_open(pid)] = pid, number
        for handle in select.select(list(running), [], [])[0]:
            pid, number = running.pop(handle)
            os.close(handle)
            if os.waitpid(pid, 0)[1]:
                _bury(keepers={pid for pid, _ in running.values()})
            _say(number)


def _bury(keepers: set[int]) -> None:
    """Kill what a chapter left behind that took down its keeper."""
    while orphans := [one for one in psutil.Process().children() if one.pid not in keepers]:
        for orphan in orphans:
            for process in [*orphan.children(recursive=True), orphan]:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            with contextlib.suppress(psutil.Error):
                orphan.wait()


_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36


def _prctl(option: int, value: int) -> None:
    import ctypes  # noqa: PLC0415

    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _keep_one(number: int, job: Job, folder: Path) -> None:
    _prctl(_SET_PDEATHSIG, signal.SIGTERM)
    _prctl(_SET_CHILD_SUBREAPER, 1)
    try:
        _write(folder, number, keep(job, _fork, within=folder, owns_orphans=True))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _fork(job: Job, seat: Seat) -> psutil.Process:
    if job.notebook:  # its kernel is a fresh interpreter in any case
        return _spawn(job, seat)
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            child.run(job, seat)
        except BaseException:  # reported, and the process must not live on as a second keeper
            sys.excepthook(*sys.exc_info())
        os._exit(1)
    return psutil.Process(pid)


def _import(names: Iterable[str], root: str) -> None:
    """Import what is there; what is not, a block will tell its reader."""
    sys.path.insert(0, root)
    with (
        Path(os.devnull).open("w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
        warnings.catch_warnings(action="ignore"),
    ):
        for name in names:
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
    sys.path.remove(root)


def _spawn_all(jobs: list[Job], at_once: int, folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor, as_completed  # noqa: PLC0415

    def one(number: int) -> int:
        _write(folder, number, keep(jobs[number], _spawn, within=folder, owns_orphans=False))
        return number

    with ThreadPoolExecutor(at_once) as pool:
        for done in as_completed([pool.submit(one, number) for number in range(len(jobs))]):
            _say(done.result())


def _spawn(job: Job, seat: Seat) -> psutil.Popen:
    (seat.folder / "job").write_text(json.dumps(asdict(job)), encoding="utf-8")
    module = "handbook.engine.notebook" if job.notebook else "handbook.engine.child"
    command = [sys.executable, "-m", module, str(seat.folder)]
    return psutil.Popen(command, start_new_session=True)


if __name__ == "__main__":
    main()
