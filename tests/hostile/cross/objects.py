"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.cross.objects import DelayModel, GroupRate, defined_in, unmet

HOURS = pd.DataFrame({"hour": [6, 6, 21, 21, 17], "month": [1, 7, 1, 7, 7]})
LATE = pd.Series([False, False, True, True, False])


def fitted() -> dict[str, object]:
    """Return a fitted model, and rows to predict."""
    return {"self": GroupRate().fit(HOURS, LATE), "X": HOURS}


HONEST = [
    Honest(
        GroupRate.fit,
        lambda: {"self": GroupRate(), "X": HOURS, "y": LATE},
        aligned=["X", "y"],
    ),
    Honest(GroupRate.predict_proba, fitted, each="X"),
    Honest(GroupRate.predict, fitted, each="X"),
    Honest(unmet, {"model": GroupRate, "protocol": DelayModel}),
    Honest(defined_in, {"cls": GroupRate}),
]
