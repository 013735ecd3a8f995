"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import tempfile
from pathlib import Path

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.cross.refactor.golden import check_golden, differences, record_golden
from snippets.cross.refactor.late import (
    add_weather,
    bad_weather,
    departed,
    late_table,
    share_late,
)
from snippets.cross.refactor.measure import branches, repeats, vague_names

HOURS = pd.to_datetime(["2013-07-01T09:00Z", "2013-07-01T10:00Z"])
FLIGHTS = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "EWR", "JFK", "EWR", "JFK"],
        "hour": [5, 5, 6, 6, 5, 6],
        "time_hour": HOURS[[0, 0, 1, 1, 0, 1]],
        "dep_time": [519.0, 505.0, None, 620.0, 540.0, 601.0],
        "dep_delay": [2.5, -5.25, None, 20.5, 31.5, 1.5],
    }
)
WEATHER = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "EWR", "JFK"],
        "time_hour": HOURS[[0, 0, 1, 1]],
        "precip": [0.0, 0.25, 0.0, 0.125],
        "visib": [10.0, 2.5, 8.25, 9.5],
    }
)
FLOWN = FLIGHTS.assign(
    precip=[0.0, 0.25, 0.5, 0.125, 0.0, 0.375],
    visib=[10.0, 2.5, 8.25, 9.5, 2.25, 7.5],
    late=[False, False, True, True, True, False],
    bad=[False, True, True, True, True, True],
)
TABLE = pd.DataFrame({"airport": ["EWR", "JFK"], "n": [3, 4], "late": [12.5, 25.25]})
SOURCE = "def f(df):\n    tmp = 1\n    if df:\n        tmp = 1\n    return tmp\n"


def new_file() -> dict[str, object]:
    """Return a table, and a path where no file is."""
    return {"table": TABLE, "path": Path(tempfile.mkdtemp(), "golden.csv")}


def golden_file() -> dict[str, object]:
    """Return a table, and the path of its golden file."""
    arguments = new_file()
    arguments["path"].write_text(  # type: ignore[attr-defined]
        "airport:str,n:int64,late:float64\nEWR,3,12.5\nJFK,4,25.25\n"
    )
    return arguments | {"key": ["airport"]}


HONEST = [
    Honest(departed, {"flights": FLIGHTS}, some="flights"),
    Honest(add_weather, {"flights": FLIGHTS, "weather": WEATHER}, each="flights"),
    Honest(bad_weather, {"flown": FLOWN}, each="flown"),
    Honest(share_late, {"flown": FLOWN, "min_bad": 1}),
    Honest(
        late_table,
        {"flights": FLIGHTS, "weather": WEATHER, "late_after": 15.0, "min_bad": 1},
    ),
    Honest(record_golden, new_file),
    Honest(check_golden, golden_file),
    Honest(
        differences,
        {
            "golden": TABLE,
            "now": TABLE.assign(late=[12.5, 26.5]),
            "key": ["airport"],
            "atol": 0.125,
        },
    ),
    Honest(branches, {"source": SOURCE}),
    Honest(repeats, {"source": SOURCE}),
    Honest(vague_names, {"source": SOURCE}),
]
