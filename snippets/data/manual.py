"""Stand in for a language model where there is no network, with questions to ask it.

`ManualReader` ranks sentences by the words that they share with a question, and obeys
three instructions. It isn't a language model: it writes nothing, understands nothing,
and gives the same answer twice. Both take a text and return one.

Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval,
chapter 6, on ranking by tf-idf.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

__all__ = ["ManualReader", "holds", "questions"]

_QUESTIONS = Path(__file__).parent / "questions.tsv"
_WORD = "[a-z0-9]+"
_SENTENCE_ENDS = re.compile(r'(?<=[.!?])\s+(?=[A-Z"*])')
_SIGNATURE = re.compile(r"[\w.]+\(.*\)$")  # such as str.find(sub[, start[, end]])
_CODE_OR_TABLE = (">>>", "::=", "+--")
_NUMBERS = {"one": 1, "two": 2, "three": 3}
_OPENING = 0.4  # of similarities below 2: this much moves 60 answers of the page's 100


def questions() -> pd.DataFrame:
    """Load a hundred questions on Python's manual, written for this book.

    Returns
    -------
    DataFrame of shape (100, 5)
        One row per question, 20 for each `task`. `key` is a text that a right answer
        holds. `read` is what reading the old prompt's answer found: "right", "wrong
        entry", "right entry, wrong sentence", or "" for the 50 that nobody read.
        `better` is which answer a person preferred, not knowing which prompt gave it:
        "old", "new", "tie", or "same" where the two prompts answer alike.
    """
    return pd.read_csv(_QUESTIONS, sep="\t", dtype="str", keep_default_na=False)


def holds(answer: str, key: str) -> bool:
    """Return whether an answer holds a key.

    Parameters
    ----------
    answer, key : str
        The key counts as words of its own, in upper or lower case.

    Returns
    -------
    bool
        So "scope" isn't held by "scopes".
    """
    return bool(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", answer, re.IGNORECASE))


class ManualReader:
    """Answer by a quotation from a manual, and obey three instructions.

    "opens an entry" prefers an entry's first sentence, "quote two sentences" adds the
    sentence after the best one, "at most 15 words" cuts the answer off.

    Parameters
    ----------
    texts : iterable of str
        The chapters of the manual as plain text: titles underlined, methods by their
        signature, paragraphs between blank lines.

    Raises
    ------
    ValueError
        If the texts hold no sentence.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        # A passage that two chapters share is one passage: a dict keeps the first.
        quotes = list(dict.fromkeys(row for text in texts for row in _sentences(text)))
        if not quotes:
            raise ValueError("texts must hold a sentence, got none")
        self._names, self._quoted = ([*part] for part in zip(*quotes, strict=True))
        names = np.array(self._names)
        self._opens = np.r_[True, names[1:] != names[:-1]]
        self._entry = self._opens.cumsum() - 1
        entries = [""] * (self._entry[-1] + 1)
        for at, (name, sentence) in zip(self._entry, quotes, strict=True):
            entries[at] = f"{entries[at] or name} {sentence}"
        words = TfidfVectorizer(token_pattern=_WORD, sublinear_tf=True)
        own = words.fit_transform(self._quoted)
        # A sentence counts for itself and for the entry around it.
        self._index = (own + words.transform(entries)[self._entry]).T.tocsr()
        self._idf, self._columns = words.idf_, words.vocabulary_

    def complete(self, prompt: str) -> str:
        """Answer the question after the last "Question:" of a prompt.

        Parameters
        ----------
        prompt : str
            Instructions, "Question:" and a question.

        Returns
        -------
        str
            The name of the entry and what the instructions ask to quote from it.

        Raises
        ------
        ValueError
            If the prompt has no "Question:".
        """
        instructions, marker, question = prompt.rpartition("Question:")
        if not marker:
            raise ValueError(f'a prompt must have a line "Question:", got {prompt!r}')
        score = self._similarity(question)
        if "opens an entry" in instructions:
            score = score + _OPENING * self._opens
        best = int(score.argmax())  # the first of equals
        count = re.search(r"quote (one|two|three) sentence", instructions)
        until = best + (_NUMBERS[count[1]] if count else 1)
        same = self._entry[best:until] == self._entry[best]
        answer = f"{self._names[best]}: {' '.join(self._quoted[best:][: same.sum()])}"
        limit = re.search(r"at most (\d+) words", instructions)
        return " ".join(answer.split()[: int(limit[1])]) if limit else answer

    def _similarity(self, question: str) -> NDArray[np.float64]:
        asked = re.findall(_WORD, question.lower())
        known = sorted({self._columns[word] for word in asked if word in self._columns})
        score = np.zeros(len(self._quoted))
        for word in known:
            at = slice(*self._index.indptr[word : word + 2])
            score[self._index.indices[at]] += self._idf[word] * self._index.data[at]
        length = np.sqrt((self._idf[known] ** 2).sum())
        return score / length if known else score


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    entry = ""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in paragraph.strip().splitlines()]
        if len(lines) > 1 and lines[1] and not lines[1].strip('*=-~^"#'):
            entry, lines = lines[0], lines[2:]
        elif lines and _SIGNATURE.match(lines[0]):
            entry, lines = lines[0], lines[1:]
        if not any(mark in paragraph for mark in _CODE_OR_TABLE):
            for sentence in _SENTENCE_ENDS.split(" ".join(lines)):
                if len(sentence.split()) > 3:  # shorter ones are names and fragments
                    yield entry, sentence
