"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from handbook.proof.hostile.declare import Honest
from snippets.basecamp.choose.advice import explain, recommend, table
from snippets.basecamp.choose.situation import Situation

SMALL, LARGE = Situation(), Situation("answered", "a team", "money", "unattended")

HONEST = [
    Honest(Situation, {"question": "open", "users": "a team"}),
    Honest(Situation.covers, {"self": LARGE, "other": SMALL}),
    Honest(Situation.grid, {}),
    Honest(recommend, {"situation": LARGE}),
    Honest(explain, {"advice": recommend(SMALL)}),
    Honest(table, {}),
]
