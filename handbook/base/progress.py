"""Show how far a run of many pages is."""

import sys
from pathlib import Path

__all__ = ["Progress"]


class Progress:
    """Counts pages on standard error.

    On a terminal that is one line, which changes and is gone at the end. In a log it is
    a line for each page that took time.

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
        """Count a page that is done, from the cache or after a run."""
        self.done += 1
        line = f"{self._count()} {path.as_posix()}"
        if self.terminal:
            self._redraw(line)
        elif not cached:
            print(line, file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        self._redraw("")

    def _count(self) -> str:
        return f"{self.done}/{self.total}"

    def _redraw(self, line: str) -> None:
        if self.terminal:
            print(f"\r{line[:79]:79}\r", end="", file=sys.stderr, flush=True)
