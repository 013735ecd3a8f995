"""Put the legs of one project on one scoreboard, each figure of it measured.

The honest score is an AUC, with an interval over days and not over flights: flights of
one day share its weather, so that a day is what the sample has many of.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
"""

import ast
import io
import tokenize
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

__all__ = ["Score", "auc_by_day", "code_lines", "scoreboard"]


@dataclass(frozen=True, kw_only=True)
class Score:
    """One leg's row.

    Parameters
    ----------
    leg : int
        Its number.
    auc, low, high : float
        The honest score in [0, 1], and its interval.
    lines, tests : int
        How many lines hold code, and how many tests the leg runs.
    found, planted : int
        How many of the faults planted in the leg something reported.

    Raises
    ------
    ValueError
        If the score lies outside its interval, or more faults are found than planted.
    """

    leg: int
    auc: float
    low: float
    high: float
    lines: int
    tests: int
    found: int
    planted: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.auc <= self.high <= 1:
            interval = f"[{self.low}, {self.high}]"
            raise ValueError(f"auc must lie in [low, high], got {self.auc}, {interval}")
        if not 0 <= self.found <= self.planted:
            raise ValueError(f"found must be 0 to {self.planted}, got {self.found}")


def auc_by_day(
    late: pd.Series, risk: pd.Series, day: pd.Series, *, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Measure how well a risk ranks flights, with an interval over days.

    Parameters
    ----------
    late : Series of bool, shape (n,)
        What came true: at least one of each.
    risk : Series of shape (n,)
        The predicted chance in [0, 1]. Chances less than 0.001 apart may tie.
    day : Series of shape (n,)
        The day of each flight.
    rng : Generator
        Draws 1,000 samples of days.

    Returns
    -------
    tuple of three floats
        The AUC: the chance that a late flight has a higher risk than one that is not,
        a tie counting one half. Then the bounds that hold 95% of the samples.

    Raises
    ------
    ValueError
        If a risk is outside [0, 1] or null, or all flights are late, or none.
    """
    if not risk.between(0, 1).all():
        raise ValueError(f"risk must be in [0, 1], got {risk.min()} to {risk.max()}")
    if late.nunique() != 2:
        raise ValueError("late must have both kinds of flight, got one")
    days, number = np.unique(day.to_numpy(), return_inverse=True)
    step = np.rint(1000 * risk.to_numpy()).astype(int)
    counts = np.zeros((2, len(days), 1001))
    np.add.at(counts, (late.to_numpy().astype(int), number, step), 1)
    drawn = rng.multinomial(len(days), np.full(len(days), 1 / len(days)), size=1000)
    weights = np.vstack([np.ones(len(days)), drawn])
    on_time, hits = weights @ counts[0], weights @ counts[1]
    below = on_time.cumsum(axis=1) - on_time / 2
    pairs = on_time.sum(axis=1) * hits.sum(axis=1)
    # A sample of days may hold one kind of flight alone: it ranks nothing.
    wins = (hits * below).sum(axis=1)
    auc = np.divide(wins, pairs, out=np.full(1001, 0.5), where=pairs > 0)
    low, high = np.quantile(auc[1:], [0.025, 0.975])
    return float(auc[0]), float(min(low, auc[0])), float(max(high, auc[0]))


def code_lines(source: str) -> int:
    """Count the lines that hold code.

    Parameters
    ----------
    source : str
        Python code. Raises SyntaxError if it is not.

    Returns
    -------
    int
        Lines less those that are empty or hold only a comment or a docstring.
    """
    docstrings = {
        (node.lineno, node.col_offset)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node.value.value, str)
    }
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT}
    blank |= {tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in blank and token.start not in docstrings:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def scoreboard(*scores: Score) -> str:
    """Write the rows as the table that ends each leg.

    Parameters
    ----------
    *scores : Score
        At least one, in the order in which they shall stand.

    Returns
    -------
    str
        A line of headings and a line per leg.
    """
    rows = pd.DataFrame([asdict(score) for score in scores])
    rows["honest AUC"] = [f"{s.auc:.3f} [{s.low:.3f}, {s.high:.3f}]" for s in scores]
    rows["faults found"] = [f"{s.found} of {s.planted}" for s in scores]
    columns = ["leg", "honest AUC", "lines", "tests", "faults found"]
    return rows[columns].to_string(index=False)
