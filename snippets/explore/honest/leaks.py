"""Ask of every column when it is known, and what it tells all by itself.

Source: Kaufman, Rosset and Perlich (2011), Leakage in data mining, KDD.
"""

from collections.abc import Collection

import pandas as pd
from sklearn.metrics import roc_auc_score

__all__ = ["leak_scan"]


def leak_scan(
    frame: pd.DataFrame, label: pd.Series, *, known: Collection[str]
) -> pd.DataFrame:
    """Score each number by itself, beside whether it is known at the decision.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        Number columns; nulls are left out column by column.
    label : Series of shape (n,)
        What happened, bool, with the index of `frame`.
    known : collection of str
        The columns that exist when the decision is made. Somebody who knows how each
        is written must say so: the data do not tell.

    Returns
    -------
    DataFrame of shape (k, 2)
        By column, the highest `auc` first: the area under the curve of the column
        alone, in [0.5, 1], whichever way round, null where the rows that have a value
        share one outcome; and `known`, bool. A column that tells by being null is not
        seen: count its nulls by outcome.

    Raises
    ------
    ValueError
        If `known` names a column that `frame` has not, the indexes differ, or `label`
        holds anything but True and False.
    """
    known = [known] if isinstance(known, str) else list(known)
    strangers = sorted(set(known) - set(frame.columns))
    if strangers:
        raise ValueError(f"known must name columns of frame, got {strangers}")
    if not frame.index.equals(label.index):
        raise ValueError("frame and label must have the same index, got two")
    if label.isna().any() or not label.isin([True, False]).all():
        raise ValueError("label must hold True and False only")
    happened = label.to_numpy(dtype=bool)
    areas = {}
    for name, values in frame.items():
        there = values.notna().to_numpy()
        area = float("nan")
        if len(set(happened[there])) == 2:
            # Ranks give the same area, and take infinity and integers of any size.
            area = roc_auc_score(happened[there], values[there].rank())
        areas[name] = max(area, 1 - area)
    scan = pd.DataFrame({"auc": areas}, index=frame.columns)
    scan["known"] = scan.index.isin(known)
    return scan.sort_values("auc", ascending=False, kind="stable")
