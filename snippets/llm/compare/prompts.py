"""Ask every question under every prompt, and keep one row per answer."""

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

__all__ = ["LLM", "collect"]


class LLM(Protocol):
    """Anything that answers a text with a text: a client, a recording, a stand-in."""

    def complete(self, prompt: str) -> str:
        """Return the answer to a prompt."""
        ...


def collect(
    llm: LLM, prompts: Mapping[str, str], questions: pd.DataFrame
) -> pd.DataFrame:
    """Return the answer to every question under every prompt.

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
        If a prompt has no place for the question, or more than one; if `asked` is null.
    """
    for name, text in prompts.items():
        if (places := text.count("{question}")) != 1:
            raise ValueError(f"prompt {name} must have one {{question}}, got {places}")
    if questions["asked"].isna().any():
        raise ValueError("questions.asked must have no null")
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
