"""Measure what processes take of the time: seconds of a processor, seconds of waiting.

Neither depends on what else the machine does. On a busy one the same code takes longer
by the clock on the wall, because it has to wait for its turn: that is neither.
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
    """What some processes took of the time.

    Attributes
    ----------
    processor : float
        Seconds of processor time, of all threads and of children that have ended.
    waiting : float
        Seconds in which each thread waited for something other than a processor: it
        slept, wanted a lock, read from a pipe.
    """

    processor: float = 0.0
    waiting: float = 0.0

    def since(self, earlier: "Spent") -> "Spent":
        """Return what was taken after an earlier reading of the same clock."""
        return Spent(self.processor - earlier.processor, self.waiting - earlier.waiting)

    def over(self, seconds: float, patience: float) -> str:
        """Return in words which limit is broken, or nothing.

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
    """Adds up what processes take, from one look at them to the next.

    Attributes
    ----------
    spent : Spent
        The sum since the clock was made.
    """

    def __init__(self) -> None:
        self.spent = Spent()
        self._looked = time.monotonic()
        self._each: dict[psutil.Process, float] = {}

    def look(self, processes: Sequence[psutil.Process]) -> None:
        """Add what the processes took since the last look.

        Parameters
        ----------
        processes : sequence of psutil.Process
            Parents before their children: when a child ends, its time becomes part of
            its parent's, and in this order it is not counted twice. Those that ended
            and that nobody waited for belong here, too.
        """
        last, self._looked = self._looked, time.monotonic()
        ready = any(_is_ready(process.pid) for process in processes)
        waiting = self.spent.waiting + (0.0 if ready else self._looked - last)
        tree = 0.0
        for process in processes:
            with suppress(psutil.Error):  # it ended
                times = process.cpu_times()
                self._each[process] = times.user + times.system
                tree += self._each[process]
                tree += times.children_user + times.children_system
        # The tree lacks children that ended while their parent ignored it (SIGCHLD);
        # those that were seen lack the children that were too short to be seen.
        seen = sum(self._each.values())
        self.spent = Spent(max(self.spent.processor, tree, seen), waiting)


def how_busy() -> str:
    """Return in words how many processes there were to each processor."""
    load = psutil.getloadavg()[0] / (os.cpu_count() or 1)
    return f"in the last minute {load:.1f} processes wanted each processor"


def _is_ready(pid: int) -> bool:
    """Tell whether a thread of a process runs, or could if there were a processor.

    Linux only: elsewhere no process is ready, and its time in the queue is waiting.
    """
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return False
    for thread in threads:
        with suppress(OSError):  # it ended
            # After the name, which may hold anything, in parentheses.
            stat = (thread / "stat").read_bytes()
            if stat.rpartition(b")")[2].split()[0] == b"R":
                return True
    return False
