"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.late_flights.scoreboard import (
    Score,
    auc_by_day,
    code_lines,
    scoreboard,
)

SCORE = {"leg": 1, "auc": 0.625, "low": 0.5, "high": 0.75}
SCORE |= {"lines": 10, "tests": 2, "found": 1, "planted": 3}

HONEST = [
    Honest(Score, SCORE),
    Honest(
        auc_by_day,
        {
            "late": pd.Series([True, False, True, True, False, False]),
            "risk": pd.Series([0.75, 0.25, 0.5, 0.125, 0.375, 0.0625]),
            "day": pd.Series(pd.to_datetime(["2013-07-01", "2013-07-02"] * 3)),
            "rng": np.random.default_rng(0),
        },
        aligned=["late", "risk", "day"],
    ),
    Honest(code_lines, {"source": "x = 1\n\n# a comment\ny = 2\n"}),
    Honest(scoreboard, {"scores": [Score(**SCORE)]}),
]
