"""Prepare a notebook's kernel as `child` prepares a chapter's process."""

import contextlib
import importlib
import sys

from handbook.run.engine.network import refuse_the_network
from handbook.run.engine.silent_imports import ignore_bytecode

__all__ = ["prepare_kernel"]


def prepare_kernel(root: str) -> None:
    """Let the kernel import snippets, draw as chapters do, and refuse the network."""
    sys.path.insert(0, root)
    ignore_bytecode()
    refuse_the_network()
    with contextlib.suppress(ImportError):  # without Matplotlib no cell draws
        importlib.import_module("handbook.run.figures")
