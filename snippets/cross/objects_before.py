"""Bad on purpose: what one object learns, all objects answer."""

import pandas as pd


class SharedRate:
    rates = {}

    def fit(self, hours: pd.Series, late: pd.Series):
        for hour, part in late.groupby(hours):
            self.rates[hour] = part.mean()
        return self

    def rate(self, hour):
        return self.rates[hour]
