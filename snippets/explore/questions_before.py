"""Bad on purpose: it takes the first metric that comes to mind."""

import pandas as pd


def worst_carrier(flights: pd.DataFrame) -> str:
    delayed = flights["arr_delay"] > 0
    return delayed.groupby(flights["carrier"]).mean().idxmax()
