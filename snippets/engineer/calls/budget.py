"""Limit retries, so that they can't multiply the load on a server that is down.

Sources: Beyer et al. (2016), Site reliability engineering, chapter 21; Oliver (2016),
Retry budgets.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["RetryBudget"]


class RetryBudget:
    """Limit the retries of all requests together to a share of the recent ones.

    Parameters
    ----------
    share : float in [0, 1]
        Retries per request of the window.
    reserve : int, at least 0
        Retries in each window that need no request, for a client that asks seldom.
    window : float, more than 0
        Seconds. What is older doesn't count.
    clock : callable
        Returns seconds that never decrease.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    def __init__(
        self,
        *,
        share: float = 0.1,
        reserve: int = 3,
        window: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (0 <= share <= 1 and 0 <= reserve < math.inf and 0 < window < math.inf):
            got = f"share={share}, reserve={reserve}, window={window}"
            raise ValueError(f"a share is 0 to 1, the others are positive, got {got}")
        self.share, self.reserve, self.window = share, reserve, window
        self._clock = clock
        self._requests: deque[float] = deque()
        self._retries: deque[float] = deque()
        self._lock = threading.Lock()

    def request(self) -> None:
        """Count a request."""
        with self._lock:
            self._requests.append(self._forget())

    def retry(self) -> bool:
        """Take one retry if there is one left, and return whether there was."""
        with self._lock:
            now = self._forget()
            most = self.reserve + self.share * len(self._requests)
            left = len(self._retries) + 1 <= most
            if left:
                self._retries.append(now)
            return left

    def _forget(self) -> float:
        now = self._clock()
        for times in (self._requests, self._retries):
            while times and times[0] <= now - self.window:
                times.popleft()
        return now
