"""Run chapters: each in a process of its own, within limits, without a network, once."""

from handbook.engine.job import Limits
from handbook.engine.run import explain, run_chapters, run_notebooks

__all__ = ["Limits", "explain", "run_chapters", "run_notebooks"]
