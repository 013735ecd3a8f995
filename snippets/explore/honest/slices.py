"""Find where a model is wrong that is right on average, and price its errors.

Sources: Benjamini and Hochberg (1995), Controlling the false discovery rate; Elkan
(2001), The foundations of cost-sensitive learning, on thresholds from costs.
"""

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, t

__all__ = ["cost_curve", "worst_slices"]


def worst_slices(
    frame: pd.DataFrame, gap: pd.Series, *, cluster: pd.Series, least: int = 500
) -> pd.DataFrame:
    """List the slices in which what happened differs most from what was predicted.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        One column per way to slice: month, carrier, hour.
    gap : Series of shape (n,)
        What happened less what was predicted, in [-1, 1], with the index of `frame`.
    cluster : Series of shape (n,)
        What is independent of the others, such as the date.
    least : int, default 500
        Slices with fewer rows are left out, and those of fewer than two clusters: one
        day has no spread between days. A null of `frame` is in no slice.

    Returns
    -------
    DataFrame of shape (slices, 3)
        By `column` and `value`, the largest gap first: `rows`; `gap`, the mean; and
        `p`, of no gap, from the spread between clusters and Student's t, corrected for
        the number of slices (Benjamini and Hochberg).

    Raises
    ------
    ValueError
        If no slice has `least` rows and two clusters.
    """
    found = {}
    for column in frame:
        for value, part in gap.groupby(frame[column]):
            by_cluster = part.groupby(cluster).agg(["sum", "size"])
            n = len(by_cluster)
            if len(part) >= least and n >= 2:
                off = by_cluster["sum"] - part.mean() * by_cluster["size"]
                error = np.sqrt((off**2).sum() * n / (n - 1)) / len(part)
                p = 2 * t.sf(abs(part.mean()) / error, n - 1)
                found[column, value] = (len(part), part.mean(), p)
    if not found:
        raise ValueError(f"a slice must have {least} rows and two clusters, got none")
    slices = pd.DataFrame.from_dict(found, orient="index", columns=["rows", "gap", "p"])
    slices.index = pd.MultiIndex.from_tuples(found, names=["column", "value"])
    slices["p"] = false_discovery_control(slices["p"])
    return slices.sort_values("gap", key=abs, ascending=False, kind="stable")


def cost_curve(
    label: pd.Series, risk: pd.Series, *, miss: float, false_alarm: float
) -> pd.Series:
    """Price a warning at each threshold.

    Parameters
    ----------
    label : Series of shape (n,)
        What happened, bool.
    risk : Series of shape (n,)
        What was predicted, in [0, 1], with the index of `label`.
    miss, false_alarm : float
        What one costs, in a unit of yours, more than 0.

    Returns
    -------
    Series of shape (101,)
        The mean cost per row, by threshold 0.00, 0.01, ..., 1.00: a row is warned about
        where its risk is at least the threshold.

    Raises
    ------
    ValueError
        If a cost is not more than 0, `label` is not bool, or a risk is not in [0, 1].
    """
    if not (miss > 0 and false_alarm > 0):
        raise ValueError(f"costs must be more than 0, got {miss} and {false_alarm}")
    if label.dtype != bool:  # ~ of a 1 is -2
        raise ValueError(f"label must be bool, got {label.dtype}")
    if not risk.between(0, 1).all():  # a NaN is refused, too
        raise ValueError("risk must be in [0, 1], without nulls")
    thresholds = np.arange(101) / 100
    happened = np.sort(risk[label].to_numpy())
    did_not = np.sort(risk[~label].to_numpy())
    missed = np.searchsorted(happened, thresholds, side="left")
    alarms = len(did_not) - np.searchsorted(did_not, thresholds, side="left")
    cost = (miss * missed + false_alarm * alarms) / len(label)
    return pd.Series(cost, index=pd.Index(thresholds, name="threshold"), name="cost")
