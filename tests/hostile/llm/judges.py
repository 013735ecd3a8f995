"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.llm.judges.log import PromptLog
from snippets.llm.judges.orders import in_both_orders
from snippets.llm.judges.rates import corrected_share, judge_rates

PAIRS = pd.DataFrame(
    {
        "asked": ["How do I find a text?", "And in capitals?"],
        "old": ["find it", "no"],
        "new": ["find", "upper it is"],
    }
)
LABEL = pd.Series([True, True, False, False, True, False])
VERDICT = pd.Series([True, True, False, True, True, False])


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
        judge_rates,
        {"label": LABEL, "verdict": VERDICT},
        aligned=["label", "verdict"],
    ),
    Honest(
        corrected_share,
        {
            "label": LABEL,
            "verdict": VERDICT,
            "unlabelled": pd.Series([True, False, True, True]),
            "rng": np.random.default_rng(0),
            "resamples": 50,
        },
        aligned=["label", "verdict"],
    ),
    Honest(in_both_orders, {"judge": longer, "pairs": PAIRS}, each="pairs"),
    Honest(
        PromptLog.add,
        to_add,
        otherwise=[Otherwise("*the same call*", "A prompt is logged once.")],
    ),
    Honest(PromptLog.read, lambda: {"self": log()}),
    Honest(PromptLog.diff, to_compare),
]
