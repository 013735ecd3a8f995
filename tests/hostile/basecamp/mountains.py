"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.basecamp.mountains import arrivals

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "UA", "B6", "UA", "UA"],
        "origin": ["EWR", "JFK", "EWR", "JFK", "LGA", "LGA"],
        "arr_delay": [31.5, -4.25, None, 16.5, 2.5, 0.5],
    }
)

HONEST = [
    Honest(
        arrivals,
        {"flights": FLIGHTS, "by": ["carrier", "origin"], "minutes": 15.0},
        otherwise=[
            Otherwise(
                "flights: category, one*", "Groups have the order of categories."
            ),
            Otherwise(
                "flights.arr_delay: null*", "A flight without an arrival is lost."
            ),
            Otherwise("flights.arr_delay: infinity*", "It's late."),
            Otherwise("by: a set", "The levels of the index have no order, either."),
        ],
    ),
]
