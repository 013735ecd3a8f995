"""The glossary as a script that a page loads when a reader first points at a term.

A script and not a data file, since a page that is opened from a folder can load no
data.
"""

import json
from collections.abc import Iterable

from handbook.book.glossary import Term, anchor

__all__ = ["render"]


def render(terms: Iterable[Term]) -> str:
    """Write the script `docs/assets/terms.js`: each term by its place on the page."""
    entries = {
        anchor(term.term): {
            "title": term.title,
            "definition": term.definition,
            "example": term.example,
            "prints": term.prints,
            "heard": term.heard,
        }
        for term in terms
    }
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"window.handbookTerms = {text};\n"
