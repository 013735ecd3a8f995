"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.engineer.dummy.synthesise import permitted_statistics, synthesise
from snippets.engineer.dummy.unlike import told_apart, unlike_production

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
    {"carrier": ["UA", "B6"] * 36, "delay": RNG.normal(0.0, 9.0, 72).round(2)}
)
MADE = pd.DataFrame(
    {"carrier": ["UA", "UA", "B6"] * 24, "delay": RNG.normal(4.0, 3.0, 72).round(2)}
)

HONEST = [
    Honest(
        permitted_statistics,
        {"flights": FLIGHTS, "least": 2},
        otherwise=[
            Otherwise("flights.dep_delay: null*", "A flight that never left."),
        ],
    ),
    Honest(
        synthesise,
        {
            "statistics": permitted_statistics(FLIGHTS, least=2),
            "n": 6,
            "month": 7,
            "rng": np.random.default_rng(0),
        },
    ),
    Honest(
        unlike_production,
        {"real": REAL, "made": MADE},
        otherwise=[
            Otherwise("*: null*", "Nulls are counted in a column of their own."),
            Otherwise("*: infinity*", "The distance compares ranks: it's the largest."),
        ],
    ),
    Honest(
        told_apart,
        {"real": REAL, "made": MADE},
        otherwise=[
            Otherwise("*: null*", "A null is a value by which rows can be told apart."),
            Otherwise("*: infinity*", "The classifier compares ranks only."),
        ],
    ),
]
