"""Bad on purpose: a rule that trusts every row that arrived."""

import pandas as pd


def storms(hours: pd.DataFrame) -> pd.DataFrame:
    wind = hours["wind_speed"]
    return hours[wind > wind.mean() + 3 * wind.std()]
