"""Do one thing for many pages, on all processors."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

__all__ = ["AT_LEAST", "for_each"]

Result = TypeVar("Result")

AT_LEAST = 8
"""Pages below which processes cost more than they save."""

_work: Callable[[str], Any]


def for_each(
    work: Callable[[str], Result], pages: Sequence[str]
) -> dict[str, Result] | None:
    """Call `work` with each page, in processes that have all that this one has.

    Returns
    -------
    dict or None
        By page. None where it is not worth it, or where a process cannot be forked:
        on Windows and macOS, beside other threads (`handbook serve`), on one processor.
    """
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if len(pages) < AT_LEAST or processors < 2 or threading.active_count() > 1:
        return None
    global _work  # noqa: PLW0603  what is forked is inherited; what is sent must pickle
    _work = work
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(processors, 8), mp_context=fork) as pool:
        # Small shares: pages differ, and none shall wait for the last.
        share = max(1, len(pages) // (processors * 8))
        return dict(zip(pages, pool.map(_call, pages, chunksize=share), strict=True))


def _call(page: str) -> Any:
    return _work(page)
