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
        If the indexes differ, `least` is below 1, a gap is not finite, a cluster is
        null, or no slice has `least` rows and two clusters.
    """
    if not (frame.index.equals(gap.index) and gap.index.equals(cluster.index)):
        raise ValueError("frame, gap and cluster must have one index, got several")
    if least < 1:
        raise ValueError(f"least must be 1 or more, got {least}")
    gaps = pd.Series(gap.to_numpy(dtype=float, na_value=np.nan))
    if not np.isfinite(gaps).all() or cluster.isna().any():
        raise ValueError("gap must be finite, and neither it nor cluster null")
    frame, cluster = frame.reset_index(drop=True), cluster.reset_index(drop=True)
    found = {}
    for column in frame:
        for value, part in gaps.groupby(frame[column]):
            by_cluster = part.groupby(cluster[part.index]).agg(["sum", "size"])
            if len(part) >= least and len(by_cluster) >= 2:
                p = _chance_of_no_gap(by_cluster["sum"], by_cluster["size"])
                found[column, value] = (len(part), part.mean(), p)
    if not found:
        raise ValueError(f"frame must have a slice of {least} rows in two clusters")
    slices = pd.DataFrame.from_dict(found, orient="index", columns=["rows", "gap", "p"])
    slices.index = pd.MultiIndex.from_tuples(found, names=["column", "value"])
    slices["p"] = false_discovery_control(slices["p"])
    return slices.sort_values("gap", key=abs, ascending=False, kind="stable")


def _chance_of_no_gap(sums: pd.Series, sizes: pd.Series) -> float:
    n, rows = len(sums), sizes.sum()
    mean = sums.sum() / rows
    off = sums - mean * sizes
    error = np.sqrt((off**2).sum() * n / (n - 1)) / rows
    if error == 0:  # each cluster has the same gap: none, or one without a doubt
        return float(mean == 0)
    return float(2 * t.sf(abs(mean) / error, n - 1))


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
        If a cost is not finite and more than 0, the indexes differ, `label` is not
        bool, or a risk is not in [0, 1].
    """
    for name, cost in (("miss", miss), ("false_alarm", false_alarm)):
        if not 0 < cost < np.inf:
            raise ValueError(f"{name} must be finite and more than 0, got {cost}")
    if not label.index.equals(risk.index):
        raise ValueError("label and risk must have the same index, got two")
    if not pd.api.types.is_bool_dtype(label.dtype) or label.isna().any():
        raise ValueError(f"label must be bool, without nulls, got {label.dtype}")
    risks = risk.to_numpy(dtype=float, na_value=np.nan)
    if label.empty or not ((risks >= 0) & (risks <= 1)).all():  # a NaN is neither
        raise ValueError("risk must be in [0, 1], without nulls, one at least")
    thresholds = np.arange(101) / 100
    late = label.to_numpy(dtype=bool)
    happened, did_not = np.sort(risks[late]), np.sort(risks[~late])
    missed = np.searchsorted(happened, thresholds, side="left")
    alarms = len(did_not) - np.searchsorted(did_not, thresholds, side="left")
    cost = (miss * missed + false_alarm * alarms) / len(label)
    return pd.Series(cost, index=pd.Index(thresholds, name="threshold"), name="cost")
