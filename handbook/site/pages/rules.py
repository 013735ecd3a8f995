"""The page of the rules, written from the rules themselves."""

from itertools import groupby
from pathlib import Path

from handbook.book.template import fill
from handbook.check.command import rules

__all__ = ["render"]

_TEMPLATE = Path(__file__).parent / "templates/rules.md.jinja"


def render() -> str:
    """Write the page `docs/contribute/rules.md`.

    Returns
    -------
    str
        The page in Markdown, the same for the same rules.
    """
    by_family = groupby(rules(), key=lambda rule: rule.id[:3])
    families = {family: list(members) for family, members in by_family}
    return fill(_TEMPLATE, {"families": families})
