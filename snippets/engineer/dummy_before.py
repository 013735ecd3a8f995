"""Bad on purpose: data made up at a desk, and code that is right for these only."""

import numpy as np
import pandas as pd


def dummy_flights(n: int, rng: np.random.Generator) -> pd.DataFrame:
    sched = rng.integers(6 * 60, 21 * 60, n)
    delay = rng.integers(-10, 60, n)
    return pd.DataFrame(
        {
            "month": 7,
            "day": rng.integers(1, 32, n),
            "carrier": rng.choice(["AA", "DL", "UA"], n),
            "flight": np.arange(n),
            "origin": rng.choice(["EWR", "JFK", "LGA"], n),
            "sched_dep_time": sched // 60 * 100 + sched % 60,
            "dep_time": (sched + delay) // 60 * 100 + (sched + delay) % 60,
            "dep_delay": delay,
        }
    )


def departure_delay(flights: pd.DataFrame) -> pd.Series:
    def minutes(clock):
        return clock // 100 * 60 + clock % 100

    return minutes(flights["dep_time"]) - minutes(flights["sched_dep_time"])
