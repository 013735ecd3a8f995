"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.explore.nulls import by_day, co_missing, outcome

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "UA", "B6"],
        "dep_time": [517.0, None, 2359.0, 1200.0],
        "dep_delay": [2.0, None, -1.0, 15.0],
        "arr_time": [830.0, None, None, 1405.0],
        "arr_delay": [11.0, None, None, None],
        "air_time": [227.0, None, None, None],
    }
)
DAYS = pd.Series(
    pd.to_datetime(["2013-02-08", "2013-02-08", "2013-02-10", "2013-02-08"])
)

HONEST = [
    Honest(co_missing, {"frame": FLIGHTS}),
    Honest(
        by_day,
        {"values": FLIGHTS["dep_time"], "date": DAYS},
        aligned=["values", "date"],
    ),
    Honest(outcome, {"flights": FLIGHTS}, each="flights"),
]
