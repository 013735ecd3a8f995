"""Price an answer (Howard, 1966) and a full week (Erlang, 1917) before you go on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["memo", "queue_wait", "tipping_point", "value_of_knowing"]

_PAGE = 350  # words


def value_of_knowing(
    payoffs: pd.DataFrame, chosen: pd.Series | None = None, *, default: str
) -> float:
    """Return what choosing an act for each row gains over one act for all rows.

    Parameters
    ----------
    payoffs : DataFrame of shape (n, acts)
        What each act would have given in each row, in one unit.
    chosen : Series of shape (n,), optional
        The act chosen for each row, with the same index. Without it, the best act of
        each row: no answer can be worth more.
    default : str
        The act for all rows if you knew nothing.

    Returns
    -------
    float
        The mean gain a row, in the unit of the payoffs.

    Raises
    ------
    ValueError
        If there is no row, a payoff isn't finite, or an act or an index differs.
    """
    table = payoffs.astype(float)
    if table.empty or not np.isfinite(table.to_numpy()).all():
        raise ValueError("payoffs must have rows, and no null or infinite value")
    if default not in table.columns or not table.columns.is_unique:
        raise ValueError(f"default must be one of payoffs' acts, got {default!r}")
    if chosen is None:
        got = table.max(axis=1).to_numpy()
    elif not chosen.index.equals(table.index):
        raise ValueError("payoffs and chosen must have the same index")
    else:
        column = table.columns.get_indexer(pd.Index(chosen, dtype=object))
        if (column < 0).any():
            unknown = chosen.iloc[int(np.argmax(column < 0))]
            raise ValueError(f"chosen must hold acts of payoffs, got {unknown!r}")
        got = table.to_numpy()[np.arange(len(table)), column]
    return float((got - table[default].to_numpy()).mean())


def tipping_point(values: Iterable[float], decide: Callable[[float], Any]) -> float:
    """Return the first value at which the decision is another one than at the first.

    Parameters
    ----------
    values : iterable of float
        What the assumption may be, beginning with what you assume, and going outwards.
    decide : callable
        Returns the decision for a value.

    Returns
    -------
    float
        The value that tips the decision; infinity if none of them does.

    Raises
    ------
    ValueError
        If there is no value, or one isn't finite.
    """
    tried = [float(value) for value in pd.Series([*values], dtype=float)]
    if not tried or not np.isfinite(tried).all():
        raise ValueError(f"values must hold finite numbers, got {tried}")
    first = decide(tried[0])
    return next((value for value in tried[1:] if decide(value) != first), np.inf)


def queue_wait(load: float, *, people: int = 1) -> float:
    """Return how long a request waits on average, as a multiple of a mean task.

    Requests come at random, and tasks vary as exponential times do (Erlang's C).

    Parameters
    ----------
    load : float
        The share of the working time that is taken, from 0 to below 1.
    people : int
        Those who take from one list of requests, 1 at least.

    Returns
    -------
    float
        The wait before somebody begins.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """
    if not 0 <= load < 1 or people < 1 or people != int(people):
        got = f"{load}, {people}"
        raise ValueError(f"load must be from 0 to below 1, people 1 or more: got {got}")
    offered, blocked = load * people, 1.0
    for servers in range(1, int(people) + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    queued = blocked / (1 - load * (1 - blocked))
    return float(queued / (people * (1 - load)))


def memo(question: str, answer: str, evidence: Mapping[str, str], limits: str) -> str:
    """Return a memo of one page as Markdown.

    Parameters
    ----------
    question, answer : str
        The answer is a sentence with a number.
    evidence : mapping of str to str
        Each finding, and how it was counted.
    limits : str
        What it can't say.

    Returns
    -------
    str
        The parts in this order.

    Raises
    ------
    ValueError
        If a part is empty, the answer has no number, or it's too long.
    """
    lines = [f"- {finding}: {how}" for finding, how in evidence.items()]
    if (
        not all(part.strip() for part in (question, answer, limits, *lines))
        or not lines
    ):
        raise ValueError("question, answer, evidence and limits must not be empty")
    if not any(letter.isdigit() for letter in answer):
        raise ValueError(f"answer must have a number, got {answer!r}")
    parts = [f"# {question}", f"**{answer}**", "\n".join(lines), f"{limits}\n"]
    text = "\n\n".join(parts)
    if (words := len(text.split())) > _PAGE:
        raise ValueError(f"a memo has {_PAGE} words at most, got {words}")
    return text
