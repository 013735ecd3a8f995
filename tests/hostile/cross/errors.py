"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import logging

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.cross.errors import (
    JsonLines,
    RowError,
    bisect_rows,
    parse_all,
    parse_clock,
)

CLOCKS = pd.Series([517.0, 2400.0, 1200.0, 59.0], name="dep_time")
HOURS = pd.DataFrame({"wind": [3.5, 8.25, 1048.5, 9.75, 2.5]})


def too_windy(hours: pd.DataFrame) -> bool:
    """Return whether an hour had more wind than was ever measured."""
    return bool((hours["wind"] > 253).any())


def record() -> dict[str, object]:
    """Return a formatter, and a record to format."""
    line = logging.LogRecord("job", logging.INFO, "", 1, "loaded", None, None)
    return {"self": JsonLines(redact=["token"]), "record": line}


HONEST = [
    Honest(
        RowError,
        {"rule": "clock must be a number", "value": 3.5},
        otherwise=[Otherwise("value: *", "An error shows whatever it got.")],
    ),
    Honest(parse_clock, {"clock": 517.0}),
    Honest(
        parse_all,
        {"values": CLOCKS, "parse": parse_clock, "at_most": 0.5},
        each="values",
    ),
    Honest(
        bisect_rows,
        {"table": HOURS, "fails": too_windy},
        otherwise=[
            Otherwise("table.wind: infinity*", "The first row that fails is found.")
        ],
    ),
    Honest(JsonLines, {"redact": ["token"]}),
    Honest(JsonLines.format, record),
]
