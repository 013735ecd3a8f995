"""Bad on purpose: it looks at five rows, and then asks its question."""

import pandas as pd


def windiest_day(weather: pd.DataFrame) -> tuple[tuple[int, int], float]:
    print(weather.head()["wind_speed"].to_list())  # looks fine
    days = weather.groupby(["month", "day"])["wind_speed"].mean()
    return days.idxmax(), days.max()
