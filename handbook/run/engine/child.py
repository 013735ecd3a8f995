"""Run a chapter's blocks in this process as a script would, and report each.

This module imports little, because the chapter runs with everything that it loads.
"""

import atexit
import ctypes
import faulthandler
import gc
import json
import linecache
import os
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from handbook.run.engine import silent_imports
from handbook.run.engine.job import Job, Workspace
from handbook.run.engine.network import NATIVE, count_unreachable, refuse_the_network
from handbook.run.engine.streams import Streams, open_streams
from handbook.run.engine.tracebacks import describe, hint, innermost_line, render
from handbook.run.engine.unasked import complain, watch_results

__all__ = ["run"]

# A block may replace these where they come from, by accident or not.
_compile, _exec, _write, _dumps = compile, exec, os.write, json.dumps


def run(
    job: Job,
    workspace: Workspace,
    events: int,
    lock: Callable[[Job, Workspace], None] | None = None,
) -> NoReturn:
    """Run the blocks of a job in this process, then end the process.

    Parameters
    ----------
    job : Job
        The chapter.
    workspace : Workspace
        Its folder.
    events : int
        The descriptor of a pipe. Write one JSON object a line: `begin` and `end` for
        each block, `closing` after the last one, and `done` when no thread of the
        chapter runs any more.
    lock : callable, optional
        Locks this process into the workspace, as `sandbox.lock` does.
    """
    ours = set(sys.modules)
    report = _Reporter(events)
    open_streams(workspace)
    if lock is not None:
        try:
            lock(job, workspace)
        except OSError as error:
            message = f"the chapter can't be locked into its folder: {error.strerror}"
            line = job.blocks[0][1] if job.blocks else 1
            report("problem", line=line, message=message)
            os._exit(1)
    _prepare_process(job, workspace)
    module = _main_module(job)
    sys.path.insert(0, job.root)
    silent_imports.watch_imports(Path(job.root), workspace, report)
    watch_results()
    report.network = refuse_the_network()
    _run_blocks(job, module, report)
    _end(
        report,
        [name for name in set(sys.modules) - ours if name != "__main__"],
        job.root,
    )


class _Reporter:
    """Writes events, and remembers which process may write them.

    A process that the chapter forks has a copy of this, and must not use it.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.pid = os.getpid()
        self.network: list[str] = []

    def __call__(self, event: str, **data: object) -> None:
        # A single write, so that lines of several processes don't mix.
        _write(self.descriptor, _dumps({"event": event, **data}).encode() + b"\n")


def _prepare_process(job: Job, workspace: Workspace) -> None:
    """Set the working directory and the environment."""
    os.chdir(workspace.work)
    # These name the workspace, which is new in each run. The caller sets the others.
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(workspace.tmp)
    # Hypothesis would keep examples in the book's folder, which is read-only.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(workspace.tmp / "hypothesis")
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(workspace.tmp)
    if "tempfile" in sys.modules:
        # It caches the folder for temporary files, which was the server's.
        setattr(sys.modules["tempfile"], "tempdir", None)  # noqa: B010  typed as a plain module
    sys.argv = [job.path]
    faulthandler.enable(sys.stderr)


def _main_module(job: Job) -> types.ModuleType:
    """Return a new `__main__` module; pickle and dataclasses need a real one."""
    module = types.ModuleType("__main__")
    module.__file__ = job.path
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]  # as exec would set it
    sys.modules["__main__"] = module
    # `inspect` reads the source here. Blank lines keep each block on its page's lines.
    lines: list[str] = []
    for code, line, _ in job.blocks:
        lines += ["\n"] * (line - 1 - len(lines))
        # At newlines only: a string may hold other ends of lines.
        lines += [f"{each}\n" for each in code.removesuffix("\n").split("\n")]
    linecache.cache[job.path] = (sum(map(len, lines)), None, lines, job.path)
    return module


def _run_blocks(job: Job, module: types.ModuleType, report: _Reporter) -> None:
    flags = 0  # of `from __future__` imports, which also apply to later blocks
    root = Path(job.root)
    streams = Streams()
    for index, (code, line, must_raise) in enumerate(job.blocks):
        if job.alone and index:
            module, flags = _main_module(job), 0
        report("begin", block=index, out=_written(1), err=_written(2))
        report.network.clear()
        before = count_unreachable()
        error: BaseException | None = None
        try:
            padded = "\n" * (line - 1) + code
            compiled = _compile(
                padded, job.path, "exec", flags=flags, dont_inherit=True
            )
            flags |= compiled.co_flags & _FUTURE
            _exec(compiled, module.__dict__)  # the purpose of this module
        except BaseException as caught:  # a block may raise SystemExit, too
            error = caught
        if os.getpid() != report.pid:
            report("forked", block=index)
            os._exit(0)
        _flush()
        if change := streams.change():
            message = f"the block {change}, so its output can't be compared"
            report("problem", line=line, message=message)
            return
        if error is None:
            report("end", block=index, out=_written(1), err=_written(2))
            continue
        # Leave out the frame of this function.
        trace = error.__traceback__.tb_next if error.__traceback__ else None
        error = error.with_traceback(trace)
        text = render(error, root) + hint(error, root)
        if isinstance(error, SyntaxError) and _awaits(padded, job.path):
            report("problem", line=error.lineno or line, message=_AWAIT)
        if not report.network and count_unreachable() > before:
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


def _end(report: _Reporter, modules: list[str], root: str) -> NoReturn:
    """End the process as Python does, but don't clear its modules.

    Wait for threads, then run the exit functions.
    """
    report("closing", threads=[thread.name for thread in _other_threads()])
    # multiprocessing ends its children with the same two calls.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # coroutines that nobody awaited complain when they go
    complain()
    _flush()
    files = (getattr(sys.modules[name], "__file__", None) for name in modules)
    report(
        "done",
        threads=[thread.name for thread in _other_threads()],
        out=_written(1),
        loaded=[file for file in files if file and _is_own(file, root)],
    )
    os._exit(0)


def _is_own(file: str, root: str) -> bool:
    return file.startswith(root + os.sep) and "site-packages" not in file


def _other_threads() -> list[threading.Thread]:
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
        ctypes.CDLL(None).fflush(None)  # output of native code


def _written(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_size
    except OSError:  # a block closed it
        return 0


_AWAIT = (
    "`await` outside a function fails in a script: put it in `async def main()` "
    "and call `asyncio.run(main())`"
)

# All compiler flags of `__future__`, which this process must not import.
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
    """Run the job of the workspace that the command line names."""
    workspace = Workspace(Path(sys.argv[1]))
    job = Job.from_json(
        json.loads((workspace.folder / "job").read_text(encoding="utf-8"))
    )
    # The pipe comes as the standard output, which is the same on every system.
    run(job, workspace, os.dup(1))


if __name__ == "__main__":
    main()
