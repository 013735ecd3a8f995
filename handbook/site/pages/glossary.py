"""The page of the terms, made of their definitions and of examples that ran."""

import re
from collections.abc import Iterable, Mapping, Sequence

from handbook.book.glossary import Term, anchor

__all__ = ["render"]


def render(terms: Iterable[Term], uses: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """Write the page `docs/reference/glossary.md`.

    Parameters
    ----------
    terms : iterable of Term
        In any order.
    uses : mapping of str to sequence of (str, str)
        The title and the address, seen from the page, of each chapter that uses a term.
    """
    head = (
        "---\n"
        "description: Every term of the handbook in one sentence, with an example, "
        "and the chapter that uses it.\n"
        "tags: [definition, meaning, vocabulary, abbreviation, acronym, explain, "
        "term]\n"
        "---\n\n"
        "# Glossary\n\n"
        "**One sentence a term. Below it, code that ran, "
        "or a sentence that you will hear at work.**\n"
    )
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    sections = (_section(term, uses.get(term.term, ())) for term in ordered)
    return "\n".join([head, *sections])


def _section(term: Term, uses: Sequence[tuple[str, str]]) -> str:
    parts = [f"## {term.title} {{ #{anchor(term.term)} }}", term.definition]
    if term.example:
        parts += [
            _fence("python", term.example),
            "<!--pytest-codeblocks:expected-output-->",
            _fence("text", term.prints),
        ]
    else:
        parts.append(f"> {term.heard}")
    links = {
        "see": [f"[{other}](#{anchor(other)})" for other in term.see],
        "used in": [f"[{title}]({address})" for title, address in uses],
    }
    words = [f"{name} {', '.join(found)}" for name, found in links.items() if found]
    if line := "; ".join(words):
        parts.append(line[0].upper() + line[1:])
    return "\n\n".join(parts) + "\n"


def _fence(language: str, text: str) -> str:
    """Open with more backticks than stand anywhere in the text."""
    marks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{marks}{language}\n{text}{marks}"
