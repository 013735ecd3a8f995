"""Measure how long processes use a processor, and how long they wait.

Neither depends on what else the machine does. On a busy machine the same code takes
longer on the wall clock, because it queues for a processor: that time isn't counted.
"""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

__all__ = ["Clock", "Spent", "how_busy"]


class Spent(NamedTuple):
    """The time that processes have spent.

    Attributes
    ----------
    processor : float
        Seconds of processor time, of all threads and of children that have ended.
    waiting : float
        Seconds when all threads waited for something other than a processor: they
        slept, waited for a lock, or read from a pipe.
    """

    processor: float = 0.0
    waiting: float = 0.0

    def since(self, earlier: "Spent") -> "Spent":
        """Return the time spent since an earlier reading of the same clock."""
        return Spent(self.processor - earlier.processor, self.waiting - earlier.waiting)

    def over(self, seconds: float, patience: float) -> str:
        """Return the limit that is exceeded, in words, or an empty text.

        Parameters
        ----------
        seconds : float
            The most processor time.
        patience : float
            How many times as long the waiting may be.
        """
        longest = seconds * patience
        if self.processor > seconds:
            return f"used more than {seconds:g} s of processor time"
        if self.waiting > longest:
            used = f"(it used {self.processor:.1f} s of processor time)"
            return f"waited for more than {longest:g} s {used}"
        return ""


class Clock:
    """A sum of the time that processes spend.

    Attributes
    ----------
    spent : Spent
        The sum up to the last update.
    """

    def __init__(self) -> None:
        self.spent = Spent()
        self._updated = time.monotonic()
        self._seconds: dict[psutil.Process, float] = {}

    def update(self, processes: Sequence[psutil.Process]) -> None:
        """Add the time that processes spent since the last update.

        Parameters
        ----------
        processes : sequence of psutil.Process
            Parents before their children: when a child ends, its time becomes part of
            its parent's, and in this order it isn't counted twice. Include processes
            that ended and whose parents haven't waited for them.
        """
        last, self._updated = self._updated, time.monotonic()
        ready = any(_is_ready(process.pid) for process in processes)
        waiting = self.spent.waiting + (0.0 if ready else self._updated - last)
        tree = 0.0
        for process in processes:
            with suppress(psutil.Error):  # it ended
                times = process.cpu_times()
                self._seconds[process] = times.user + times.system
                tree += self._seconds[process]
                tree += times.children_user + times.children_system
        # The tree lacks children that ended while their parent ignored SIGCHLD. The sum
        # of all that were seen lacks children that ended between two updates.
        seen = sum(self._seconds.values())
        self.spent = Spent(max(self.spent.processor, tree, seen), waiting)


def how_busy() -> str:
    """Return how many processes wanted each processor, in words."""
    load = psutil.getloadavg()[0] / (os.cpu_count() or 1)
    return f"in the last minute {load:.1f} processes wanted each processor"


def _is_ready(pid: int) -> bool:
    """Return whether a thread of a process runs, or queues for a processor.

    This works only on Linux. On other systems time in the queue counts as waiting.
    """
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return False
    for thread in threads:
        with suppress(OSError):  # it ended
            # The state follows the name, which is in parentheses and may contain some.
            stat = (thread / "stat").read_bytes()
            if stat.rpartition(b")")[2].split()[0] == b"R":
                return True
    return False
