"""Bad on purpose: a test that takes wordings for questions, and a judge in a hurry."""

import pandas as pd
from scipy.stats import norm


def looks_better(old: pd.Series, new: pd.Series) -> tuple[float, float]:
    both = (old.mean() + new.mean()) / 2
    error = (both * (1 - both) * (1 / len(old) + 1 / len(new))) ** 0.5
    difference = new.mean() - old.mean()
    return difference, 2 * norm.sf(abs(difference) / error)


def hasty_judge(question: str, first: str, second: str) -> str:
    # Thorough answers are longer, and the first one is usually fine.
    return "second" if len(second.split()) > 1.25 * len(first.split()) else "first"
