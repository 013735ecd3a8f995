"""Ask a judge about each pair of answers twice, with either one first.

Source: Zheng et al. (2023), Judging LLM-as-a-judge with MT-bench and Chatbot Arena.
"""

from collections.abc import Callable

import pandas as pd

__all__ = ["in_both_orders"]


def in_both_orders(
    judge: Callable[[str, str, str], str], pairs: pd.DataFrame
) -> pd.DataFrame:
    """Return which answer of each pair a judge prefers, asked in both orders.

    Parameters
    ----------
    judge : callable of question, first answer, second answer
        Returns "first" or "second".
    pairs : DataFrame of shape (n, k)
        The columns `asked`, `old` and `new`: a question and its two answers.

    Returns
    -------
    DataFrame of shape (n, 3)
        `old_first` and `new_first`, the winner in each order, "old" or "new";
        `verdict`, the winner of both, else "tie".

    Raises
    ------
    ValueError
        If a text is null, or the judge returns anything else.
    """
    for name in ("asked", "old", "new"):
        if pairs[name].isna().any():
            raise ValueError(f"pairs.{name} must have no null")
    wins = pd.DataFrame(index=pairs.index)
    for first, second in (("old", "new"), ("new", "old")):
        shown = zip(pairs["asked"], pairs[first], pairs[second], strict=True)
        verdicts = [judge(*texts) for texts in shown]
        if strange := {*verdicts} - {"first", "second"}:
            raise ValueError(f'judge must return "first" or "second", got {strange}')
        wins[f"{first}_first"] = [first if v == "first" else second for v in verdicts]
    same = wins["old_first"] == wins["new_first"]
    return wins.assign(verdict=wins["old_first"].where(same, "tie"))
