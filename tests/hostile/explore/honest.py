"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import bootstrap_ci
from snippets.explore.honest.slices import worst_slices

LATE = pd.Series([True, True, True, True, False, False, True, False], name="late")
CARRIER = pd.Series(["UA", "UA", "B6", "B6", "UA", "B6", "UA", "B6"], name="carrier")
RISK = pd.Series([0.82, 0.14, 0.61, 0.33, 0.48, 0.27, 0.75, 0.55], name="risk")
WEEK = pd.Series([1, 1, 2, 2, 3, 3, 4, 4], name="week")
FLIGHTS = pd.DataFrame(
    {
        "delay": [31.5, -4.25, 16.5, 2.5, 7.25, 0.5, 12.5, -1.5],
        "distance": [2475, 762, 1089, 187, 2586, 301, 1400, 533],
    }
)


def mean_risk(frame: pd.DataFrame) -> float:
    """Return a statistic of the rows that were drawn."""
    return float(frame["risk"].mean())


HONEST = [
    Honest(
        leak_scan,
        {"frame": FLIGHTS, "label": LATE, "known": ["distance"]},
        aligned=["frame", "label"],
        otherwise=[
            Otherwise("frame.d*: null*", "A row counts for the columns that it has."),
            Otherwise("frame.delay: infinity*", "It ranks last: the area is the same."),
        ],
    ),
    Honest(
        bootstrap_ci,
        {
            "frame": pd.DataFrame({"risk": RISK, "week": WEEK}),
            "statistic": mean_risk,
            "cluster": "week",
            "rng": np.random.default_rng(0),
            "draws": 50,
        },
    ),
    Honest(
        worst_slices,
        {
            "frame": pd.DataFrame({"carrier": CARRIER, "hour": [6, 6, 7, 7] * 2}),
            "gap": LATE - RISK,
            "cluster": WEEK,
            "least": 2,
        },
        aligned=["frame", "gap", "cluster"],
        otherwise=[
            Otherwise("frame.*: null*", "The row is in no slice of that column."),
        ],
    ),
]
