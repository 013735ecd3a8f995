"""Call a function with many pages, on all processors."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

__all__ = ["MIN_PAGES", "for_each"]

Result = TypeVar("Result")

MIN_PAGES = 8
"""The fewest pages for which starting processes saves time."""

_work: Callable[[str], Any]


def for_each(
    work: Callable[[str], Result], pages: Sequence[str]
) -> dict[str, Result] | None:
    """Call a function with each page, in processes that are forked from this one.

    Returns
    -------
    dict or None
        The results by page. None if there are too few pages or one processor, or if
        forking isn't safe: on Windows and macOS, and with threads (`handbook serve`).
    """
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if len(pages) < MIN_PAGES or processors < 2 or threading.active_count() > 1:
        return None
    global _work  # noqa: PLW0603  inherited by the forked processes, so it need not pickle
    _work = work
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(processors, 8), mp_context=fork) as pool:
        # Small shares, because some pages take much longer than others.
        share = max(1, len(pages) // (processors * 8))
        return dict(zip(pages, pool.map(_call, pages, chunksize=share), strict=True))


def _call(page: str) -> Any:
    return _work(page)
