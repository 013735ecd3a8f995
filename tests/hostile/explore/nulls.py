"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import numpy as np
import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.nulls import cause_of, co_missing, draw, pool

FLIGHTS = pd.DataFrame(
    {
        "dep_time": [517.0, None, 2359.0, 1200.0],
        "arr_time": [830.0, None, None, 1405.0],
        "arr_delay": [11.0, None, None, None],
    }
)
CAUSES = {
    (): "flown",
    ("dep_time", "arr_time", "arr_delay"): "cancelled",
    ("arr_time", "arr_delay"): "no arrival",
    ("arr_delay",): "untimed",
}
DISTANCE = pd.DataFrame({"distance": [1400.0, 762.0, 1089.0, 187.0, 2586.0, 301.0]})
DELAY = pd.Series([31.5, -4.25, None, 2.5, 7.25, 0.5], name="delay")

HONEST = [
    Honest(
        co_missing,
        {"frame": FLIGHTS},
        otherwise=[Otherwise("frame.*: null*", "Nulls are what it counts.")],
    ),
    Honest(
        cause_of,
        {"frame": FLIGHTS, "causes": CAUSES},
        each="frame",
        otherwise=[Otherwise("frame.*: null*", "Nulls are what it explains.")],
    ),
    Honest(
        draw,
        {"values": DELAY, "features": DISTANCE, "rng": np.random.default_rng(0)},
        aligned=["values", "features"],
        each="values",
        otherwise=[
            Otherwise("values: null*", "Nulls are what it replaces."),
        ],
    ),
    Honest(pool, {"fits": [(1.5, 0.25), (1.75, 0.5), (1.25, 0.375)]}),
]
