"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.operate.alerts import Alert, delay, false_alarms, urgency

HOURS = pd.date_range("2013-07-01T09:00", periods=6, freq="h", tz="UTC")
FIRING = pd.Series([False, True, True, False, True, False], index=HOURS)
WIND = pd.Series([3.5, 3.5, 4.25, 4.25, 9.75, 9.75], index=HOURS, name="wind")

HONEST = [
    Honest(urgency, {"can_act": True, "harm_within": pd.Timedelta("3h")}),
    Honest(
        Alert.firing,
        {
            "self": Alert(above=4.0, for_=pd.Timedelta("1h")),
            "values": WIND,
        },
        each="values",
        otherwise=[
            Otherwise("values: null*", "A figure that is missing is no good news."),
            Otherwise("values: infinity*", "It's above the threshold."),
        ],
    ),
    Honest(
        false_alarms,
        {"firing": FIRING, "quiet": pd.Series([True] * 3 + [False] * 3, index=HOURS)},
        aligned=["firing", "quiet"],
    ),
    Honest(delay, {"firing": FIRING, "start": HOURS[0], "end": HOURS[5]}),
]
