"""Prepare a notebook's kernel as `child` prepares a chapter's process."""

import sys

from handbook.run.engine.network import refuse_the_network
from handbook.run.engine.silent_imports import ignore_bytecode

__all__ = ["prepare_kernel"]


def prepare_kernel(root: str) -> None:
    """Let the kernel import the book's snippets, and refuse it the network."""
    sys.path.insert(0, root)
    ignore_bytecode()
    refuse_the_network()
