"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.llm.compare.paired import (
    clustered_interval,
    gains_and_losses,
    in_both_orders,
    kappa,
)
from snippets.llm.compare.prompts import PromptLog, collect
from snippets.llm.compare.stand_in import ManualReader

MANUAL = (
    "str.find(sub)\n\nReturn the lowest index where the text is found. "
    "It returns minus one if nothing is found.\n\n"
    "str.upper()\n\nReturn a copy of the text with capital letters only."
)
QUESTIONS = pd.DataFrame({"asked": ["How do I find a text?", "And in capitals?"]})
PAIRS = QUESTIONS.assign(old=["find it", "no"], new=["find", "upper it is"])
OLD = pd.Series([True, False, True, False, False, True])
NEW = pd.Series([True, True, False, False, True, True])
TASKS = pd.Series(["find", "find", "upper", "upper", "upper", "find"])


class Echo:
    """Answer with the prompt."""

    def complete(self, prompt: str) -> str:
        """Answer a prompt."""
        return prompt


def longer(question: str, first: str, second: str) -> str:
    """Judge by length."""
    return "first" if len(first) > len(second) else "second"


def log() -> PromptLog:
    """Return a log of two prompts, in a new file."""
    found = PromptLog(Path(tempfile.mkdtemp(), "log.csv"))
    for text in ("Answer: {question}", "Answer in one word: {question}"):
        found.add(text, author="A", why="a try", when=date(2026, 1, 2))
    return found


def to_add() -> dict[str, object]:
    """Return another prompt."""
    text = "Quote the manual: {question}"
    when = date(2026, 1, 3)
    return {"self": log(), "text": text, "author": "B", "why": "fewer", "when": when}


def to_compare() -> dict[str, object]:
    """Return a log and two prompts in it."""
    found = log()
    old, new = found.read()["prompt"]
    return {"self": found, "old": old, "new": new}


HONEST = [
    Honest(
        clustered_interval,
        {
            "values": NEW.astype(float) - OLD.astype(float),
            "clusters": TASKS,
            "rng": np.random.default_rng(0),
            "resamples": 50,
        },
        aligned=["values", "clusters"],
    ),
    Honest(
        gains_and_losses,
        {"old": OLD, "new": NEW, "task": TASKS},
        aligned=["old", "new", "task"],
    ),
    Honest(in_both_orders, {"judge": longer, "pairs": PAIRS}, each="pairs"),
    Honest(
        kappa,
        {"one": ["yes", "no", "yes", "yes"], "other": ["yes", "no", "no", "yes"]},
        aligned=["one", "other"],
    ),
    Honest(
        collect,
        {"llm": Echo(), "prompts": {"a": "Q: {question}"}, "questions": QUESTIONS},
        each="questions",
    ),
    Honest(PromptLog.add, to_add),
    Honest(PromptLog.read, lambda: {"self": log()}),
    Honest(PromptLog.diff, to_compare),
    Honest(ManualReader, {"texts": [MANUAL]}),
    Honest(
        ManualReader.complete,
        {"self": ManualReader([MANUAL]), "prompt": "Question: How do I find a text?"},
    ),
]
