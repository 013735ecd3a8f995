"""Give each decision the newest value that was known before it.

A value has two times: when it was true, and when it could be read. Join on the second.

Source: Kaufman, Rosset, Perlich and Stitelman (2012), Leakage in data mining, ACM
Transactions on Knowledge Discovery from Data 6.
"""

import numpy as np
import pandas as pd

__all__ = ["point_in_time"]


def point_in_time(
    questions: pd.DataFrame,
    facts: pd.DataFrame,
    *,
    by: str,
    max_age: pd.Timedelta | None = None,
) -> pd.DataFrame:
    """Return for each question the newest fact of its entity that was known before it.

    Parameters
    ----------
    questions : DataFrame of shape (n, k)
        The entity in `by`, and `decided_at`, in UTC.
    facts : DataFrame of shape (m, j)
        The entity in `by`, and `known_at`, in UTC: when the fact could be read. At
        most one fact per entity and `known_at`.
    by : str
        The column of the entity, in both tables.
    max_age : Timedelta, optional
        A fact that was known for longer is not given. By default no fact is too old.

    Returns
    -------
    DataFrame of shape (n, j)
        One fact per question, with the index of `questions`; null where none was known.

    Raises
    ------
    TypeError
        If a time is not in UTC.
    ValueError
        If an entity or a time is null, `max_age` is negative, or facts tie.
    """
    question = _keys(questions, "questions", by, "decided_at")
    fact = _keys(facts, "facts", by, "known_at")
    _refuse_ties_and_negative_age(fact, by, max_age)
    found = pd.merge_asof(
        question, fact, on="at", by="id", tolerance=max_age, allow_exact_matches=False
    )
    place = found.set_index("questions")["facts"].sort_index()
    rows = facts.reset_index(drop=True).reindex(place.fillna(-1).astype(np.int64))
    return rows.set_index(questions.index)


def _refuse_ties_and_negative_age(
    fact: pd.DataFrame, by: str, max_age: pd.Timedelta | None
) -> None:
    if ties := fact.duplicated(["id", "at"]).sum():
        raise ValueError(f"facts must have one row per {by} and known_at, {ties} tie")
    if max_age is not None and max_age < pd.Timedelta(0):
        raise ValueError(f"max_age must not be negative, got {max_age}")


def _keys(frame: pd.DataFrame, name: str, by: str, time: str) -> pd.DataFrame:
    zone = getattr(frame[time].dtype, "tz", None)
    if str(zone) != "UTC":
        raise TypeError(f"{name}.{time} must be in UTC, got {frame[time].dtype}")
    for column in (by, time):
        nulls = frame[column].isna().sum()
        if nulls:
            raise ValueError(f"{name}.{column} must have no null, got {nulls}")
    # One type on both sides, and nanoseconds, so that nothing is cut off.
    keys = {
        "id": pd.Series(frame[by].to_numpy(dtype=object), dtype=object),
        "at": pd.DatetimeIndex(frame[time]).as_unit("ns"),
        name: np.arange(len(frame)),
    }
    return pd.DataFrame(keys).sort_values("at", kind="stable")
