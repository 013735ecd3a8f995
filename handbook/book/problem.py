"""The problem that every command reports: what is wrong, where, and how to fix it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

__all__ = ["Edit", "MarkdownError", "Problem"]


class MarkdownError(ValueError):
    """Markdown or one of its extensions failed; `__cause__` is the error it raised."""


class Edit(NamedTuple):
    """A replacement in a file's text, in characters from the start of the text."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and how to fix it.

    Attributes
    ----------
    path : Path
        The file, relative to the book's root.
    line : int
        The line, from 1.
    message : str
        What is wrong, and how a person fixes it.
    rule : str or None
        The id of the broken rule: `HB012`. None if not a rule of `handbook check` but
        a run, or code that reads files, found the problem.
    fix : Edit or None
        The edit of the file that `handbook check --fix` makes.
    """

    path: Path
    line: int
    message: str
    rule: str | None = None
    fix: Edit | None = field(default=None, kw_only=True)

    def __str__(self) -> str:
        rule = f"{self.rule} " if self.rule else ""
        return f"{self.path.as_posix()}:{self.line}: {rule}{self.message}"

    def __lt__(self, other: "Problem") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[Path, int, str, str]:
        return self.path, self.line, self.rule or "", self.message
