"""What a notebook's kernel does before its first cell, as a chapter's process does."""

import sys

from handbook.run.engine.network import refuse_the_network
from handbook.run.engine.silent_imports import import_afresh

__all__ = ["settle"]


def settle(root: str) -> None:
    """Let the kernel find the book's snippets as they stand, and no network."""
    sys.path.insert(0, root)
    import_afresh()
    refuse_the_network()
