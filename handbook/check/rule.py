"""What a rule is."""

from dataclasses import dataclass

__all__ = ["Rule"]


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
