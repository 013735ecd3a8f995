"""Report how sure a score is, or the difference of two.

Source: Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 8:
resample what is independent, whole weeks instead of rows.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

__all__ = ["bootstrap_ci"]


def bootstrap_ci(
    frame: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    *,
    cluster: str,
    rng: np.random.Generator,
    draws: int = 1000,
) -> tuple[float, float]:
    """Return a 95% interval for a statistic, resampling whole clusters of rows.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        All that the statistic needs, and the cluster of each row.
    statistic : callable
        From such a frame to a finite number: a score, or the difference of two.
    cluster : str
        The column of what is independent, such as the week.
    rng : Generator
    draws : int
        At least 1.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If a cluster is null, there are fewer than two, `draws` is below 1, or the
        statistic is not finite in a draw.
    """
    rows = _rows_by_cluster(frame[cluster])
    found = []
    for _ in range(draws):
        drawn = [rows[pick] for pick in rng.integers(len(rows), size=len(rows))]
        found.append(statistic(frame.take(np.concatenate(drawn))))
    if not found or not np.isfinite(found).all():
        raise ValueError(f"statistic must be finite in each of {draws} draws of frame")
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _rows_by_cluster(cluster: pd.Series) -> list[np.ndarray]:
    if cluster.isna().any():
        raise ValueError(f"cluster {cluster.name} must have no null")
    codes, clusters = pd.factorize(cluster, sort=True)
    if len(clusters) < 2:
        raise ValueError(
            f"cluster {cluster.name} must have 2 values or more, got {len(clusters)}"
        )
    return [np.flatnonzero(codes == code) for code in range(len(clusters))]
