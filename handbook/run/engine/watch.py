"""Run one chapter in a process, enforce its limits, and clean up after it."""

import base64
import contextlib
import json
import os
import queue
import re
import signal
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from handbook.run.engine.cleanup import remove_tree
from handbook.run.engine.clock import Clock, Spent, how_busy
from handbook.run.engine.job import Job, Workspace

__all__ = ["run_watched"]

_STDERR_SHOWN = 20_000  # bytes of standard error that are kept if something failed
_LAST = 10  # lines that a message shows of a block that was killed
_TICK = 0.1  # seconds between two checks: most chapters end before the first
_MOMENT = 1.0  # seconds that a chapter's helper processes may run after it
_ALIVE = 1.0  # seconds between two signs of life
_REPORTED = 64 * 2**20  # bytes of events; a notebook with its figures is one event
_FIGURE = 20 * 2**20  # bytes of a figure: a larger one would take seconds to round
_PICTURES = (".gif", ".jpeg", ".jpg", ".pdf", ".png", ".svg", ".webp")
_FIGURES = 64 * 2**20  # bytes of all figures of a chapter
_DEEP = 1000  # bytes of a folder's path below `work`: systems refuse long ones
_FORGED = "something other than the runner wrote into the pipe of its events"


def run_watched(
    job: Job,
    start: Callable[[Job, Workspace], tuple[psutil.Process, IO[bytes]]],
    *,
    within: Path,
    owns_orphans: bool,
    alive: Callable[[], None],
) -> dict[str, Any]:
    """Run a job and return its result as data, which `job.unpack` reads.

    Parameters
    ----------
    job : Job
        The chapter or the notebook.
    start : callable
        Starts the job's process; returns it, and the pipe to which it reports.
    within : Path
        The folder where the workspace is created.
    owns_orphans : bool
        Whether this process watches only this job, and becomes the parent of the
        processes that the job orphans.
    alive : callable
        Called about once a second while the job runs.
    """
    # Not TemporaryDirectory: a forked chapter would inherit its finalizer.
    folder = Path(tempfile.mkdtemp(prefix="chapter-", dir=within)).resolve()
    workspace = Workspace(folder).create(job.measured)
    watch = None
    try:
        began = time.perf_counter()
        # Opened now: later there may be something else of that name.
        with workspace.out.open("rb") as out, workspace.err.open("rb") as err:
            process, pipe = start(job, workspace)
            watch = _Watch(
                job=job,
                process=process,
                out=out,
                err=err,
                owns_orphans=owns_orphans,
                alive=alive,
            )
            watch.wait(pipe)
            seconds = time.perf_counter() - began
            figures = watch.figures(workspace.work)
            return watch.result() | {"figures": figures, "seconds": seconds}
    finally:
        if watch is not None:
            watch.kill()
        remove_tree(workspace.folder)


@dataclass(kw_only=True)
class _Watch:
    job: Job
    process: psutil.Process
    out: IO[bytes]
    err: IO[bytes]
    owns_orphans: bool
    alive: Callable[[], None]
    events: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)
    notebook: str | None = None
    block_ends: list[dict[str, Any]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    block: int = 0
    stage: str = "starting"
    threads: list[str] = field(default_factory=list)
    output_size: int = 0
    loaded: list[str] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    before_stage: Spent = field(default_factory=Spent)
    tree: dict[int, psutil.Process] = field(default_factory=dict)
    _ended: bool = False

    def wait(self, pipe: IO[bytes]) -> None:
        """Wait until the process exits or exceeds a limit, and kill what is left."""
        receive = threading.Thread(target=_receive, args=[pipe, self.events])
        receive.daemon = True
        receive.start()
        last = time.monotonic()
        while True:
            try:
                status = self.process.wait(_TICK)
            except psutil.TimeoutExpired:
                processes = self._descendants()
                self._read_events()
                if self._breaks_a_limit(processes):
                    break
                if time.monotonic() > last + _ALIVE:
                    last = time.monotonic()
                    self.alive()
            else:
                self._read_events(until="done")
                self._check_exit(status)
                break
        self.kill()

    def _read_events(self, until: str = "") -> None:
        """Handle the events that have come.

        Parameters
        ----------
        until : str
            Also wait for those that are still in the pipe, up to its end or to this
            event. A copy that the chapter forked can keep the pipe open.
        """
        deadline = time.monotonic() + 2 * _MOMENT
        while not self._ended and (not until or self.stage != until):
            left = max(0.0, deadline - time.monotonic()) if until else 0.0
            try:
                line = self.events.get(block=left > 0, timeout=left or None)
            except queue.Empty:
                return
            if line is None:
                self._ended = True
                return
            try:
                self._handle(json.loads(line))
            except (AttributeError, LookupError, TypeError, ValueError):
                # Nothing that comes after it is worth the time.
                self._problem(_FORGED)
                self._ended = True

    def _handle(self, event: dict[str, Any]) -> None:
        kind = event.pop("event")
        if (
            kind in ("begin", "end")
            and not self.job.notebook
            and (event["block"], *map(type, (event["out"], event["err"])))
            != (len(self.block_ends), int, int)
        ):
            raise ValueError(event)
        if kind in ("begin", "closing"):
            self.stage, self.before_stage = kind, self.clock.spent
            self.block = event.get("block", self.block)
            self.threads = event.get("threads", [])
        elif kind == "end":
            self.block_ends.append(event)
        elif kind == "done":
            self.stage = "done"
            self.threads, self.output_size, self.loaded = (
                event["threads"],
                event["out"],
                event["loaded"],
            )
        elif kind == "notebook":
            self.notebook = str(event["content"])
        elif kind == "side effect":
            self._problem(
                f"importing {event['module']} {event['what']}; "
                "a snippet must only define names when it is imported"
            )
        elif kind == "problem":
            self.problems.append((int(event["line"]), str(event["message"])))
        elif kind == "forked":
            self._problem(
                "the block forks, and the copy went on after the block; "
                "use multiprocessing, which ends it",
                self.job.blocks[event["block"]][1],
            )

    @property
    def line(self) -> int:
        return self.job.blocks[self.block][1] if self.job.blocks else 1

    @property
    def block_name(self) -> str:
        return f"cell {self.block + 1}" if self.job.notebook else "the block"

    @property
    def document_name(self) -> str:
        return "the notebook" if self.job.notebook else "the chapter"

    def _problem(self, message: str, line: int | None = None) -> None:
        if (problem := (line or self.line, message)) not in self.problems:
            self.problems.append(problem)

    def _breaks_a_limit(self, processes: list[psutil.Process]) -> bool:
        limits, chapter = self.job.limits, self.clock.spent
        stage = chapter.since(self.before_stage)
        of_block = stage.over(limits.block_seconds, limits.patience)
        of_chapter = chapter.over(limits.chapter_seconds, limits.patience)
        if of_block and self.stage == "begin":
            self._problem(f"{self.block_name} {of_block} and was killed; {how_busy()}")
        elif of_chapter:
            where = f"and was killed in {self.block_name}; {how_busy()}"
            self._problem(f"{self.document_name} {of_chapter} {where}")
        elif self.stage == "closing" and max(stage) > limits.closing_seconds:
            self._problem(
                f"{self.document_name} does not end: it leaves a thread running "
                f"({', '.join(self.threads)}); join it"
            )
        elif self._printed() > limits.output:
            self._problem(self._too_much_output())  # as if it had ended in time
        elif self._memory(processes) > limits.memory:
            self._problem(
                f"{self.block_name} held more than {_size(limits.memory)} of memory "
                "and was killed"
            )
        else:
            return False
        return True

    def _too_much_output(self) -> str:
        return f"{self.block_name} printed more than {_size(self.job.limits.output)}"

    def _printed(self) -> int:
        return sum(os.fstat(file.fileno()).st_size for file in (self.out, self.err))

    def _memory(self, processes: list[psutil.Process]) -> int:
        """Return resident memory; if it is too much, count shared memory only once."""
        total = sum(_memory_of(process, "rss") for process in processes)
        if total > self.job.limits.memory and len(processes) > 1:
            total = sum(_memory_of(process, "pss") for process in processes)
        return total

    def _descendants(self) -> list[psutil.Process]:
        """Return the chapter's running processes, and add their time to the clock."""
        try:
            if self.owns_orphans and not _has_children():
                found = []
            elif self.owns_orphans:
                found = psutil.Process().children(recursive=True)
            else:
                found = [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            found = []
        self.tree |= {process.pid: process for process in found}
        self.clock.update(list(self.tree.values()))
        alive = [process for process in self.tree.values() if _is_alive(process)]
        self.tree = {process.pid: process for process in alive}
        return alive

    def _check_exit(self, status: int | None) -> None:
        if self.stage == "done":
            if self.threads:
                self._problem(
                    f"{self.document_name} leaves a thread running "
                    f"({', '.join(self.threads)}); join it"
                )
            left = [] if self.problems else self._left_running()
            # A forked copy may report after the process exits.
            self._read_events(until="" if left else "the end")
            if not self.problems and left:
                processes = f"{len(left)} process{'es' * (len(left) > 1)}"
                self._problem(
                    f"{self.document_name} leaves {processes} running "
                    f"({', '.join(sorted(set(left)))}); wait for it or end it"
                )
        elif self.problems:
            pass  # the process itself reported why
        elif status is not None and status < 0:
            self._problem(
                f"the block's process died of {_signal(-status)}{self._faulting_line()}"
            )
        else:
            self._problem(
                f"the block ended its process with status {status} (os._exit?)"
            )
        if self._printed() > self.job.limits.output:
            self._problem(self._too_much_output())

    def _left_running(self) -> list[str]:
        """Return the names of processes that still run after a short wait."""
        self.clock = Clock()
        while left := self._descendants():
            if max(self.clock.spent) > _MOMENT:
                return [_name(process) for process in left]
            time.sleep(0.01)
        return []

    def _faulting_line(self) -> str:
        """Return the line in words, if faulthandler printed it."""
        text = _content(self.err)[-20_000:].decode(errors="replace")
        match = re.search(rf'File "{re.escape(self.job.path)}", line (\d+)', text)
        return f" on line {match[1]}" if match else ""

    def kill(self) -> None:
        """Kill every process of the chapter."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        # Some may have left the process group, and they can fork faster than they are
        # listed. So stop them all before killing them, until none is left.
        while processes := self._descendants():
            for send in ("suspend", "kill"):
                for process in processes:
                    with contextlib.suppress(psutil.Error):  # it has already ended
                        getattr(process, send)()
            psutil.wait_procs(processes, timeout=1)
        while self.owns_orphans:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break

    def figures(self, work: Path) -> dict[str, str]:
        """Return the files in `figures/`, with SVGs rounded and without a date.

        Anything but a file of a reasonable size is a problem: a link could show a
        secret, and reading from a named pipe would never end.
        """
        # Imported late: a chapter is forked from this process, and mustn't find it.
        from handbook.run.engine.svg import rounded  # noqa: PLC0415

        if _is_deep(work):
            self._problem("the chapter leaves folders nested too deep: remove them")
            return {}
        found: dict[str, str] = {}
        size = 0
        for place in _drawn_elsewhere(work):
            message = "is on no page: save a figure as figures/STEM-NAME.svg"
            self._problem(f"{place.as_posix()} {message}", self._line_with(place.name))
        for name, flaw, path in _list_figures(work):
            self.alive()  # each may take a second to round
            size += 0 if flaw else path.lstat().st_size
            if size > _FIGURES:
                self._problem(f"the figures have more than {_size(_FIGURES)}")
                return {}
            if flaw:
                self._problem(f"{name} {flaw}")
                continue
            content = path.read_bytes()
            if path.suffix == ".svg":
                content = rounded(
                    re.sub(rb"\n[ \t]*<dc:date>[^<]*</dc:date>", b"", content)
                )
            found[path.relative_to(work / "figures").as_posix()] = base64.b64encode(
                content
            ).decode()
        return found

    def _line_with(self, text: str) -> int | None:
        """Return the first line of the page's blocks that has a text."""
        for code, first, _ in self.job.blocks:
            for line, words in enumerate(code.split("\n"), first):
                if text in words:
                    return line
        return None

    def result(self) -> dict[str, Any]:
        """Return the result, except for the figures and the time."""
        out, err = _content(self.out), _content(self.err)
        blocks, at, err_at = [], 0, 0
        if (
            self.stage == "begin"
            and len(self.block_ends) == self.block
            and not self.job.notebook
        ):
            self.block_ends.append(
                {"block": self.block, "out": len(out), "err": len(err), "cut": True}
            )
        for end in self.block_ends:
            line = self.job.blocks[end["block"]][1]
            printed = out[at : end["out"]]
            complaints = err[err_at : end["err"]][: self.job.limits.output]
            at, err_at = end["out"], end["err"]
            error = end.get("error")
            if len(printed) > self.job.limits.output:
                printed = printed[: self.job.limits.output]  # already a problem
            elif end.get("cut"):
                self._add_last_lines(_text(printed), line)
            elif error is None:
                self._check_output(printed, line)
                self._check_complaints(complaints, line, self.block_name)
            failed = error is not None or end.get("cut")
            blocks.append(
                {
                    "stdout": _text(printed + (complaints if failed else b"")),
                    "error": error,
                    "error_line": end.get("error_line"),
                    "traceback": end.get("traceback", ""),
                }
            )
        if self.stage == "done" and self.output_size > at:
            self._problem(
                "the chapter prints after its last block, where no page can show it"
            )
        if self.stage == "done" and not self.job.notebook:
            self._check_complaints(err[err_at:], self.line, "the chapter, at its end,")
        return {
            "blocks": blocks,
            "problems": sorted(self.problems),
            "loaded": self.loaded,
            "complaints": _text(err[-_STDERR_SHOWN:]) if self.problems else "",
        } | ({} if self.notebook is None else {"notebook": self.notebook})

    def _add_last_lines(self, printed: str, line: int) -> None:
        """Add to the problems of a block that was cut off what it printed last."""
        if shown := printed.split("\n")[-_LAST - 1 :] if printed else []:
            last = "\n".join(["It had printed:", *(f"  {each:.200}" for each in shown)])
            self.problems = [
                (at, f"{message}\n{last.rstrip()}" if at == line else message)
                for at, message in self.problems
            ]

    def _check_complaints(self, complaints: bytes, line: int, who: str) -> None:
        """Report what only the author's terminal would have shown.

        Warnings, logs, errors of threads, tasks and finalizers: all end up there.
        """
        if text := _text(complaints).strip():
            self.problems.append(
                (
                    line,
                    f"{who} writes to standard error, which no page shows: print it, "
                    f"or fix what it is about\n{text[:1000]}",
                )
            )

    def _check_output(self, printed: bytes, line: int) -> None:
        try:
            printed.decode()
        except UnicodeDecodeError as error:
            where = f"byte {error.start}"
            message = (
                f"the block prints bytes that are not UTF-8 ({where}); "
                "decode them first"
            )
            self.problems.append((line, message))
        if b"\r" in printed.replace(b"\r\n", b"\n"):
            self.problems.append(
                (line, "the block prints a carriage return, which no page can show")
            )
        if printed and not printed.endswith(b"\n"):
            message = (
                "the block's output ends without a newline, which no page can show"
            )
            self.problems.append((line, f"{message}; end it with print()"))


def _text(printed: bytes) -> str:
    return printed.decode(errors="backslashreplace").replace("\r\n", "\n")


def _receive(pipe: IO[bytes], events: queue.SimpleQueue[bytes | None]) -> None:
    """Read a pipe as fast as it's written, or the chapter would wait. Put None last."""
    left = _REPORTED
    with pipe:
        while line := pipe.readline(left):
            left -= len(line)
            events.put(line)
    events.put(None)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _is_deep(work: Path) -> bool:
    """Return whether a folder below `work` is too deep to be read by its path."""
    waiting = [os.fspath(work)]
    longest = len(os.fsencode(work)) + _DEEP
    while waiting:
        folder = waiting.pop()
        if len(os.fsencode(folder)) > longest:
            return True
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            waiting += [
                entry.path for entry in entries if entry.is_dir(follow_symlinks=False)
            ]
    return False


def _drawn_elsewhere(work: Path) -> Iterator[Path]:
    """Yield the pictures that a chapter left outside `figures/`, below `work`."""
    for folder, folders, names in os.walk(work):
        if Path(folder) == work and "figures" in folders:
            folders.remove("figures")
        for name in sorted(names):
            if name.lower().endswith(_PICTURES):
                yield Path(folder, name).relative_to(work)


def _list_figures(work: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield what is in `figures/`: its name below `work`, its flaw if any, its path."""
    places = [work / "figures"]
    while places:
        path = places.pop()
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # a block may remove the folder
        name = path.relative_to(work).as_posix()
        if stat.S_ISDIR(status.st_mode):
            places += sorted(path.iterdir(), reverse=True)
        elif path.parent == work:
            yield name, "is no folder any more", path
        elif not stat.S_ISREG(status.st_mode):
            yield name, "is neither a file nor a folder", path
        elif status.st_size > _FIGURE:
            yield name, f"is larger than {_size(_FIGURE)}; draw less of it", path
        else:
            yield name, "", path


def _memory_of(process: psutil.Process, kind: str) -> int:
    try:
        if kind == "rss":
            return int(process.memory_info().rss)
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.uss))
    except psutil.Error:
        return 0  # it ended


def _has_children() -> bool:
    # `psutil` would list every process of the machine, which is slower.
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return "one that has ended since"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _size(number: int) -> str:
    return f"{number / 2**30:g} GiB" if number >= 2**30 else f"{number / 2**20:g} MiB"
