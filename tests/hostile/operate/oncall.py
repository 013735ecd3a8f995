"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import tempfile
from datetime import datetime
from pathlib import Path

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.operate.oncall.incidents import Act, late_or_wrong, perform
from snippets.operate.oncall.runbook import (
    RUNBOOK,
    Entry,
    every_alert_has_owner,
    postmortem,
    triage,
)
from snippets.operate.oncall.service import Release, Service, observe, run

ZONE = "America/New_York"
NOW = pd.Timestamp("2013-07-10 03:00", tz=ZONE)
GOOD = Release(
    weights={"one": -2.0, "hour": 0.1, "wind_speed": 0.0, "precip": 5.0, "visib": -0.1},
    ordinary={"wind_speed": 8.0, "precip": 0.0, "visib": 9.0},
    threshold=0.3,
    zone=ZONE,
)
AIRPORTS = ["EWR", "JFK", "LGA"]


def table() -> pd.DataFrame:
    """Return a timetable of one morning."""
    local = [NOW.normalize() + pd.Timedelta(hours=hour) for hour in range(3, 9)]
    rows = [
        {"time_hour": at.tz_convert("UTC"), "hour": at.hour, "origin": airport}
        for airport in AIRPORTS
        for at in local
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(carrier="B6", flight=range(len(frame)))


def service() -> Service:
    """Return a service without a fault."""
    times = pd.date_range(end=NOW, periods=12, freq="h").tz_convert("UTC")
    sky = pd.DataFrame(
        [
            {
                "origin": airport,
                "time_hour": at,
                "wind_speed": 1.15078 * (5 + i % 7),
                "precip": 0.0,
                "visib": 10.0,
            }
            for i, at in enumerate(times)
            for airport in AIRPORTS
        ]
    )
    folder = Path(tempfile.mkdtemp())
    return Service(
        weather=sky,
        timetable=table(),
        last_week=table(),
        live=GOOD,
        released=GOOD,
        older=GOOD,
        board=folder / "board.csv",
        spare=folder / "spare.csv",
    )


BOARD = run(service(), NOW)
LOG = [
    Entry(datetime(2013, 7, 10, 3, 0), "desk lead", "the board is empty"),
    Entry(datetime(2013, 7, 10, 3, 12), "desk lead", "it is back"),
]
RULES = [
    {
        "alert": "Empty",
        "labels": {"owner": "desk lead", "severity": "page"},
        "annotations": {"runbook_url": "https://example.org"},
    }
]

HONEST = [
    Honest(perform, lambda: {"act": Act.RESTART, "service": service()}),
    Honest(late_or_wrong, {"board": BOARD.assign(listed=True), "right": BOARD}),
    Honest(triage, {"signals": {step.signal: step.low for step in RUNBOOK}}),
    Honest(every_alert_has_owner, {"rules": RULES, "roles": ["desk lead"]}),
    Honest(postmortem, {"log": LOG, "step": RUNBOOK[0], "hurt": 12}),
    Honest(run, lambda: {"service": service(), "now": NOW}),
    Honest(observe, lambda: {"service": service(), "now": NOW}),
]
