"""`handbook hostile`: report the hostile inputs on which functions don't hold."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.base.words import suggest
from handbook.book.layout import find_root
from handbook.proof.hostile.record import judge_units
from handbook.registry.model import hashes

__all__ = ["call", "hostile"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return hostile(Path.cwd(), arguments.names)


def hostile(start: Path, names: Sequence[str]) -> int:
    """Judge units, print a line for each and for each fault, return the exit status.

    Parameters
    ----------
    start : Path
        A folder of the book.
    names : sequence of str
        The names of the units; all units if empty.

    Raises
    ------
    WrongUse
        If there is no such unit, or a source is malformed.
    """
    root = find_root(start)
    try:
        units = hashes(Files(root))
    except ValueError as error:
        raise WrongUse(str(error)) from error
    for name in names:
        if name not in units:
            hint = suggest(name, units, ask="did you mean", cutoff=0.5)
            raise WrongUse(f"there is no snippet {name}{hint}")
    failed = False
    for judged in judge_units(root, list(names or units)):
        for fault in judged.faults:
            print(fault)
        print(f"{judged.name}: {judged.counts.words}", flush=True)
        failed |= bool(judged.faults)
    return 1 if failed else 0
