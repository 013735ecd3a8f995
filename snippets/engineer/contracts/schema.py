"""A contract for scheduled flights, and a door that holds deliveries to it.

Source: Bureau of Transportation Statistics, on-time performance: clocks are local and
run from 0001 to 2400.
"""

from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

__all__ = ["FlightSchema", "Received", "receive"]


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


@dataclass(frozen=True)
class Received:
    """A delivery, parted by the contract.

    Attributes
    ----------
    rows : DataFrame of shape (n, k)
        Those that keep it.
    quarantined : DataFrame of shape (m, k + 1)
        Those that break a clause, with `broken`, its names parted by a comma.
    """

    rows: pd.DataFrame
    quarantined: pd.DataFrame


def receive(
    delivery: pd.DataFrame, contract: type[pa.DataFrameModel], *, most: float = 0.01
) -> Received:
    """Let rows in that keep the contract, set others aside, or refuse the whole.

    Parameters
    ----------
    delivery : DataFrame of shape (n, k)
        One row per unit, each label of the index once. One without rows keeps every
        clause about rows: count them elsewhere.
    contract : type of DataFrameModel
        The clauses.
    most : float, default 0.01
        The share of broken rows, in [0, 1], above which the whole delivery is refused:
        then it is the delivery that is broken, or the contract.

    Returns
    -------
    Received
        Every row of the delivery is in one of its two tables.

    Raises
    ------
    ValueError
        If a column is missing or of another type, if more than `most` of the rows break
        a clause, if the index has levels or repeats a label, or if `most` is not in
        [0, 1].
    """
    if not 0 <= most <= 1:  # a NaN is refused, too
        raise ValueError(f"most must be in [0, 1], got {most}")
    if delivery.index.nlevels > 1 or not delivery.index.is_unique:
        raise ValueError("delivery must have each index label once, on one level")
    try:
        contract.validate(delivery, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return Received(delivery, delivery.iloc[:0].assign(broken=""))
    of_rows = cases[cases["index"].notna()]
    if len(of_rows) < len(cases):
        raise ValueError(
            f"delivery must have the columns and types of the contract: {_said(cases)}"
        )
    broken = of_rows.groupby("index")["check"].agg(
        lambda names: ", ".join(sorted(set(names)))
    )
    aside = delivery.index.isin(broken.index)
    if aside.mean() > most:
        counts = of_rows.groupby("check")["index"].nunique().to_dict()
        limit = f"at most {most:.1%} of rows may break a clause"
        raise ValueError(f"delivery is refused, {limit}: {counts}")
    quarantined = delivery[aside].assign(broken=broken)
    return Received(delivery[~aside], quarantined)


def _said(cases: pd.DataFrame) -> list[str]:
    """Put what is wrong with the delivery as a whole into words."""
    of_all = cases[cases["index"].isna()]
    words = of_all[["column", "check", "failure_case"]].astype(str)
    return list(words.agg(" ".join, axis=1))
