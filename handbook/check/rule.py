"""The description of a rule."""

from dataclasses import dataclass

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the book that can be checked without running the book.

    Attributes
    ----------
    id : str
        `HB012`; its first digit names the family.
    name : str
        The name in kebab case: `embed-exists`.
    why : str
        One sentence: what goes wrong for a reader or an author without this rule.
    wrong, right : str
        A short example that breaks the rule, and one that keeps it.
    fixable : bool
        Whether `--fix` can fix it.
    """

    id: str
    name: str
    why: str
    wrong: str
    right: str
    fixable: bool = False

    @property
    def can_be_allowed(self) -> bool:
        """Whether a comment may allow a line to break it: only a rule of prose."""
        return self.id.startswith("HB4")
