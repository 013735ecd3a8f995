"""Give every prompt an identity, a reason and a row per answer.

A prompt's name is a hash of its text, so that no answer can lose the prompt that made
it. The log is a CSV file: whoever can fill in a form can add to it, and read it.

Source: OWASP, CSV Injection, on cells that a spreadsheet runs as formulas.
"""

import csv
import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd

__all__ = ["LLM", "PromptLog", "collect"]

_COLUMNS = ["prompt", "when", "author", "why", "text"]
_FORMULA, _QUOTED = re.compile("^(?=[=+@'-])"), re.compile("^'(?=[=+@'-])")


class LLM(Protocol):
    """Whatever answers a text with a text: a client, a recording, a stand-in."""

    def complete(self, prompt: str) -> str:
        """Answer a prompt."""
        ...


def collect(
    llm: LLM, prompts: Mapping[str, str], questions: pd.DataFrame
) -> pd.DataFrame:
    """Ask every question under every prompt.

    Parameters
    ----------
    llm : LLM
        What answers.
    prompts : mapping of str to str
        The prompts' names and texts, each with the place `{question}`.
    questions : DataFrame of shape (n, k)
        One row per question as asked, in the column `asked`.

    Returns
    -------
    DataFrame of shape (p * n, k + 2)
        The rows of `questions` for each prompt, with `prompt` and `answer`.

    Raises
    ------
    ValueError
        If a prompt has no place for the question, or more than one.
    """
    for name, text in prompts.items():
        if (places := text.count("{question}")) != 1:
            raise ValueError(f"prompt {name} must have one {{question}}, got {places}")
    answered = [
        questions.assign(
            prompt=name,
            answer=[
                llm.complete(text.replace("{question}", asked))
                for asked in questions["asked"]
            ],
        )
        for name, text in prompts.items()
    ]
    return pd.concat(answered, ignore_index=True)


@dataclass(frozen=True)
class PromptLog:
    """The prompts that were tried, oldest first, in a CSV file.

    Attributes
    ----------
    path : Path
        The file. The first prompt creates it.
    """

    path: Path

    def add(self, text: str, *, author: str, why: str, when: date) -> str:
        """Log a prompt with its reason.

        Parameters
        ----------
        text, author, why : str
            The prompt, who wrote it and what for.
        when : date
            The day.

        Returns
        -------
        str
            The prompt's identity: the same text has the same, always.

        Raises
        ------
        ValueError
            If a cell is empty or would run as a formula, or the prompt is logged.
        """
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        prompt = "p" + hashlib.sha256(text.encode()).hexdigest()[:8]  # p: no number
        kept = _FORMULA.sub("'", text)  # a quote in front: the cell does not run
        row = [prompt, when.isoformat(), author, why, kept]
        for column, cell in zip(_COLUMNS, row, strict=True):
            if not cell.strip() or cell.lstrip()[0] in "=+-@":
                raise ValueError(f"{column} must be text, and no formula, got {cell!r}")
        if prompt in self.read()["prompt"].tolist():
            raise ValueError(f"text is logged once, and {prompt} is logged")
        new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_COLUMNS, row] if new else [row])
        return prompt

    def read(self) -> pd.DataFrame:
        """Return the log, one row per prompt, every cell a text."""
        if not self.path.exists():
            return pd.DataFrame(columns=_COLUMNS, dtype="str")
        log = pd.read_csv(self.path, dtype="str", keep_default_na=False)
        return log.assign(text=log["text"].str.replace(_QUOTED, "", regex=True))

    def diff(self, old: str, new: str) -> str:
        """Say in plain words which lines were taken out and put in.

        Parameters
        ----------
        old, new : str
            The identities of two prompts.

        Returns
        -------
        str
            One line per line that changed, in the order of the prompts.

        Raises
        ------
        KeyError
            If a prompt is not in the log.
        """
        texts = self.read().set_index("prompt")["text"]
        lines = difflib.ndiff(texts[old].splitlines(), texts[new].splitlines())
        words = {"- ": "taken out: ", "+ ": "put in:    "}
        return "\n".join(words[x[:2]] + x[2:] for x in lines if x[:2] in words)
