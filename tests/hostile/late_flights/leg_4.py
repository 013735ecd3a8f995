"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.late_flights.leg_4.checks import Steps, faults_found, future_seen
from snippets.late_flights.leg_4.command import fit, risk
from snippets.late_flights.leg_4.tables import known, late, minutes, weather_known

HOURS = pd.to_datetime([f"2013-07-01T{hour:02d}:00Z" for hour in (12, 13, 14, 15)])
FLIGHTS = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "EWR", "JFK"],
        "carrier": ["UA", "B6", "UA", "B6"],
        "hour": [8, 9, 10, 11],
        "minute": [15, 0, 45, 30],
        "time_hour": HOURS,
        "arr_delay": [31.5, -4.25, None, 2.5],
    }
)
REPORTS = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "EWR", "JFK", "EWR", "JFK"],
        "time_hour": HOURS[[0, 0, 1, 1, 2, 3]] - pd.Timedelta("4h"),
        "precip": [0.0, 0.25, 0.015, 0.0, 0.05, 0.0],
        "visib": [10.0, 2.5, 8.25, 0.5, 6.5, 9.5],
        "wind_speed": [3.5, 12.5, 7.25, 21.0, 30.5, 16.0],
        "humid": [35.5, 85.0, 65.5, 95.5, 45.0, 70.5],
        "pressure": [1001.5, 1012.0, 1022.5, 1030.0, 1008.5, 1017.5],
    }
)
COLUMNS = pd.DataFrame(
    {"origin": ["EWR", "JFK", "EWR", "JFK"] * 3, "hour": [8, 9, 10, 11] * 3}
)
LATE = pd.Series([True, False, False, True, True, False] * 2)


def label(flights: pd.DataFrame) -> "pd.Series":
    """Return which flights are late."""
    return late(flights)


def split(flights: pd.DataFrame) -> "pd.Series":
    """Return which flights are tested on."""
    return flights["time_hour"] >= HOURS[2]


READINGS = [
    Otherwise("reports.*: null*", "-1 is the step of a reading that is null."),
    Otherwise("reports.*: infinity*", "It's beyond the last edge."),
]
HONEST = [
    Honest(minutes, {"clock": pd.Series([517.0, None, 2400.0, 5.0])}, each="clock"),
    Honest(
        late,
        {"flights": FLIGHTS, "after": 15.0},
        each="flights",
        otherwise=[
            Otherwise(
                "flights.arr_delay: null*", "It's not known to be in time.", at=True
            ),
            Otherwise("flights.arr_delay: infinity*", "An endless delay.", at=True),
            Otherwise("after: a negative*", "A flight may have to be early."),
            Otherwise("after: infinity", "Only a flight without a delay is late then."),
            Otherwise("after: NaN", "No flight is known to be in time then."),
        ],
    ),
    Honest(
        known,
        {"flights": FLIGHTS, "reports": REPORTS},
        each="flights",
        otherwise=READINGS,
    ),
    Honest(
        weather_known,
        {"flights": FLIGHTS, "reports": REPORTS, "lead": pd.Timedelta("2h")},
        each="flights",
        otherwise=READINGS,
    ),
    Honest(
        faults_found,
        {
            "steps": Steps(label=label, columns=known, split=split),
            "flights": FLIGHTS,
            "reports": REPORTS,
        },
        otherwise=[
            Otherwise(
                "*: null*", "It's a finding: the steps refuse the null, or differ."
            ),
            Otherwise("*: infinity*", "The steps stay as honest as they were."),
            Otherwise("*: times without a zone", "The step that splits refuses them."),
        ],
    ),
    Honest(
        future_seen,
        {
            "columns": known,
            "flights": FLIGHTS,
            "reports": REPORTS,
            "now": HOURS[1],
        },
        otherwise=[Otherwise("reports.*: infinity*", "A reading as others are.")],
    ),
    Honest(
        fit,
        {"columns": COLUMNS, "label": LATE},
        aligned=["columns", "label"],
    ),
    Honest(
        risk,
        {"model": fit(COLUMNS, LATE), "columns": COLUMNS.head(4)},
        each="columns",
        otherwise=[
            Otherwise("columns.*: null*", "What the model never saw adds nothing."),
        ],
    ),
]
