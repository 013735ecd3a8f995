"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.questions import Question, rank, shares_above, stake

DELAY = pd.Series([-5.0, 3.0, 16.0, 61.0, 45.0, 0.0], name="delay")
LATE = pd.Series([False, False, True, True, True, False], name="late")
CARRIER = pd.Series(["UA", "UA", "EV", "EV", "EV", "B6"], name="carrier")
HOUR = Question(
    ask="At which hour?", options=("at 17:00", "at 21:00"), stake=9.5, days=2
)
MONTH = Question(ask="In which month?", options=("July", "June"), stake=8.25, days=0.5)

HONEST = [
    Honest(
        Question,
        {"ask": "When?", "options": ("now", "later"), "stake": 9.5, "days": 2.5},
    ),
    Honest(rank, {"questions": [HOUR, MONTH]}),
    Honest(
        shares_above,
        {"values": DELAY, "groups": CARRIER, "above": [0.0, 15.0], "at_least": 1},
        aligned=["values", "groups"],
        otherwise=[
            Otherwise("above: one row", "One limit is one column."),
            Otherwise("above: all rows equal", "A limit is a column once."),
            Otherwise("values: infinity*", "It is above every limit."),
        ],
    ),
    Honest(
        stake,
        {"label": LATE, "groups": CARRIER},
        aligned=["label", "groups"],
        otherwise=[Otherwise("groups: null*", "Rows without a group are one.")],
    ),
]
