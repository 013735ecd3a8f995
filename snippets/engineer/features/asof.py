"""Give each decision the newest value that was known before it.

A value has two times: when it was true, and when it could be read. Join on the
second. `newest_before` is the idea for one entity, `point_in_time` does the job with
DuckDB's ASOF JOIN for all of them.

Source: Kaufman, Rosset, Perlich and Stitelman (2012), Leakage in data mining, ACM
Transactions on Knowledge Discovery from Data 6.
"""

import duckdb
import numpy as np
import pandas as pd

__all__ = ["NEWEST_BEFORE", "newest_before", "point_in_time"]

# The join finds rows and returns no values: these keep their types, and no column's
# name reaches the SQL.
NEWEST_BEFORE = """
    SELECT coalesce(fact.place, -1) AS place
    FROM question ASOF LEFT JOIN fact
      ON question.entity = fact.entity AND question.at > fact.at
    ORDER BY question.place
"""


def newest_before(asked: pd.Series, known: pd.Series) -> np.ndarray:
    """Find the newest of the known times that lies before each asked time.

    Parameters
    ----------
    asked : Series of shape (n,)
        When each question is asked.
    known : Series of shape (m,)
        When each fact could be read, ascending.

    Returns
    -------
    ndarray of shape (n,), int64
        A place in `known`, or -1 where nothing was known yet.

    Raises
    ------
    ValueError
        If `known` is not ascending, a time is null, or only one of the two has a time
        zone.
    """
    if not known.is_monotonic_increasing:
        raise ValueError("known must be ascending: sort it, and its values with it")
    if asked.isna().any() or known.isna().any():
        raise ValueError("asked and known must have no null")
    when, read = pd.DatetimeIndex(asked), pd.DatetimeIndex(known)
    if (when.tz is None) != (read.tz is None):
        raise ValueError("asked and known must both have a time zone, or neither")
    return read.searchsorted(when, side="left") - 1


def point_in_time(
    questions: pd.DataFrame,
    facts: pd.DataFrame,
    *,
    by: str,
    max_age: pd.Timedelta | None = None,
) -> pd.DataFrame:
    """Give each question the newest fact of its entity that was known before it.

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
        If an entity or a time is null, a time is finer than a microsecond, or if
        facts tie.
    """
    question = _keys(questions, "questions", by, "decided_at")
    fact = _keys(facts, "facts", by, "known_at")
    ties = fact.duplicated(["entity", "at"]).sum()
    if ties:
        raise ValueError(f"facts must have one row per {by} and known_at, {ties} tie")
    with duckdb.connect() as connection:
        connection.register("question", question)
        connection.register("fact", fact)
        place = connection.execute(NEWEST_BEFORE).fetchnumpy()["place"]
    if max_age is not None:
        age = question["at"] - fact["at"].reindex(place).array
        place = np.where(age > max_age, -1, place)
    return facts.reset_index(drop=True).reindex(place).set_index(questions.index)


def _keys(frame: pd.DataFrame, name: str, by: str, time: str) -> pd.DataFrame:
    zone = getattr(frame[time].dtype, "tz", None)
    if str(zone) != "UTC":
        raise TypeError(f"{name}.{time} must be in UTC, got {frame[time].dtype}")
    for column in (by, time):
        nulls = frame[column].isna().sum()
        if nulls:
            raise ValueError(f"{name}.{column} must have no null, got {nulls}")
    at = pd.DatetimeIndex(frame[time])
    if (at != at.floor("us")).any():  # DuckDB cuts them off, and two facts may tie
        raise ValueError(f"{name}.{time} must be in whole microseconds")
    keys = pd.DataFrame({"entity": frame[by].array, "at": frame[time].array})
    return keys.assign(place=np.arange(len(keys)))
