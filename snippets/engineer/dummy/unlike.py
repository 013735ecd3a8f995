"""Measure how far test data are from the real thing, column by column and together.

Source: Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests, ICLR: if a
classifier can tell the two tables apart, so can your code.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

__all__ = ["told_apart", "unlike_production"]

_WORDS = 250  # of a column: the classifier takes 255


def unlike_production(real: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return how far apart the values and the nulls of each column are.

    Parameters
    ----------
    real, made : DataFrame of shape (n, k), (m, k)
        Rows of production, and rows made for tests, with the same columns.

    Returns
    -------
    DataFrame of shape (k, 2)
        By column, the most unlike first: `distance` of the values that are there, in
        [0, 1], Kolmogorov and Smirnov's for numbers and total variation for text; and
        `nulls`, the share of nulls made less the real one.

    Raises
    ------
    ValueError
        If a column of `real` is missing in `made`, or holds nothing but nulls in one.
    """
    missing = [name for name in real.columns if name not in made.columns]
    if missing:
        raise ValueError(f"made must have the columns of real, it has no {missing}")
    blank = [n for n in real.columns if real[n].isna().all() or made[n].isna().all()]
    if blank:
        raise ValueError(f"each column must hold a value in both, see {blank}")
    rows = {name: _compare(real[name], made[name]) for name in real.columns}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["distance", "nulls"])
    return table.sort_values("distance", ascending=False, kind="stable")


def _compare(real: pd.Series, made: pd.Series) -> tuple[float, float]:
    nulls = float(made.isna().mean()) - float(real.isna().mean())
    left, right = (side.dropna().infer_objects() for side in (real, made))
    if pd.api.types.is_numeric_dtype(left):
        one, two = (np.sort(side.to_numpy(dtype=float)) for side in (left, right))
        at = np.concatenate([one, two])
        gap = np.searchsorted(one, at, side="right") / len(one)
        gap -= np.searchsorted(two, at, side="right") / len(two)
        return float(np.abs(gap).max()), nulls
    shares = [side.value_counts(normalize=True) for side in (left, right)]
    gaps = pd.concat(shares, axis=1).fillna(0.0).diff(axis=1).iloc[:, 1]
    return float(gaps.abs().sum() / 2), nulls


def told_apart(real: pd.DataFrame, made: pd.DataFrame, *, seed: int = 0) -> float:
    """Return how well a classifier tells real rows from made ones.

    Parameters
    ----------
    real, made : DataFrame of shape (n, k), (m, k)
        With the same columns, numbers or text. Take about as many rows of each.
    seed : int, default 0
        Of the classifier and of the order of the rows.

    Returns
    -------
    float
        The area under the ROC curve on rows that the classifier has not seen: 0.5 if
        it can only guess, 1 if each row gives itself away.

    Raises
    ------
    ValueError
        If either table has fewer than 10 rows.
    """
    if min(len(real), len(made)) < 10:
        sizes = f"{len(real)} and {len(made)}"
        raise ValueError(f"real and made must have 10 rows or more, got {sizes}")
    rows = pd.concat([real, made[real.columns]], ignore_index=True).infer_objects()
    for name in rows.columns:
        if not pd.api.types.is_numeric_dtype(rows[name]):
            rows[name] = _words(rows[name])
    is_real = np.arange(len(rows)) < len(real)
    # Sorted first, so that the order in which rows came makes no difference.
    codes = [pd.factorize(rows[name], sort=True)[0] for name in rows.columns]
    order = np.random.default_rng(seed).permutation(np.lexsort([is_real, *codes]))
    classifier = HistGradientBoostingClassifier(
        max_iter=40, random_state=seed, categorical_features="from_dtype"
    )
    guess = cross_val_predict(
        classifier, rows.iloc[order], is_real[order], cv=3, method="predict_proba"
    )
    return float(roc_auc_score(is_real[order], guess[:, 1]))


def _words(column: pd.Series) -> pd.Series:
    """Return a text as a category of as many words as the classifier takes."""
    counts = column.value_counts().sort_index()  # ties in the order of the words
    common = counts.sort_values(ascending=False, kind="stable").index[:_WORDS]
    known = column.isin(common) | column.isna()
    return column.astype(object).where(known, "another").astype("category")
