"""Mark the words of a sentence that its reader takes for something else.

A word with two meanings is no mistake of either side. Say beside it which one is meant.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .terms import TERMS, Term

__all__ = ["Reading", "readings", "translate", "undefined_terms"]

Reader = Literal["engineer", "scientist"]

_FORMS = {
    "artifact": "artefact",
    "committed": "commit",
    "contract": "data contract",
    "dependencies": "dependency",
    "deployed": "deploy",
    "deployment": "deploy",
    "drifted": "drift",
    "labelled": "label",
    "labelling": "label",
    "leak": "leakage",
    "lockfile": "lock file",
    "merged": "merge",
    "merging": "merge",
    "on call": "on-call",
    "registries": "registry",
    "released": "release",
    "releasing": "release",
    "reviewed": "review",
    "roll back": "rollback",
    "rolled back": "rollback",
    "significant": "significance",
    "tested": "test",
    "validate": "validation",
    "validated": "validation",
}
_BY_NAME = {each.term.lower(): each for each in TERMS}
_WORDS = "|".join([*_BY_NAME, *_FORMS])
_WORD = re.compile(rf"(?<![\w-])({_WORDS})(?:e?s|ing)?(?![\w-])", re.IGNORECASE)

# In running text a term is in italics where it is first used; capitals mark themselves.
_MARKED = re.compile(r"(?<![*\w])\*([^*\s][^*\n]*)\*(?![*\w])|\b([A-Z][A-Z0-9]+)s?\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of a sentence: what its writer means, and what its reader hears.

    Attributes
    ----------
    word, term : str
        As it stands in the sentence, and as it stands in the glossary.
    meant, heard : str
        In the writer's trade, and in the reader's.
    end : int
        Where the word ends in the sentence, in characters from 0.
    """

    word: str
    term: str
    meant: str
    heard: str
    end: int


def readings(sentence: str, *, to: Reader) -> tuple[Reading, ...]:
    """Find the words that a reader of the other trade takes for something else.

    Parameters
    ----------
    sentence : str
        Any text.
    to : {"engineer", "scientist"}
        Who will read it; whoever wrote it is of the other trade.

    Returns
    -------
    tuple of Reading
        In the order of the sentence, a word as often as it stands there.

    Raises
    ------
    ValueError
        If `to` is neither.
    """
    if to not in ("engineer", "scientist"):
        raise ValueError(f"to must be engineer or scientist, got {to!r}")
    found = []
    for match in _WORD.finditer(sentence):
        term = _term(match[1])
        meant, heard = term.scientist, term.engineer
        if to == "scientist":
            meant, heard = heard, meant
        found.append(Reading(match[0], term.term, meant, heard, match.end()))
    return tuple(found)


def translate(sentence: str, *, to: Reader) -> str:
    """Put behind each such word, in brackets, what its writer means.

    Parameters
    ----------
    sentence : str
        Any text.
    to : {"engineer", "scientist"}
        Who will read it.

    Returns
    -------
    str
        The sentence; without the brackets it is what you gave.
    """
    for each in reversed(readings(sentence, to=to)):
        sentence = f"{sentence[: each.end]} [{each.meant}]{sentence[each.end :]}"
    return sentence


def undefined_terms(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find the terms that a text marks as such and a glossary lacks.

    Parameters
    ----------
    text : str
        Markdown. A term is in `*italics*`, or an acronym; code is passed over.
    known : iterable of str
        The terms of the glossary, in either case.

    Returns
    -------
    tuple of str
        Each once, in the order of the text.
    """
    known = [known] if isinstance(known, str) else known
    defined = {term.casefold() for term in known}
    marked = (a or b for a, b in _MARKED.findall(_CODE.sub(" ", text)))
    return tuple(dict.fromkeys(t for t in marked if t.casefold() not in defined))


def _term(word: str) -> Term:
    name = word.lower()
    return _BY_NAME[_FORMS.get(name, name)]
