"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.late_flights.leg_7.feed import alarm_rate, stopped
from snippets.late_flights.leg_7.policies import Past, monthly, never, triggered
from snippets.late_flights.leg_7.replay import replay

HOURS = pd.date_range("2013-07-01T09:00", periods=4, freq="h", tz="UTC")
REPORTS = pd.DataFrame({"time_hour": HOURS, "wind": [3.5, 4.25, 9.75, 1.5]})
DAYS = pd.DataFrame({"rows": [10, 12], "late": [3, 5], "risk": [2.5, 4.5]})
PAST = Past(pd.Timestamp("2013-07-01"), pd.Timestamp("2013-06-01"), DAYS)
DAY = pd.Series(pd.to_datetime(["2013-07-01", "2013-07-02", "2013-07-03"])).repeat(2)
COLUMNS = pd.DataFrame({"hour": [6, 21, 6, 21, 6, 21]})


def share(columns: pd.DataFrame, late: "pd.Series") -> float:
    """Learn the share of late flights."""
    return float(late.mean())


def answer(model: float, columns: pd.DataFrame) -> "pd.Series":
    """Answer with that share."""
    return pd.Series(model, index=columns.index)


HONEST = [
    Honest(
        stopped,
        {"reports": REPORTS, "start": HOURS[1], "end": HOURS[3]},
        some="reports",
    ),
    Honest(alarm_rate, {"alarms": 2, "days": 51.0}),
    Honest(never, {"past": PAST}),
    Honest(monthly, {"past": PAST}),
    Honest(triggered, {"above": 5.0, "days": 14}),
    Honest(
        replay,
        {
            "columns": COLUMNS,
            "late": pd.Series([True, False, True, True, False, False]),
            "day": DAY.reset_index(drop=True),
            "start": pd.Timestamp("2013-07-02"),
            "due": monthly,
            "learn": share,
            "answer": answer,
        },
        aligned=["columns", "late", "day"],
    ),
]
