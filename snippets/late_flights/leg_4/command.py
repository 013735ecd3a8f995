"""Learn from a table of past flights, and write the risk of each flight asked about."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from .tables import known, late

__all__ = ["fit", "main", "risk"]


def fit(columns: pd.DataFrame, label: pd.Series, *, rows: int = 20_000) -> Pipeline:
    """Fit a logistic regression to flights spread evenly over the past.

    Parameters
    ----------
    columns : DataFrame of shape (n, k)
        What was known of each flight, in the order of time.
    label : Series of bool, shape (n,)
        Whether each flight was late: at least one of each among the rows taken.
    rows : int
        How many flights to learn from, about: every n-th one is taken.

    Returns
    -------
    Pipeline
        A model for `risk`. A carrier that it never saw adds nothing to the risk.

    Raises
    ------
    ValueError
        If the two have another index or a null, or those of the rows taken are
        all the same.
    """
    if columns.isna().any(axis=None):
        raise ValueError("columns must hold no null")
    if not columns.index.equals(label.index) or label.isna().any():
        sizes = f"{len(columns)} and {len(label)}"
        raise ValueError(f"label must have one for each row of columns, got {sizes}")
    if rows < 1:
        raise ValueError(f"rows must be 1 or more, got {rows}")
    label = label.astype(bool)
    taken = slice(None, None, max(1, len(columns) // rows))
    if label[taken].nunique() != 2:
        raise ValueError("label must have both kinds of flight among the rows taken")
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    model = make_pipeline(encoder, LogisticRegression(solver="newton-cholesky"))
    return model.fit(columns[taken], label[taken])


def risk(model: Pipeline, columns: pd.DataFrame) -> pd.Series:
    """Ask the model how likely each flight is to be late.

    Parameters
    ----------
    model : Pipeline
        As `fit` returns it.
    columns : DataFrame of shape (n, k)
        The columns that the model has learned from.

    Returns
    -------
    Series of shape (n,)
        In [0, 1], with the index of `columns`.
    """
    if columns.empty:
        return pd.Series(index=columns.index, dtype=float)
    return pd.Series(model.predict_proba(columns)[:, 1], index=columns.index)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: three tables in, one out.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line by default.

    Returns
    -------
    int
        0. A wrong option ends the command with status 2.
    """
    parser = argparse.ArgumentParser(prog="late-flights", description=__doc__)
    for name, says in {
        "past": "flights that are over, in the order of time",
        "ask": "flights that have yet to leave",
        "weather": "reports of both times",
        "out": "the table to write",
    }.items():
        kind = "CSV" if name == "out" else "Parquet"
        help_ = f"{kind}: {says}"
        parser.add_argument(f"--{name}", type=Path, required=True, help=help_)
    paths = parser.parse_args(arguments)
    past, ask, weather = map(pd.read_parquet, (paths.past, paths.ask, paths.weather))
    model = fit(known(past, weather), late(past))
    flight = ask[["time_hour", "origin", "carrier", "flight"]]
    answer = flight.assign(risk=risk(model, known(ask, weather)).round(4))
    answer.to_csv(paths.out, index=False)
    mean = answer["risk"].mean()
    sys.stdout.write(f"{len(answer):,} flights, {mean:.1%} expected late\n")
    return 0
