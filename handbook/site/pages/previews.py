"""The glossary as a script that a page loads when a reader first points at a term.

A script and no data file: a page that was opened from a folder may load the one alone.
"""

import json
from collections.abc import Iterable

from handbook.book.glossary import Term, anchor

__all__ = ["render"]


def render(terms: Iterable[Term]) -> str:
    """Write the entries of `docs/assets/preview.js`, by the place on the page."""
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
