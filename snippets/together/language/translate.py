"""Find the words of a sentence that mean something else to its reader."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .terms import TERMS, Term

__all__ = ["Reading", "readings", "translate", "undefined_terms"]

Reader = Literal["engineer", "scientist"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of a sentence: what its writer means, and what its reader understands.

    Attributes
    ----------
    word, term : str
        The word in the sentence, and in the glossary.
    meant, heard : str
        Its meaning in the writer's trade, and in the reader's.
    end : int
        Where it ends in the sentence, in characters from 0.
    """

    word: str
    term: str
    meant: str
    heard: str
    end: int


def translate(sentence: str, *, to: Reader) -> str:
    """Put the writer's meaning, in brackets, behind each word with two meanings.

    Parameters
    ----------
    sentence : str
        Any text.
    to : {"engineer", "scientist"}
        Who will read it. The writer is of the other trade.

    Returns
    -------
    str
        The sentence with the brackets.

    Raises
    ------
    ValueError
        If `to` is neither.
    """
    for each in reversed(readings(sentence, to=to)):
        sentence = f"{sentence[: each.end]} [{each.meant}]{sentence[each.end :]}"
    return sentence


def readings(sentence: str, *, to: Reader) -> tuple[Reading, ...]:
    """Return the words of a sentence that the other trade uses for something else.

    Parameters
    ----------
    sentence, to
        As in `translate`.

    Returns
    -------
    tuple of Reading
        In the order of the sentence, each word as often as it occurs.

    Raises
    ------
    ValueError
        If `to` is neither reader.
    """
    if to not in ("engineer", "scientist"):
        raise ValueError(f"to must be engineer or scientist, got {to!r}")
    found = []
    for match in _WORD.finditer(sentence):
        term = _FORMS[match[0].lower()]
        meant, heard = term.scientist, term.engineer
        if to == "scientist":
            meant, heard = heard, meant
        found.append(Reading(match[0], term.term, meant, heard, match.end()))
    return tuple(found)


def undefined_terms(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the terms that a text marks as such and a glossary lacks.

    Parameters
    ----------
    text : str
        Markdown. A term is in `*italics*`, or an acronym; code is left out.
    known : iterable of str
        The terms of the glossary, in any case.

    Returns
    -------
    tuple of str
        Each term once, in the order of the text.

    Raises
    ------
    TypeError
        If `known` is one text instead of a list of terms.
    """
    if isinstance(known, str):
        raise TypeError(f"known must be a list of terms, got the text {known!r}")
    defined = {term.casefold() for term in known}
    marked = (a or b for a, b in _MARKED.findall(_CODE.sub(" ", text)))
    return tuple(dict.fromkeys(t for t in marked if t.casefold() not in defined))


_MARKED = re.compile(r"(?<![*\w])\*([^*\s][^*\n]*)\*(?![*\w])|\b([A-Z][A-Z0-9]+)s?\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_VERB = re.compile(
    "alert|branch|commit|deploy|drift|experiment|label|merge|release|review|sample|test"
)
_IRREGULAR = {
    "artefact": "artifact, artifacts",
    "data contract": "contract, contracts",
    "dependency": "dependencies",
    "deploy": "deployment, deployments",
    "leakage": "leak, leaks, leaked, leaking",
    "lock file": "lockfile, lockfiles",
    "on-call": "on call",
    "registry": "registries",
    "rollback": "roll back, rolls back, rolled back, rolling back",
    "significance": "significant, significantly",
    "validation": "validate, validates, validated, validating",
}


def _forms(term: Term) -> Iterator[str]:
    """Yield the forms of a term in which it stands in sentences, in small letters."""
    name = term.term.lower()
    yield from (name, f"{name}s", f"{name}es")
    if _VERB.fullmatch(name):
        stem = name.removesuffix("e")
        stems = (stem, stem + stem[-1])  # labelled, committing
        yield from (each + end for each in stems for end in ("ed", "ing"))
    yield from filter(None, _IRREGULAR.get(name, "").split(", "))


_FORMS = {form: term for term in TERMS for form in _forms(term)}
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_FORMS)})(?![\w-])", re.IGNORECASE)
