"""Measure how far test data are from the real thing, column by column and together.

Source: Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests, ICLR: if a
classifier can tell the two tables apart, so can your code.
"""

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

__all__ = ["told_apart", "unlike_production"]

_WORDS = 250  # of a column: the classifier takes 255


def unlike_production(real: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Compare each column's values and nulls.

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
        return float(ks_2samp(left, right, method="asymp").statistic), nulls
    shares = [side.value_counts(normalize=True) for side in (left, right)]
    gaps = pd.concat(shares, axis=1).fillna(0.0).diff(axis=1).iloc[:, 1]
    return float(gaps.abs().sum() / 2), nulls


def told_apart(real: pd.DataFrame, made: pd.DataFrame, *, seed: int = 0) -> float:
    """Let a classifier tell real rows from made ones.

    Parameters
    ----------
    real, made : DataFrame of shape (n, k), (m, k)
        With the same columns, numbers or text. Take about as many rows of each.
    seed : int, default 0
        Of the classifier and of the order of the rows.

    Returns
    -------
    float
        The area under the curve on rows that the classifier has not seen: 0.5 where it
        is lost, 1 where each row gives itself away.

    Raises
    ------
    ValueError
        If either table has fewer than 10 rows.
    """
    if min(len(real), len(made)) < 10:
        sizes = f"{len(real)} and {len(made)}"
        raise ValueError(f"real and made must have 10 rows or more, got {sizes}")
    rows = pd.concat([real, made[real.columns]], ignore_index=True).infer_objects()
    text = rows.columns[
        [not pd.api.types.is_numeric_dtype(kind) for kind in rows.dtypes]
    ]
    for name in text:
        common = rows[name].value_counts().index[:_WORDS]
        known = rows[name].isin(common) | rows[name].isna()
        words = rows[name].astype(object).where(known, "another")
        rows[name] = words.astype("category")
    is_real = np.arange(len(rows)) < len(real)
    order = np.random.default_rng(seed).permutation(len(rows))
    classifier = HistGradientBoostingClassifier(
        max_iter=40, random_state=seed, categorical_features="from_dtype"
    )
    guess = cross_val_predict(
        classifier, rows.iloc[order], is_real[order], cv=3, method="predict_proba"
    )
    return float(roc_auc_score(is_real[order], guess[:, 1]))
