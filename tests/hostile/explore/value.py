"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.value import memo, queue_wait, tipping_point, value_of_knowing

PAYOFFS = pd.DataFrame(
    {"buffer": [-15.0, -15.5, -14.0, -15.0], "none": [0.0, -60.0, -59.5, -0.5]}
)
CHOSEN = pd.Series(["none", "buffer", "none", "buffer"])


def decide(minutes: float) -> bool:
    """Return whether a late flight of so many minutes is worth a buffer."""
    return minutes * 0.25 > 10


HONEST = [
    Honest(
        value_of_knowing,
        {"payoffs": PAYOFFS, "chosen": CHOSEN, "default": "buffer"},
        aligned=["payoffs", "chosen"],
    ),
    Honest(
        tipping_point,
        {"values": [60.0, 50.0, 35.0, 30.0], "decide": decide},
        otherwise=[
            Otherwise("values: other order*", "The first value is what you assume.")
        ],
    ),
    Honest(queue_wait, {"load": 0.85, "people": 2}),
    Honest(
        memo,
        {
            "question": "When is a flight late?",
            "answer": "36% of those after 17:00 are.",
            "evidence": {"by hour": "all of 2013", "by week": "52 weeks"},
            "limits": "It says nothing about 2014.",
        },
    ),
]
