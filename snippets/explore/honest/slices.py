"""Find where a model is wrong that is right on average.

Source: Benjamini and Hochberg (1995), Controlling the false discovery rate.
"""

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, t

__all__ = ["worst_slices"]


def worst_slices(
    frame: pd.DataFrame, gap: pd.Series, *, cluster: pd.Series, least: int = 500
) -> pd.DataFrame:
    """Return the slices by how far what happened is from what was predicted.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        One column per way to slice. A null is in no slice.
    gap : Series of shape (n,)
        What happened less what was predicted, without nulls.
    cluster : Series of shape (n,)
        What is independent, such as the week. All three have one index.
    least : int
        Slices of fewer rows or of one cluster are left out.

    Returns
    -------
    DataFrame of shape (slices, 3)
        By `column` and `value`, the largest gap first: `rows`; `gap`, the mean; and
        `p`, of no gap, corrected for the number of slices (Benjamini and Hochberg).

    Raises
    ------
    ValueError
        If the indexes differ, a gap is null or infinite, a cluster is null, `least` is
        below 1, or no slice is large enough.
    """
    for name, values in [("gap", gap), ("cluster", cluster)]:
        if not values.index.equals(frame.index) or values.isna().any():
            raise ValueError(f"{name} must have no null, and the index of frame")
    if least < 1 or not np.isfinite(gap.to_numpy(float)).all():
        raise ValueError(f"least must be 1 or more, got {least}, and gap finite")
    rows = pd.DataFrame({"gap": gap.to_numpy(), "cluster": cluster.to_numpy()})
    found = [
        (name, value, len(part), part["gap"].mean(), _p_value(part))
        for name, column in frame.items()
        for value, part in rows.groupby(column.to_numpy())
        if len(part) >= least and part["cluster"].nunique() >= 2
    ]
    if not found:
        raise ValueError(f"frame must have a slice of {least} rows and two clusters")
    slices = pd.DataFrame(found, columns=["column", "value", "rows", "gap", "p"])
    slices["p"] = false_discovery_control(slices["p"])
    slices = slices.sort_values("gap", key=abs, ascending=False, kind="stable")
    return slices.set_index(["column", "value"])


def _p_value(part: pd.DataFrame) -> float:
    mean = part["gap"].mean()
    sums = part.groupby("cluster")["gap"].agg(["sum", "size"])
    off, n = sums["sum"] - mean * sums["size"], len(sums)
    error = np.sqrt((off**2).sum() * n / (n - 1)) / len(part)
    if error == 0:
        return float(mean == 0)
    return float(2 * t.sf(abs(mean) / error, n - 1))
