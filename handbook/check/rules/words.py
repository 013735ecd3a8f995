"""HB413: words that a colleague would say at a whiteboard."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.prose import passages, written_terms
from handbook.book.remember import Answers, remember
from handbook.book.source import PageSource, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "WORDS", "Word", "find"]

RULES = (
    Rule(
        id="HB413",
        name="plain-word",
        why=(
            "People read some words twice, because nobody says them: they are old, or "
            "come from another language, or are not the word of the trade."
        ),
        wrong="Mend it in place of hiding it.",
        right="Fix it instead of hiding it.",
        fixable=True,
    ),
)


class Word(NamedTuple):
    """What nobody says, and what people say instead.

    Attributes
    ----------
    pattern : str
        A regular expression, which ignores case.
    right : str
        What to write.
    fixable : bool
        Whether `right` is these words, and not advice.
    """

    pattern: str
    right: str
    fixable: bool = False


# What stands alone, or is left alone, is not the "alone" that means "only".
_APART = r"(?<!stand )(?<!stands )(?<!let )(?<!it )(?<!them )(?<!you )"

WORDS = (
    Word(r"\bin place of\b", "instead of", fixable=True),
    Word(r"\bby lot\b", "at random", fixable=True),
    Word(r"\bby heart\b", "memorised, without 'by heart'"),
    Word(r"\bmend\b", "fix", fixable=True),
    Word(r"\bmends\b", "fixes", fixable=True),
    Word(r"\bmended\b", "fixed", fixable=True),
    Word(r"\bmending\b", "fixing", fixable=True),
    Word(r"\bwho(?:m|so)?ever\b", "'people who', 'the one who' or 'you'"),
    Word(
        rf"{_APART}\balone(?=[*_)\"'\u201d\u2019]*(?:[.,;:!?]|$))",
        "'only', before what it limits",
    ),
    Word(r"\bof one (?:line|word|row|column|page)\b", "'one-line', before the noun"),
    Word(r"\blies? in (?:an?|the|its|their)\b", "'is stored in'"),
    Word(
        r"\btoo (?:dark|gloomy|bright|hopeful)\b",
        "'over-predicts' or 'under-predicts', which say in which direction",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the words that nobody says."""
    pages = {page.path: page for page in [*book.pages, *written_terms(book)]}

    def read(new: Sequence[Source]) -> Answers:
        return {source.path: [*_find(pages[source.path])] for source in new}

    findings = remember(book.files, "words", list(pages.values()), read)
    for path, answers in findings.items():
        for line, message, fix in answers:
            yield Problem(path, line, message, "HB413", fix=Edit(*fix) if fix else None)


def _find(page: PageSource) -> Iterator[tuple[int, str, Edit | None]]:
    for passage in passages(page):
        for line, text in enumerate(passage.lines, passage.line):
            for word in WORDS:
                for match in re.finditer(word.pattern, text, re.IGNORECASE):
                    right, fix = word.right, None
                    if word.fixable:
                        if match[0][0].isupper():
                            right = right[0].upper() + right[1:]
                        start = page.starts[line - 1] + match.start()
                        fix = Edit(start, start + len(match[0]), right)
                    message = f"'{match[0]}' is not plain English: write {right}"
                    yield line, message, fix
