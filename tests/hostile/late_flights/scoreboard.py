"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.late_flights.scoreboard import auc, auc_gain

FLIGHTS = {
    "late": pd.Series([True, False, True, True, False, False]),
    "risk": pd.Series([0.75, 0.25, 0.5, 0.125, 0.375, 0.0625]),
    "week": pd.Series(pd.to_datetime(["2013-07-01", "2013-07-08"] * 3)),
}
THAN = pd.Series([0.25, 0.5, 0.75, 0.375, 0.0625, 0.125])

HONEST = [
    Honest(
        auc,
        {**FLIGHTS, "rng": np.random.default_rng(0)},
        aligned=["late", "risk", "week"],
    ),
    Honest(
        auc_gain,
        {**FLIGHTS, "than": THAN, "rng": np.random.default_rng(0)},
        aligned=["late", "risk", "than", "week"],
    ),
]
