"""Bad on purpose: a flight is given the weather and the delays of its own hour."""

import pandas as pd


def joined_on_the_hour(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    hour = ["origin", "time_hour"]
    left = flights.dropna(subset="dep_delay")
    late = left.assign(late_share=left["dep_delay"] > 15)
    airport = late.groupby(hour)["late_share"].mean().reset_index()
    features = flights[hour].merge(weather, on=hour, how="left")
    return features.merge(airport, on=hour, how="left")
