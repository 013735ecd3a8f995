"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.llm.compare.paired import clustered_interval, gains_and_losses
from snippets.llm.compare.prompts import collect

QUESTIONS = pd.DataFrame({"asked": ["How do I find a text?", "And in capitals?"]})
OLD = pd.Series([True, False, True, False, False, True])
NEW = pd.Series([True, True, False, False, True, True])
TASKS = pd.Series(["find", "find", "upper", "upper", "upper", "find"])


class Echo:
    """Answer with the prompt."""

    def complete(self, prompt: str) -> str:
        """Answer a prompt."""
        return prompt


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
        otherwise=[
            Otherwise("*: other order of rows", "Tasks come in order of appearance."),
        ],
    ),
    Honest(
        collect,
        {"llm": Echo(), "prompts": {"a": "Q: {question}"}, "questions": QUESTIONS},
        each="questions",
        otherwise=[
            Otherwise("questions: *label*", "The answers have an index of their own."),
        ],
    ),
]
