"""Merge what changed upstream into what was edited here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

__all__ = ["Merged", "find_markers", "merge"]

_YOURS, _MIDDLE, _NEW = b"<<<<<<< ", b"=======\n", b">>>>>>> "


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge.

    Attributes
    ----------
    content : bytes
        With both sides, between markers, where the same lines changed.
    conflicts : int
        How many such places there are.
    """

    content: bytes
    conflicts: int


class _Lines(SequenceMatcher[bytes]):
    """Compares line by line, and takes no frequent line for noise."""

    def __init__(
        self,
        isjunk: Callable[[bytes], bool] | None = None,
        a: Sequence[bytes] = (),
        b: Sequence[bytes] = (),
        autojunk: bool = False,
    ) -> None:
        super().__init__(isjunk, a, b, autojunk)


def merge(base: bytes, yours: bytes, new: bytes, *, label: str) -> Merged:
    r"""Merge two changes of one text, line by line.

    Parameters
    ----------
    base : bytes
        What was copied.
    yours : bytes
        What became of it here.
    new : bytes
        What became of it upstream. All three with `\n` at the ends of lines.
    label : str
        What to call the new one in a conflict: name and version.
    """
    sides = Merge3(
        _lines(base),
        _lines(yours),
        _lines(new),
        sequence_matcher=_Lines,  # type: ignore[arg-type]  # their default is a text
    )
    merged: list[bytes] = []
    conflicts = 0
    for group in sides.merge_groups():
        if group[0] != "conflict":
            merged += group[1]
            continue
        conflicts += 1
        _, _, here, there = group
        merged += [_YOURS + b"yours\n", *_ended(here), _MIDDLE, *_ended(there)]
        merged.append(_NEW + label.encode() + b"\n")
    return Merged(b"".join(merged), conflicts)


def find_markers(content: bytes) -> int | None:
    """Give the first line, from 1, of a conflict that nobody has settled yet."""
    lines = _lines(content)
    ends = any(line.startswith(_NEW) for line in lines)
    begins = (n for n, line in enumerate(lines, 1) if line.startswith(_YOURS))
    return next(begins, None) if ends else None


def _lines(content: bytes) -> list[bytes]:
    # Not splitlines: a form feed within a line ends none.
    *whole, last = content.split(b"\n")
    return [line + b"\n" for line in whole] + ([last] if last else [])


def _ended(lines: Sequence[bytes]) -> list[bytes]:
    """End the last line, or a marker would stand in the middle of it."""
    return [line if line.endswith(b"\n") else line + b"\n" for line in lines]
