"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.first_hour import candidate_keys, profile, suspicious

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "UA", "B6", "EV", "B6"],
        "flight": [1545, 1545, 725, 461, 725],
        "delay": [11.5, -3.0, 2.25, 64.0, 9.75],
        "day": pd.to_datetime(["2013-01-01", "2013-01-02", "2013-01-01"] * 2)[:5],
    }
)

HONEST = [
    Honest(
        profile,
        {"table": FLIGHTS},
        otherwise=[
            Otherwise("table.*: null*", "It counts nulls."),
            Otherwise("table.*: infinity*", "An infinite end is what you should see."),
        ],
    ),
    Honest(
        candidate_keys,
        {"table": FLIGHTS, "columns": ["carrier", "flight", "day"], "at_most": 3},
    ),
    Honest(
        suspicious,
        {"table": FLIGHTS, "factor": 1.5},
    ),
]
