"""Run a chapter's blocks in this process, as their reader would, and report each.

It imports little: whatever it had loaded, a chapter would find loaded.
"""

import atexit
import ctypes
import faulthandler
import json
import linecache
import os
import sys
import threading
import types
from pathlib import Path
from typing import NoReturn

from handbook.run.engine import silent_imports
from handbook.run.engine.job import Job, Seat
from handbook.run.engine.network import NATIVE, refuse_the_network, sent_nowhere
from handbook.run.engine.tracebacks import describe, innermost_line, render

__all__ = ["run"]


def run(job: Job, seat: Seat) -> NoReturn:
    """Run the blocks of a job in this process, which ends with them.

    Reports to `seat.events`: `begin` and `end` of each block, `closing` after the last
    one and `done` once nothing of the chapter runs any more.
    """
    ours = set(sys.modules)
    events = os.open(seat.events, os.O_WRONLY | os.O_APPEND)
    report = _Reporter(events)
    _settle(job, seat)
    module = _main_module(job)
    sys.path.insert(0, job.root)
    silent_imports.watch_imports(Path(job.root), seat, report)
    report.network = refuse_the_network()
    _run_blocks(job, module, report)
    _close(
        report,
        [name for name in set(sys.modules) - ours if name != "__main__"],
        job.root,
    )


class _Reporter:
    """Writes events; a process that the chapter forked must not speak in its name."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.pid = os.getpid()
        self.network: list[str] = []

    def __call__(self, event: str, **data: object) -> None:
        # One write a line: appended whole, whoever writes.
        os.write(self.descriptor, json.dumps({"event": event, **data}).encode() + b"\n")


def _settle(job: Job, seat: Seat) -> None:
    """Give the process its directory, its streams and its surroundings."""
    os.chdir(seat.work)
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(seat.out, os.O_WRONLY | os.O_APPEND)
    err = os.open(seat.err, os.O_WRONLY | os.O_APPEND)
    for descriptor, number in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # Line by line, as on a terminal: what a child process prints keeps its place.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  descriptors, open as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(  # noqa: SIM115
        2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
    )
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    # Whoever starts the process sets the rest; these name the seat, new each time.
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(seat.tmp)
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(seat.tmp)
    if "tempfile" in sys.modules:
        # The server's own answer is not the chapter's.
        setattr(sys.modules["tempfile"], "tempdir", None)  # noqa: B010  typed as a plain module
    sys.argv = [job.path]
    faulthandler.enable(sys.stderr)


def _main_module(job: Job) -> types.ModuleType:
    """Make the namespace a real `__main__`: pickle and dataclasses look it up."""
    module = types.ModuleType("__main__")
    module.__file__ = job.path
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]  # as exec would set it
    sys.modules["__main__"] = module
    # The page as Python: blocks on their lines, blank between. `inspect` parses it all.
    lines: list[str] = []
    for code, line, _ in job.blocks:
        lines += ["\n"] * (line - 1 - len(lines))
        lines += code.splitlines(keepends=True)
    linecache.cache[job.path] = (sum(map(len, lines)), None, lines, job.path)
    return module


def _run_blocks(job: Job, module: types.ModuleType, report: _Reporter) -> None:
    flags = 0  # of `from __future__` imports, which hold for the blocks that follow
    root = Path(job.root)
    for index, (code, line, must_raise) in enumerate(job.blocks):
        if job.alone and index:
            module, flags = _main_module(job), 0
        report("begin", block=index, out=_written(1), err=_written(2))
        report.network.clear()
        before = sent_nowhere()
        error: BaseException | None = None
        try:
            padded = "\n" * (line - 1) + code
            compiled = compile(padded, job.path, "exec", flags=flags, dont_inherit=True)
            flags |= compiled.co_flags & _FUTURE
            exec(compiled, module.__dict__)  # noqa: S102  running blocks is what this is for
        except (
            BaseException
        ) as caught:  # SystemExit and KeyboardInterrupt are a block's too
            error = caught
        if os.getpid() != report.pid:
            report("forked", block=index)
            os._exit(0)
        _flush()
        if error is None:
            report("end", block=index, out=_written(1), err=_written(2))
            continue
        # The chapter's own frames begin below ours.
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        error = error.with_traceback(trace)
        text = render(error, root)
        if isinstance(error, SyntaxError) and _awaits(padded, job.path):
            report("problem", line=error.lineno or line, message=_AWAIT)
        if not report.network and sent_nowhere() > before:
            report.network.append(NATIVE)
        if report.network:
            text += (
                f"Refused: {', '.join(report.network)}. "
                "A chapter has no network but loopback.\n"
            )
        report(
            "end",
            block=index,
            out=_written(1),
            err=_written(2),
            error=describe(error),
            error_line=innermost_line(error, job.path) or line,
            traceback=text,
        )
        if not (must_raise or job.alone):
            return


def _close(report: _Reporter, modules: list[str], root: str) -> NoReturn:
    """End as an interpreter does, threads first, but leave the modules as they are."""
    report("closing", threads=[thread.name for thread in _others()])
    # multiprocessing ends its children by the same two calls.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    _flush()
    files = (getattr(sys.modules[name], "__file__", None) for name in modules)
    report(
        "done",
        threads=[thread.name for thread in _others()],
        out=_written(1),
        loaded=[file for file in files if file and _is_own(file, root)],
    )
    os._exit(0)


def _is_own(file: str, root: str) -> bool:
    return file.startswith(root + os.sep) and "site-packages" not in file


def _others() -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread is not threading.main_thread()
    ]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # a block closed it
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)  # what native code printed


def _written(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_size
    except OSError:  # a block closed it
        return 0


_AWAIT = (
    "`await` outside a function runs in no script: put it in `async def main()` "
    "and call `asyncio.run(main())`"
)

# Every compiler flag of `__future__`, without importing it.
_FUTURE = (
    0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000
)


def _awaits(code: str, path: str) -> bool:
    allow_top_level_await = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        compile(code, path, "exec", flags=allow_top_level_await, dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def main() -> NoReturn:
    """Run the job of the seat on the command line: how a spawned chapter starts."""
    seat = Seat(Path(sys.argv[1]))
    job = Job.from_json(json.loads((seat.folder / "job").read_text(encoding="utf-8")))
    run(job, seat)


if __name__ == "__main__":
    main()
