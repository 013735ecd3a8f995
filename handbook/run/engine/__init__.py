"""Run chapters: each in its own process, within limits, without a network, once."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handbook.run.engine.job import Limits
    from handbook.run.engine.start import (
        explain,
        forget_notebook,
        run_chapters,
        run_notebooks,
    )

__all__ = [
    "Limits",
    "explain",
    "forget_notebook",
    "run_chapters",
    "run_notebooks",
]


def __getattr__(name: str) -> Any:
    # Imported late: a chapter's process imports this package, and should load little.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from handbook.run.engine import start  # noqa: PLC0415

    return getattr(start, name)
