"""Tell which outputs no page can show, such as addresses and invisible characters."""

import re
import sys
from pathlib import Path

from handbook.base.unseen import describe_unseen, find_unseen

__all__ = ["unfit"]

_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b")
_LONGEST = 60  # lines of an output
_SHARED = Path("/usr")  # it is the same on many machines


def unfit(printed: str, root: Path, *, who: str = "the block") -> str:
    """Return why no page can show an output; empty if one can.

    Parameters
    ----------
    printed : str
        What a block or a cell printed.
    root : Path
        The book's root.
    who : str
        What printed it, such as `cell 3`.
    """
    if found := find_unseen(printed):
        what = describe_unseen(found[0])
        return f"{who} prints {what}, which no page can show: print plain text"
    if address := _ADDRESS.search(printed):
        return (
            f"{who} prints an address in memory ({address[0]}), which differs in "
            "each run: print what is in the object"
        )
    if any(place in printed for place in _places(root)):
        return (
            f"{who} prints where a folder is on this machine, and it is elsewhere "
            "on others: print the name of the file only"
        )
    if (lines := printed.count("\n")) > _LONGEST:
        return (
            f"{who} prints {lines} lines, and nobody reads more than {_LONGEST} on "
            "a page: print the first few"
        )
    return ""


def _places(root: Path) -> list[str]:
    """Return the folders that differ between machines: the book's, Python's, home."""
    places = {root.resolve(), Path(sys.prefix), Path(sys.base_prefix), Path.home()}
    return [
        str(place)
        for place in places
        # A page may speak of /root or /home in general.
        if len(place.parts) > 2 and not place.is_relative_to(_SHARED)
    ]
