"""Log every prompt in a CSV file: its text, its author, its reason.

A prompt's name is a hash of its text, character by character, so an answer that keeps
the name can always be led back to the prompt that made it.

Source: OWASP, CSV Injection, on cells that a spreadsheet runs as formulas.
"""

import csv
import difflib
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

__all__ = ["PromptLog"]

_COLUMNS = ["prompt", "when", "author", "why", "text"]
_FORMULA = re.compile(r"\s*[=+@'-]")


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
        """Log a prompt with its reason, and return its name.

        Parameters
        ----------
        text, author, why : str
            The prompt, who wrote it and what for.
        when : date
            The day.

        Returns
        -------
        str
            The name: the same for the same text, another if one space differs.

        Raises
        ------
        ValueError
            If a cell is empty, the author or the reason would run as a formula, or the
            prompt is in the log.
        """
        for column, cell in (("text", text), ("author", author), ("why", why)):
            if not cell.strip() or (column != "text" and _FORMULA.match(cell)):
                raise ValueError(f"{column} must be text, and no formula, got {cell!r}")
        prompt = "p" + hashlib.sha256(text.encode()).hexdigest()[:8]  # p: no number
        if prompt in self.read()["prompt"].tolist():
            raise ValueError(f"text is logged once, and {prompt} is logged")
        kept = f"'{text}" if _FORMULA.match(text) else text  # in a sheet it doesn't run
        row = [prompt, when.isoformat(), author, why, kept]
        new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_COLUMNS, row] if new else [row])
        return prompt

    def read(self) -> pd.DataFrame:
        """Return the log, one row per prompt, every cell a text."""
        if not self.path.exists():
            return pd.DataFrame(columns=_COLUMNS, dtype="str")
        with self.path.open(encoding="utf-8", newline="") as file:
            log = pd.DataFrame([*csv.DictReader(file)], columns=_COLUMNS, dtype="str")
        return log.assign(text=[text.removeprefix("'") for text in log["text"]])

    def diff(self, old: str, new: str) -> str:
        """Return which lines were taken out and which were put in, each in quotes.

        Parameters
        ----------
        old, new : str
            The names of two prompts.

        Returns
        -------
        str
            One line per line that changed, in the order of the prompts.

        Raises
        ------
        KeyError
            If a prompt isn't in the log.
        """
        texts = self.read().set_index("prompt")["text"]
        lines = difflib.ndiff(*(texts[name].splitlines() for name in (old, new)))
        words = {"- ": "taken out: ", "+ ": "put in:    "}
        return "\n".join(f"{words[x[:2]]}{x[2:]!r}" for x in lines if x[:2] in words)
