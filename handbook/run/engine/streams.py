"""The standard streams of a chapter, and whether a block left them as they were."""

import builtins
import io
import os
import sys
from typing import Any, TextIO

from handbook.run.engine.job import Workspace

__all__ = ["Streams", "open_streams"]


class _Counted(io.FileIO):
    """A file that counts the bytes that this process writes into it."""

    written = 0

    def write(self, data: Any, /) -> int:
        """Write bytes, and return how many."""
        count = super().write(data)
        self.written += count
        return count


def open_streams(workspace: Workspace) -> None:
    """Open the standard streams: later their files may be read-only."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(workspace.out, os.O_WRONLY | os.O_APPEND)
    err = os.open(workspace.err, os.O_WRONLY | os.O_APPEND)
    for descriptor, number in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  open until the process ends
    sys.stdout = _open(1, "strict")
    sys.stderr = _open(2, "backslashreplace")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]


def _open(descriptor: int, errors: str) -> io.TextIOWrapper:
    raw = _Counted(descriptor, "w", closefd=False)
    # Line-buffered, as on a terminal, so that the output of children keeps its place.
    stream = io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors=errors, line_buffering=True
    )
    setattr(stream, "mode", "w")  # noqa: B010  as `open` does; typed as read-only
    return stream


class Streams:
    """What a block must leave as it is, or what it prints would not be compared."""

    def __init__(self) -> None:
        self._print = builtins.print
        self._streams = [
            _Stream(1, "stdout", sys.stdout),
            _Stream(2, "stderr", sys.stderr),
        ]

    def change(self) -> str | None:
        """Return what has happened to them since the last call, or None."""
        if builtins.print is not self._print:
            return "replaces print"
        return next(filter(None, (each.change() for each in self._streams)), None)


class _Stream:
    def __init__(self, descriptor: int, name: str, stream: TextIO) -> None:
        self.descriptor, self.name, self.stream = descriptor, name, stream
        self.raw: _Counted = stream.buffer.raw  # type: ignore[attr-defined]
        self.file = _file(descriptor)
        self.size, self.count = os.fstat(descriptor).st_size, self.raw.written

    def change(self) -> str | None:
        replaced = getattr(sys, self.name) is not self.stream
        if replaced or "write" in vars(self.stream):
            return f"replaces sys.{self.name}"
        if _file(self.descriptor) != self.file:
            return f"closes or replaces the file of sys.{self.name}"
        size, count = os.fstat(self.descriptor).st_size, self.raw.written
        # It may be larger: other processes of the block write there, too.
        if size < self.size + count - self.count:
            return f"removes what it wrote to sys.{self.name}"
        self.size, self.count = size, count
        return None


def _file(descriptor: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None  # it is closed
    return status.st_dev, status.st_ino
