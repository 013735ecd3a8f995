"""The page of the rules of thumb, by moment and by role."""

from collections.abc import Sequence
from pathlib import Path

from handbook.book.layout import source_of
from handbook.book.rules_of_thumb import MOMENTS, ROLES, RuleOfThumb
from handbook.book.template import fill

__all__ = ["render"]

_TEMPLATE = Path(__file__).parent / "templates/rules-of-thumb.md.jinja"


def render(rules: Sequence[RuleOfThumb]) -> str:
    """Write the page `docs/reference/rules-of-thumb.md`.

    Parameters
    ----------
    rules : sequence of RuleOfThumb
        In the order of the book.
    """
    values = {
        "count": len(rules),
        "by_moment": [
            (moment, found)
            for moment in MOMENTS
            if (found := [rule for rule in rules if rule.moment == moment])
        ],
        "by_role": [
            (role, found)
            for role in ROLES
            if (found := [rule for rule in rules if role in rule.roles])
        ],
    }
    return fill(_TEMPLATE, values, filters={"link": _link})


def _link(rule: RuleOfThumb) -> str:
    """Return a link from docs/reference/ to a rule on its page."""
    return f"[{rule.id}](../{source_of(rule.path)}#{rule.id.lower()})"
