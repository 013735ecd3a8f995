"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.engineer.contracts import FlightSchema, receive

DELIVERY = pd.DataFrame(
    {
        "month": [7, 7, 7, 7],
        "day": [1, 1, 2, 2],
        "carrier": ["UA", "B6", "UA", "B6"],
        "flight": [15, 700, 16, 701],
        "origin": ["EWR", "JFK", "LGA", "JFK"],
        "sched_dep_time": [517, 2355, 600, 1200],
        "dep_time": [519.0, 5.0, None, 1260.0],
        "dep_delay": [2.0, 10.0, None, 60.0],
    }
)
HONEST = [
    Honest(
        receive,
        {"delivery": DELIVERY, "contract": FlightSchema, "most": 0.5},
        otherwise=[
            Otherwise("delivery: other order*", "The rows keep the order they have."),
            Otherwise("delivery.*: null*", "The row is set aside, if null breaks it."),
            Otherwise("delivery.*: infinity*", "The row is set aside."),
        ],
    ),
]
