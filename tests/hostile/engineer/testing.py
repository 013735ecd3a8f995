"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest
from snippets.engineer.testing.delays import delay, delay_by_carrier, hhmm_to_minutes
from snippets.engineer.testing.mutants import Mutant, killed, mutants

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "UA", "B6"],
        "sched_dep_time": [517, 2355, 600, 1200],
        "dep_time": [519.0, 5.0, None, 1300.0],
    }
)
SOURCE = "def late(delay):\n    return delay > 15\n"


def suite(module: object) -> None:
    """Test the module."""
    assert not module.late(15)  # type: ignore[attr-defined]


HONEST = [
    Honest(hhmm_to_minutes, {"clock": FLIGHTS["dep_time"]}, each="clock"),
    Honest(
        delay,
        {"scheduled": FLIGHTS["sched_dep_time"], "actual": FLIGHTS["dep_time"]},
        aligned=["scheduled", "actual"],
        each="actual",
    ),
    Honest(delay_by_carrier, {"flights": FLIGHTS}),
    Honest(mutants, {"source": SOURCE}),
    Honest(killed, {"mutant": Mutant(2, "", SOURCE), "suite": suite}),
]
