"""The page of the terms, with their definitions and with examples that ran."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handbook.book.glossary import Term, anchor
from handbook.book.template import fill

__all__ = ["render"]

_TEMPLATE = Path(__file__).parent / "templates/glossary.md.jinja"


def render(terms: Iterable[Term], uses: Mapping[str, Sequence[str]]) -> str:
    """Write the page `docs/reference/glossary.md`.

    Parameters
    ----------
    terms : iterable of Term
        In any order.
    uses : mapping of str to sequence of str
        Links to the chapters that use a term, by the term.
    """
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    return fill(
        _TEMPLATE,
        {"terms": ordered, "uses": uses},
        filters={"anchor": anchor, "fence": _fence, "link": _link},
    )


def _fence(text: str, language: str) -> str:
    """Return a text in a fence with more backticks than the text has in a row."""
    marks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{marks}{language}\n{text}{marks}"


def _link(term: str) -> str:
    return f"[{term}](#{anchor(term)})"
