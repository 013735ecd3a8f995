"""A contract for scheduled flights, and a door that holds deliveries to a contract.

Source: Bureau of Transportation Statistics, on-time performance: clocks are local and
run from 0001 to 2400.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa

__all__ = ["FlightSchema", "receive"]


class FlightSchema(pa.DataFrameModel):
    """What every delivery of scheduled flights promises, clause by clause.

    Clocks are HHMM as numbers, 1 to 2400, delays in minutes.
    """

    month: int = pa.Field(ge=1, le=12)
    day: int = pa.Field(ge=1, le=31)
    carrier: str = pa.Field(str_matches=r"^[A-Z0-9]{2}$")
    flight: int = pa.Field(ge=1)
    origin: str = pa.Field(isin=["EWR", "JFK", "LGA"])
    sched_dep_time: int = pa.Field(ge=1, le=2400)
    dep_time: float = pa.Field(ge=1, le=2400, nullable=True)
    dep_delay: float = pa.Field(ge=-60, nullable=True)

    class Config:
        """No flight twice; columns that are not named may come and are left alone."""

        unique = ("month", "day", "carrier", "flight", "sched_dep_time")

    @pa.check("sched_dep_time", "dep_time")
    @classmethod
    def is_a_clock(cls, clock: pd.Series) -> pd.Series:
        """Give no hour a 60th minute."""
        return clock % 100 < 60

    @pa.dataframe_check
    @classmethod
    def left_or_not(cls, flights: pd.DataFrame) -> pd.Series:
        """Have a delay where there is a departure, and only there."""
        return flights["dep_time"].isna() == flights["dep_delay"].isna()

    @pa.dataframe_check
    @classmethod
    def clocks_agree(cls, flights: pd.DataFrame) -> pd.Series:
        """Let the departure be schedule plus delay, past midnight too."""
        clock = flights[["dep_time", "sched_dep_time"]]
        minutes = clock // 100 * 60 + clock % 100
        late = minutes["dep_time"] - minutes["sched_dep_time"] - flights["dep_delay"]
        return late.isna() | (late % 1440 == 0)


def receive(
    delivery: pd.DataFrame, contract: type[pa.DataFrameModel], *, most: float = 0.01
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that keep the contract and those that break it, or refuse all.

    Parameters
    ----------
    delivery : DataFrame of shape (n, k)
        One row per unit, each label of the index once. One without rows breaks no
        clause about rows: count them elsewhere.
    contract : type of DataFrameModel
        The clauses. Whole numbers are taken for `int` and for `float`: CSV has them
        as floats in a column with a null, and as ints in one without.
    most : float, default 0.01
        The share of broken rows, in [0, 1], above which the whole delivery is refused:
        then it is the delivery that is broken, or the contract.

    Returns
    -------
    kept, aside : DataFrame of shape (n - m, k) and (m, k + 1)
        `aside` has the column `broken`: the names of the clauses, parted by a comma.

    Raises
    ------
    ValueError
        If a column is missing or of another type, if more than `most` of the rows break
        a clause, if the index has levels, a null or a label twice, or if `most` is not
        in [0, 1].
    """
    if not 0 <= most <= 1:  # a NaN is refused, too
        raise ValueError(f"most must be in [0, 1], got {most}")
    index = delivery.index
    if index.nlevels > 1 or index.hasnans or not index.is_unique:
        raise ValueError("delivery must have each index label once, on one level")
    rows = _as_promised(delivery, contract)
    broken = _broken(rows, contract)
    aside = index.isin(broken.index)
    if aside.sum() > most * len(rows):
        counts = broken.value_counts().to_dict()
        raise ValueError(f"delivery must keep {1 - most:.1%} of its rows, has {counts}")
    kept = _as_promised(rows[~aside], contract)  # without the nulls, ints are ints
    return kept, rows[aside].assign(broken=broken)


def _broken(rows: pd.DataFrame, contract: type[pa.DataFrameModel]) -> "pd.Series[str]":
    """Return the clauses that rows break, by label; refuse what is wrong with all."""
    columns = contract.to_schema().columns.items()
    needed = [name for name, column in columns if name in rows and not column.nullable]
    # With a null, a column of whole numbers has another type: pandera's answer to
    # that depends on its version, so it never gets to see one.
    null = rows[needed].isna().any(axis=1)
    broken = pd.Series("not_nullable", index=rows.index[null], dtype="str")
    try:
        contract.validate(_as_promised(rows[~null], contract), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return broken
    whole = cases[cases["index"].isna()]
    if not whole.empty:
        words = [
            *whole[["column", "check", "failure_case"]].astype(str).agg(" ".join, 1)
        ]
        raise ValueError(
            f"delivery must have the contract's columns and types: {words}"
        )
    checks = cases.groupby("index")["check"]
    named: pd.Series[str] = checks.agg(lambda names: ", ".join(sorted(set(names))))
    return pd.concat([broken, named.astype("str")])


def _as_promised(
    delivery: pd.DataFrame, contract: type[pa.DataFrameModel]
) -> pd.DataFrame:
    """Return a delivery with numbers as NumPy holds them: with a null, they're floats.

    Whole numbers are of the type promised, int64 or float64.
    """
    rows = delivery.copy()
    for name, column in contract.to_schema().columns.items():
        promised = column.dtype.type if column.dtype else None
        if name not in rows or promised not in (np.dtype("int64"), np.dtype("float64")):
            continue
        there = rows[name].dropna().infer_objects()
        if pd.api.types.is_float_dtype(there):
            there = there.astype("float64")
            if (there % 1 == 0).all():
                rows[name] = there.astype(promised).reindex(rows.index)
            else:
                rows[name] = there.reindex(rows.index)
        elif pd.api.types.is_integer_dtype(there):
            rows[name] = there.astype(promised).reindex(rows.index)
    return rows
