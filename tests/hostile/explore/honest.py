"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import bootstrap_ci, rate_baseline
from snippets.explore.honest.slices import cost_curve, worst_slices

LATE = pd.Series([True, True, True, True, False, False, True, False], name="late")
CARRIER = pd.Series(["UA", "UA", "B6", "B6", "UA", "B6", "UA", "B6"], name="carrier")
RISK = pd.Series([0.82, 0.14, 0.61, 0.33, 0.48, 0.27, 0.75, 0.55], name="risk")
DAY = pd.Series(pd.to_datetime(["2013-07-01", "2013-07-02"] * 4), name="day")
FLIGHTS = pd.DataFrame(
    {
        "delay": [31.5, -4.25, 16.5, 2.5, 7.25, 0.5, 12.5, -1.5],
        "distance": [2475, 762, 1089, 187, 2586, 301, 1400, 533],
    }
)

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
        rate_baseline,
        {"past": CARRIER, "label": LATE, "future": pd.Series(["B6", "AA", "UA"])},
        aligned=["past", "label"],
        each="future",
        otherwise=[
            Otherwise("future: null*", "A group that the past lacks.", at=0.625),
        ],
    ),
    Honest(
        bootstrap_ci,
        {
            "part": LATE.astype(int),
            "whole": pd.Series(1, index=LATE.index),
            "cluster": pd.Series([1, 1, 2, 2, 3, 3, 4, 4]),
            "rng": np.random.default_rng(0),
            "draws": 50,
        },
        aligned=["part", "whole", "cluster"],
    ),
    Honest(
        worst_slices,
        {
            "frame": pd.DataFrame({"carrier": CARRIER, "hour": [6, 6, 7, 7] * 2}),
            "gap": LATE - RISK,
            "cluster": DAY,
            "least": 2,
        },
        aligned=["frame", "gap", "cluster"],
        otherwise=[
            Otherwise("frame.*: null*", "The row is in no slice of that column."),
        ],
    ),
    Honest(
        cost_curve,
        {"label": LATE, "risk": RISK, "miss": 5.0, "false_alarm": 1.0},
        aligned=["label", "risk"],
    ),
]
