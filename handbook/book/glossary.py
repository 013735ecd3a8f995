"""The glossary: its terms, the examples that run, and the page made of both.

The page is written from `glossary.yml`, and the examples run from there: a problem
names the line that an author can mend, and a fresh clone runs them before any page is
written.
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
_LONGEST = 5  # lines of an example, empty ones aside: a glance takes them in


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary.

    Attributes
    ----------
    term, definition : str
        As in a sentence: `missing at random`; one sentence.
    see : tuple of str
        Other terms.
    example, prints : str
        Code that runs alone, and what it prints; empty where there is none.
    heard : str
        What you will hear at work; empty where there is an example.
    line, example_line, prints_line : int
        The file's lines, from 1, of the entry and of each text's first line.
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
        """The heading."""
        return self.term[0].upper() + self.term[1:]


def anchor(term: str) -> str:
    """Give a term's place on the page: `missing-at-random`."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", term).strip().lower())


def read_glossary(files: Files) -> tuple[list[Term], list[Problem]]:
    """Read the terms, and what is wrong with the others.

    Parameters
    ----------
    files : Files
        The book's.
    """
    node = compose(files, GLOSSARY)
    if isinstance(node, Problem):
        return [], [node]
    entries, problems = read_entries(node, GLOSSARY, _FIELDS)
    for entry in entries:
        problems += [Problem(GLOSSARY, *wrong) for wrong in _wrong(entry)]
    terms = list(map(_term, entries))
    problems += _repeated(terms)
    # With an entry missing, what refers to it would be blamed for nothing.
    problems += [] if problems else _unknown(terms)
    return terms, sorted(problems)


def examples(terms: Iterable[Term], problems: Iterable[Problem] = ()) -> Page:
    """Return the examples as a page for the runner: each by itself, at its own line.

    Parameters
    ----------
    terms : iterable of Term
        The glossary.
    problems : iterable of Problem
        What is wrong with it; if there is any, nothing of it runs.
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
    return Page(chapter, tuple(fences), (), (), problems)


def write_prints(root: Path, texts: Iterable[tuple[Expectation, str]]) -> list[Problem]:
    """Write what examples printed below their `prints: |`.

    Parameters
    ----------
    root : Path
        The book's root.
    texts : iterable of (Expectation, str)
        What was expected when the glossary was read, and what was printed.

    Returns
    -------
    list of Problem
        The outputs that could not be written; the others are.
    """
    file = root / GLOSSARY
    lines = file.read_bytes().decode().split("\n")
    now = {term.prints_line: term for term in read_glossary(Files(root))[0]}
    problems = []
    for expected, text in sorted(texts, key=lambda pair: -pair[0].line):
        term, written = now.get(expected.line), _prints(text)
        if term is None or term.prints != expected.text:
            message = "the glossary changed in the run: run it again"
        elif not written:
            message = (
                f"YAML cannot hold what '{term.term}' prints: "
                "no control character, and no empty line at its end"
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
    """Write an output below its key; nothing where YAML would read another one."""
    # YAML takes the indent from the first line, unless it is told.
    key = "prints: |2" if text[:1].isspace() else "prints: |"
    lines = [key, *("  " + line if line else "" for line in text.split("\n")[:-1])]
    try:
        node = parse("\n".join([*lines, ""]))
    except yaml.YAMLError:
        return []
    return lines if node and node.value[0][1].value == text else []


def _term(entry: Entry) -> Term:
    return Term(
        entry["term"].text.strip(),
        entry["definition"].text.strip(),
        entry["see"].items,
        _ended(entry["example"].text),
        _ended(entry["prints"].text),
        entry["heard"].text.strip(),
        entry.line,
        entry["example"].line,
        entry["prints"].line,
    )


def _ended(text: str) -> str:
    """End the last line, as every line of a page ends."""
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
                message = f"'{term.term}' has `see: {other}`, which is no term"
                yield Problem(GLOSSARY, term.line, message)
            elif other == term.term:
                yield Problem(GLOSSARY, term.line, f"'{other}' has itself for `see`")
