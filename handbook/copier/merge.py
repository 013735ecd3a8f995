"""Merge changes from upstream into an edited file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

from handbook.copier.lines import MIDDLE, NEW, YOURS, split_lines

__all__ = ["Merged", "merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge.

    Attributes
    ----------
    content : bytes
        The merged text. Where both sides changed the same lines, it has both versions
        between markers.
    conflicts : int
        How many such places there are.
    """

    content: bytes
    conflicts: int


class _LineMatcher(SequenceMatcher[bytes]):
    """A matcher of lines that doesn't ignore frequent ones."""

    def __init__(
        self,
        isjunk: Callable[[bytes], bool] | None = None,
        a: Sequence[bytes] = (),
        b: Sequence[bytes] = (),
        autojunk: bool = False,
    ) -> None:
        super().__init__(isjunk, a, b, autojunk)


def merge(base: bytes, yours: bytes, new: bytes, *, label: str) -> Merged:
    r"""Merge two edited versions of a text, line by line.

    Parameters
    ----------
    base : bytes
        The text that was copied.
    yours : bytes
        The version in the project.
    new : bytes
        The version upstream. Lines of all three end in `\n`.
    label : str
        The label of the new version in a conflict: its name and version.
    """
    sides = Merge3(
        split_lines(base),
        split_lines(yours),
        split_lines(new),
        sequence_matcher=_LineMatcher,  # type: ignore[arg-type]  # the default for a, b is str
    )
    merged: list[bytes] = []
    conflicts = 0
    for group in sides.merge_groups():
        if group[0] != "conflict":
            merged += group[1]
            continue
        conflicts += 1
        _, _, here, there = group
        merged += [
            YOURS + b"yours\n",
            *_with_newlines(here),
            MIDDLE + b"\n",
            *_with_newlines(there),
        ]
        merged.append(NEW + label.encode() + b"\n")
    return Merged(b"".join(merged), conflicts)


def _with_newlines(lines: Sequence[bytes]) -> list[bytes]:
    """Return lines that all end in a newline, so that a marker starts its own line."""
    return [line if line.endswith(b"\n") else line + b"\n" for line in lines]
