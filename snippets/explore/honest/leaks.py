"""Score each column by itself, to find those that know the answer.

Source: Kaufman, Rosset and Perlich (2011), Leakage in data mining, KDD.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

__all__ = ["leak_scan"]


def leak_scan(
    frame: pd.DataFrame, label: pd.Series, *, known: Collection[str]
) -> pd.DataFrame:
    """Return how well each column ranks the label by itself, the best first.

    Parameters
    ----------
    frame : DataFrame of shape (n, k)
        Columns of numbers, which may have nulls.
    label : Series of shape (n,)
        What happened, bool, with the index of `frame`.
    known : collection of str
        The columns that exist when the decision is made. No data say so: ask.

    Returns
    -------
    DataFrame of shape (k, 3)
        By column: `auc` of its values and `null_auc` of where it is null, in [0.5, 1]
        whichever way round, null where one label is left; and `known`.

    Raises
    ------
    TypeError, ValueError
        If a column or the label has another type or index, or `known` names no column.
    """
    known = known if isinstance(known, str) else {*known}
    strangers = [known] if isinstance(known, str) else sorted(known - {*frame})
    if strangers or not frame.columns.is_unique:
        raise ValueError(f"known must be of unique columns: {strangers or list(frame)}")
    if not label.index.equals(frame.index):
        raise ValueError("frame and label must have the same index, got two")
    if not pd.api.types.is_bool_dtype(label) or label.isna().any():
        raise TypeError(f"label must be bool without a null, got {label.dtype}")
    scores = {
        name: [_auc(label, column), _auc(label, column.isna()), name in known]
        for name, column in frame.items()
    }
    columns = ["auc", "null_auc", "known"]
    scan = pd.DataFrame.from_dict(scores, orient="index", columns=columns)
    best = scan[["auc", "null_auc"]].max(axis=1).to_numpy()
    return scan.iloc[np.argsort(-best, kind="stable")]


def _auc(label: pd.Series, values: pd.Series) -> float:
    if not pd.api.types.is_numeric_dtype(values):
        raise TypeError(f"{values.name} must hold numbers, got {values.dtype}")
    there = values.notna().to_numpy()
    happened = label.to_numpy(bool)[there]
    if len(np.unique(happened)) < 2:
        return float("nan")
    area = float(roc_auc_score(happened, values[there].rank()))
    return max(area, 1 - area)
