"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.engineer.contracts.schema import FlightSchema, receive
from snippets.engineer.contracts.synthesise import permitted_statistics, synthesise
from snippets.engineer.contracts.unlike import told_apart, unlike_production

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
FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "UA", "UA", "B6", "B6", "B6"],
        "origin": ["EWR", "EWR", "EWR", "JFK", "JFK", "JFK"],
        "sched_dep_time": [905, 915, 955, 1400, 1405, 1459],
        "dep_delay": [2.5, None, 16.5, -4.25, 31.5, 0.5],
    }
)
RNG = np.random.default_rng(0)
REAL = pd.DataFrame(
    {"carrier": ["UA", "B6"] * 12, "delay": RNG.normal(0.0, 9.0, 24).round(2)}
)
MADE = pd.DataFrame(
    {"carrier": ["UA", "UA", "B6"] * 8, "delay": RNG.normal(4.0, 3.0, 24).round(2)}
)

HONEST = [
    Honest(receive, {"delivery": DELIVERY, "contract": FlightSchema, "most": 0.5}),
    Honest(permitted_statistics, {"flights": FLIGHTS, "least": 2}),
    Honest(
        synthesise,
        {
            "statistics": permitted_statistics(FLIGHTS, least=2),
            "n": 6,
            "month": 7,
            "rng": np.random.default_rng(0),
        },
    ),
    Honest(unlike_production, {"real": REAL, "made": MADE}),
    Honest(told_apart, {"real": REAL, "made": MADE}),
]
