"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.late_flights.golden import check_numbers, recompute

FLIGHTS = pd.DataFrame(
    {
        "month": [2, 2, 7, 9, 12, 7],
        "day": [8, 9, 1, 2, 3, 4],
        "hour": [6, 21, 6, 21, 6, 6],
        "dep_time": [None, None, 601.0, 2105.0, 611.0, 555.0],
        "arr_delay": [None, None, 31.5, -4.25, None, 2.5],
    }
)
LATE = pd.Series([True, True, True, False, True, False])

HONEST = [
    Honest(recompute, {"flights": FLIGHTS, "late": LATE}, aligned=["flights", "late"]),
    Honest(
        check_numbers, {"flights": FLIGHTS, "late": LATE}, aligned=["flights", "late"]
    ),
]
