"""Turn a situation into advice: a rung of the ladder, the reasons, a stop rule.

The highest rung that a situation asks for wins. Whatever asks for more asks for that
rung too, so more at stake never earns less rigour, whatever the ladder says.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from .ladder import LADDER, Rung
from .situation import Situation

__all__ = ["Advice", "explain", "recommend", "table"]


@dataclass(frozen=True)
class Advice:
    """A rung, its place on the ladder (0 is the lowest), and every reason for it."""

    level: int
    rung: Rung
    reasons: tuple[str, ...]


def recommend(situation: Situation, *, ladder: Sequence[Rung] = LADDER) -> Advice:
    """Return the highest rung that the situation asks for, with every reason.

    Parameters
    ----------
    situation : Situation
        The four answers.
    ladder : sequence of Rung, the least rigorous first
        The opinions to go by.

    Returns
    -------
    Advice
        With at least one reason. If `a.covers(b)`, the level for `a` is not below
        the level for `b`.

    Raises
    ------
    ValueError
        If this situation asks for no rung of the ladder.
    """
    for level, rung in reversed(list(enumerate(ladder))):
        reasons = tuple(
            why for why, least in rung.asked_by.items() if situation.covers(least)
        )
        if reasons:
            return Advice(level, rung, reasons)
    raise ValueError(f"a ladder must have a rung for every situation: {situation}")


def explain(advice: Advice) -> str:
    """Return a few lines: what to make, why, and when to stop.

    Parameters
    ----------
    advice : Advice
        What a ladder answered.

    Returns
    -------
    str
        Lines to print; the last is the stop rule.
    """
    rung = advice.rung
    why = "\n".join(f"  - {reason}" for reason in advice.reasons)
    return f"{rung.name}, {rung.mountain}\nMake {rung.make}.\nWhy:\n{why}\n{rung.stop}"


def table() -> str:
    """Return the advice for every situation as one Markdown table.

    Returns
    -------
    str
        A heading, a rule and 54 rows of nine cells: the four answers, then the rung,
        its mountain, what to make, the reasons (parted by `<br>`) and the stop rule.
    """
    text = (
        "| The question is | Who acts on it | A wrong answer costs | It runs "
        "| Rung | Mountain | Make | Why | Stop rule |\n" + "|---" * 9 + "|\n"
    )
    for situation in Situation.grid():
        advice = recommend(situation)
        rung, why = advice.rung, "<br>".join(advice.reasons)
        row = (*astuple(situation), rung.name, rung.mountain, rung.make, why, rung.stop)
        text += f"| {' | '.join(row)} |\n"
    return text
