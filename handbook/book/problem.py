"""What is wrong in a file, where, and how to fix it: the same for every command."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

__all__ = ["Edit", "MarkdownError", "Problem"]


class MarkdownError(ValueError):
    """Markdown or an extension of it failed; that may raise any error, the cause."""


class Edit(NamedTuple):
    """A change of a file's text, in characters from its start."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and how to fix it.

    Attributes
    ----------
    path : Path
        Relative to the book's root.
    line : int
        From 1.
    message : str
        What is wrong, and what a person does about it.
    rule : str or None
        The id of the rule that does not hold: `HB012`. None where a run or a reader of
        files found it, and no rule of `handbook check`.
    fix : Edit or None
        What `handbook check --fix` does, in the text of `path`.
    """

    path: Path
    line: int
    message: str
    rule: str | None = None
    fix: Edit | None = None

    def __str__(self) -> str:
        rule = f"{self.rule} " if self.rule else ""
        return f"{self.path.as_posix()}:{self.line}: {rule}{self.message}"

    def __lt__(self, other: "Problem") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[Path, int, str, str]:
        return self.path, self.line, self.rule or "", self.message
