"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.operate.monitor.signals import (
    calibration,
    delayed_labels,
    hours_since_news,
)

HOURS = pd.date_range("2013-07-01T09:00", periods=6, freq="h", tz="UTC")
READINGS = pd.DataFrame(
    {
        "wind": [3.5, 3.5, 4.25, 4.25, 9.75, 9.75],
        "rain": [0.0, 0.0, 0.0, 0.5, 0.5, 0.5],
    },
    index=HOURS,
)
LATE = pd.Series([True, False, True, False])
LABELLED = pd.DataFrame(
    {
        "predicted": [0.25, 0.5, 0.75, 0.125, 0.375, 0.625],
        "label": [0.0, 1.0, None, 0.0, 1.0, 1.0],
        "day": pd.to_datetime(["2013-07-01", "2013-07-01", "2013-07-02"] * 2),
    }
)


HONEST = [
    Honest(
        hours_since_news,
        {"readings": READINGS, "clock": HOURS + pd.Timedelta("30min")},
        each="clock",
        otherwise=[
            Otherwise("readings.*: null*", "A null is a value like any other."),
            Otherwise("readings.*: infinity*", "It's a value like any other."),
        ],
    ),
    Honest(
        delayed_labels,
        {
            "late": LATE,
            "known": pd.Series(HOURS[[1, 4, 2, 3]]),
            "scheduled": pd.Series(HOURS[[0, 0, 1, 3]]),
            "now": HOURS[4],
            "wait": pd.Timedelta("2h"),
        },
        aligned=["late", "known", "scheduled"],
        each="late",
        otherwise=[
            Otherwise("known: null*", "A label that never comes counts as late."),
        ],
    ),
    Honest(
        calibration,
        {
            "predicted": LABELLED["predicted"],
            "label": LABELLED["label"],
            "day": LABELLED["day"],
            "days": 1,
        },
        aligned=["predicted", "label", "day"],
    ),
]
