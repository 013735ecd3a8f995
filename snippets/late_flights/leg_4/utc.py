"""Read times so that two tables can be joined by them."""

import pandas as pd

__all__: list[str] = []


def _utc(frame: pd.DataFrame, name: str) -> pd.DatetimeIndex:
    for column in ("origin", "time_hour"):
        if nulls := frame[column].isna().sum():
            raise ValueError(f"{name}.{column} must hold no null, got {nulls}")
    # Two tables join only if their times have one unit and one zone.
    times = pd.to_datetime(pd.DatetimeIndex(frame["time_hour"]), utc=True)
    return times.as_unit("us")
