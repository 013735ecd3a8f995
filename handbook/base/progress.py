"""Show the progress of a run of many pages."""

import sys
from pathlib import Path

__all__ = ["Progress"]


class Progress:
    """A count of finished pages, on standard error.

    On a terminal it is one line that changes, and is erased at the end. In a log it is
    one line for each page that was not cached.

    Parameters
    ----------
    total : int
        How many pages there are.
    """

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.terminal = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        if self.total:
            self._redraw(self._count())
        return self

    def step(self, path: Path, *, cached: bool) -> None:
        """Count a finished page, from the cache or after a run."""
        self.done += 1
        line = f"{self._count()} {path.as_posix()}"
        if self.terminal:
            self._redraw(line)
        elif not cached:
            print(line, file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.total:
            self._redraw("")

    def _count(self) -> str:
        return f"{self.done}/{self.total}"

    def _redraw(self, line: str) -> None:
        if self.terminal:
            print(f"\r{line[:79]:79}\r", end="", file=sys.stderr, flush=True)
