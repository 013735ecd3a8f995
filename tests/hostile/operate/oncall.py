"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.operate.oncall import Step, burn_rate, coverage, triage

NOW = pd.Timestamp("2013-07-10 12:00", tz="UTC")
HOURS = pd.date_range(end=NOW, periods=4, freq="h")
EXPECTED = pd.DataFrame(
    {"origin": ["EWR", "EWR", "JFK", "JFK", "LGA"], "hour": [5, 6, 5, 6, 5]}
)
ANSWERS = EXPECTED.iloc[:4].assign(chance=[0.25, 0.5, 0.125, 0.75])
GOOD = pd.Series([1.0, 0.5, 1.0, 0.75], index=HOURS)
RUNBOOK = [
    Step("age, h", 0, 2, "no weather", "data engineer"),
    Step("disk errors", 0, 0, "make room", "platform engineer"),
]

HONEST = [
    Honest(
        coverage,
        {
            "answers": ANSWERS,
            "expected": EXPECTED,
            "by": ["origin", "hour"],
            "value": "chance",
        },
        otherwise=[
            Otherwise("answers: no row", "Nothing came: each share is 0."),
            Otherwise("*expected: category*", "Groups are in the categories' order."),
        ],
    ),
    Honest(
        burn_rate,
        {"good": GOOD, "now": NOW, "hours": 4, "objective": 0.75},
        otherwise=[
            Otherwise("good: no row", "Nobody measured: all was bad.", answer=4)
        ],
    ),
    Honest(triage, {"signals": {"age, h": 9, "disk errors": 0}, "runbook": RUNBOOK}),
]
