"""What a rule is, and what it finds."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

__all__ = ["Edit", "Finding", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that holds for the book, and can be told without running it.

    Attributes
    ----------
    id : str
        `HB012`; its first digit names the family.
    name : str
        In kebab case: `embed-exists`.
    why : str
        One sentence: what goes wrong for a reader or an author without this rule.
    wrong, right : str
        A short example of each, as it stands in the file.
    fixable : bool
        Whether `--fix` can mend it.
    """

    id: str
    name: str
    why: str
    wrong: str
    right: str
    fixable: bool = False

    @property
    def excusable(self) -> bool:
        """Whether a line may be excused: only what a person judges, the prose."""
        return self.id.startswith("HB4")


class Edit(NamedTuple):
    """A change of a file's text, in characters from its start."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a rule does not hold.

    Attributes
    ----------
    path : Path
        Relative to the book's root.
    line : int
        From 1.
    rule : str
        Its id.
    message : str
        What is wrong and what mends it.
    fix : Edit or None
        What `--fix` does, in the text of `path`.
    """

    path: Path
    line: int
    rule: str
    message: str
    fix: Edit | None = None
