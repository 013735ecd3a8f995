"""Bad for a report: four lines that were good enough for a look."""

import pandas as pd


def late_share(flights: pd.DataFrame, by: list[str]) -> pd.Series:
    late = flights["arr_delay"] > 15
    groups = [flights[name] for name in by]
    return late.groupby(groups).mean()
