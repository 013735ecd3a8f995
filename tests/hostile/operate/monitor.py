"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.operate.monitor.alerts import Alert, delay, false_alarms, urgency
from snippets.operate.monitor.metrics import Counter, exposition
from snippets.operate.monitor.signals import (
    calibration,
    delayed_labels,
    hours_since_news,
)

HOURS = pd.date_range("2013-07-01T09:00", periods=6, freq="h", tz="UTC")
FIRING = pd.Series([False, True, True, False, True, False], index=HOURS)
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


def counted() -> Counter:
    """Return a counter that has counted."""
    counter = Counter("requests_total", "Requests.")
    counter.inc(2.0, status="200")
    return counter


HONEST = [
    Honest(urgency, {"can_act": True, "harm_within": pd.Timedelta("3h")}),
    Honest(
        Alert.firing,
        {
            "self": Alert(above=4.0, for_=pd.Timedelta("1h")),
            "values": READINGS["wind"],
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
    Honest(Counter, {"name": "requests_total", "documentation": "Requests."}),
    Honest(
        Counter.inc,
        lambda: {"self": counted(), "amount": 2.0, "status": "200"},
        otherwise=[
            Otherwise("the arguments afterwards", "A counter is there to count."),
        ],
    ),
    Honest(exposition, {"counter": counted()}),
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
