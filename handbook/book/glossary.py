"""Read the glossary: its terms, and its examples as a page that runs.

The examples run from `glossary.yml`, not from the page that is written from it: a
problem then names the line that an author can fix, and a fresh clone can run them
before it has generated the page.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from handbook.base.files import Files, write_whole
from handbook.book.page import GLOSSARY, Block, Chapter, Expectation, Fence, Page
from handbook.book.problem import Problem
from handbook.book.yaml_list import Entry, Fields, compose, parse, read_entries

__all__ = [
    "GLOSSARY",
    "Term",
    "anchor",
    "examples",
    "read_glossary",
    "write_prints",
]

_FIELDS = Fields(("term", "definition"), ("example", "prints", "heard"), ("see",))
_LONGEST = 5  # lines of an example, not counting empty ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An entry of the glossary.

    Attributes
    ----------
    term, definition : str
        The term as in a sentence, `missing at random`; one sentence that defines it.
    see : tuple of str
        Related terms.
    example, prints : str
        Code that runs by itself, and what it prints; empty if there is none.
    heard : str
        What you will hear at work; empty if there is an example.
    line, example_line, prints_line : int
        The lines in the file, from 1, of the entry and of the first line of each text.
    """

    term: str
    definition: str
    see: tuple[str, ...]
    example: str
    prints: str
    heard: str
    line: int
    example_line: int
    prints_line: int

    @property
    def title(self) -> str:
        """The heading: the term with a capital letter."""
        return self.term[0].upper() + self.term[1:]


def anchor(term: str) -> str:
    """Return the anchor of a term on the page: `missing-at-random`."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", term).strip().lower())


def read_glossary(files: Files) -> tuple[list[Term], list[Problem]]:
    """Read the terms, and return the problems of the other entries.

    Parameters
    ----------
    files : Files
        The files of the book.
    """
    node = compose(files, GLOSSARY)
    if isinstance(node, Problem):
        return [], [node]
    entries, problems = read_entries(node, GLOSSARY, _FIELDS)
    for entry in entries:
        problems += [Problem(GLOSSARY, *wrong) for wrong in _wrong(entry)]
    terms = list(map(_term, entries))
    problems += _repeated(terms)
    # An entry with a problem is left out: what refers to it would look wrong, too.
    problems += [] if problems else _unknown(terms)
    return terms, sorted(problems)


def examples(terms: Iterable[Term], problems: Iterable[Problem] = ()) -> Page:
    """Return the examples as a page for the runner: one block each, run by itself.

    Parameters
    ----------
    terms : iterable of Term
        The terms of the glossary.
    problems : iterable of Problem
        The problems of the glossary; if there is any, no example runs.
    """
    problems = tuple(problems)
    blocks, fences = [], []
    for term in () if problems else terms:
        if term.example:
            expected = Expectation("output", term.prints, term.prints_line)
            blocks.append(Block(term.example, term.example_line, expected))
            code = term.example.removesuffix("\n")
            fences.append(Fence(term.example_line - 1, "python", code, "runs"))
    chapter = Chapter(GLOSSARY, tuple(blocks), alone=True)
    return Page(
        chapter=chapter, fences=tuple(fences), embeds=(), figures=(), problems=problems
    )


def write_prints(root: Path, texts: Iterable[tuple[Expectation, str]]) -> list[Problem]:
    """Write what the examples printed below their `prints: |`.

    Parameters
    ----------
    root : Path
        The book's root.
    texts : iterable of (Expectation, str)
        What was expected when the glossary was read, and what was then printed.

    Returns
    -------
    list of Problem
        The outputs that could not be written; all others were.
    """
    file = root / GLOSSARY
    lines = file.read_bytes().decode().split("\n")
    now = {term.prints_line: term for term in read_glossary(Files(root))[0]}
    problems = []
    for expected, text in sorted(texts, key=lambda pair: -pair[0].line):
        term, written = now.get(expected.line), _prints(text)
        if term is None or term.prints != expected.text:
            message = "the glossary changed during the run: run it again"
        elif not written:
            message = (
                f"YAML cannot hold what '{term.term}' prints: "
                "print no control characters, and no empty line at the end"
            )
        else:
            first = expected.line - 1
            key = lines[first - 1]
            indent, end = key[: key.index("prints:")], "\r" * key.endswith("\r")
            lines[first - 1 : first + expected.text.count("\n")] = [
                (indent + line if line else "") + end for line in written
            ]
            continue
        problems.append(Problem(GLOSSARY, expected.line, message))
    write_whole(file, "\n".join(lines))
    return problems


def _prints(text: str) -> list[str]:
    """Return the lines of an output with its key; none if YAML would change it."""
    # Without a number YAML takes the indent from the first line.
    key = "prints: |2" if text[:1].isspace() else "prints: |"
    lines = [key, *("  " + line if line else "" for line in text.split("\n")[:-1])]
    try:
        node = parse("\n".join([*lines, ""]))
    except yaml.YAMLError:
        return []
    return lines if node and node.value[0][1].value == text else []


def _term(entry: Entry) -> Term:
    return Term(
        term=entry["term"].text.strip(),
        definition=entry["definition"].text.strip(),
        see=entry["see"].items,
        example=_ended(entry["example"].text),
        prints=_ended(entry["prints"].text),
        heard=entry["heard"].text.strip(),
        line=entry.line,
        example_line=entry["example"].line,
        prints_line=entry["prints"].line,
    )


def _ended(text: str) -> str:
    """Return a text whose last line ends in a newline, like the code of a block."""
    return text if text.endswith("\n") or not text else text + "\n"


def _wrong(entry: Entry) -> Iterator[tuple[int, str]]:
    name, has = entry["term"].text.strip(), entry.values
    if ("example" in has) == ("heard" in has):
        yield (
            entry.line,
            f"'{name}' needs an `example` and what it `prints`, "
            "or, where no code can show it, what is `heard` at work: one of the two",
        )
    if ("example" in has) != ("prints" in has):
        yield (
            entry.line,
            f"'{name}' needs both `example: |` and `prints: |`: leave `prints` empty, "
            "and `handbook run --update` fills it",
        )
    for key in ("example", "prints"):
        if key in has and not entry[key].literal:
            yield entry[key].line, f"write `{key}: |` and the lines below it, indented"
    for key in ("example", "heard"):
        if key in has and not entry[key].text.strip():
            yield entry[key].line, f"`{key}` of '{name}' is empty: write it"
    written = [line for line in entry["example"].text.split("\n") if line.strip()]
    if (lines := len(written)) > _LONGEST:
        yield (
            entry["example"].line,
            f"the example of '{name}' has {lines} lines: {_LONGEST} at most",
        )
    if "\n" in entry["definition"].text.strip():
        yield entry["definition"].line, f"define '{name}' in one sentence, on one line"


def _repeated(terms: Sequence[Term]) -> Iterator[Problem]:
    first: dict[str, Term] = {}
    for term in terms:
        other = first.setdefault(anchor(term.term), term)
        if other is not term:
            message = f"'{term.term}' is on line {other.line} too: keep one of the two"
            yield Problem(GLOSSARY, term.line, message)


def _unknown(terms: Sequence[Term]) -> Iterator[Problem]:
    known = {term.term for term in terms}
    for term in terms:
        for other in term.see:
            if other not in known:
                message = f"'{term.term}' has `see: {other}`, which is not a term"
                yield Problem(GLOSSARY, term.line, message)
            elif other == term.term:
                yield Problem(
                    GLOSSARY, term.line, f"'{other}' refers to itself in `see`"
                )
