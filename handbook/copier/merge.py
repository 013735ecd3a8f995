"""Merge what changed upstream into what was edited here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

from handbook.copier.lines import NEW, YOURS, split_lines

__all__ = ["Merged", "merge"]


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
        split_lines(base),
        split_lines(yours),
        split_lines(new),
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
        merged += [YOURS + b"yours\n", *_ended(here), b"=======\n", *_ended(there)]
        merged.append(NEW + label.encode() + b"\n")
    return Merged(b"".join(merged), conflicts)


def _ended(lines: Sequence[bytes]) -> list[bytes]:
    """End the last line, or a marker would stand in the middle of it."""
    return [line if line.endswith(b"\n") else line + b"\n" for line in lines]
