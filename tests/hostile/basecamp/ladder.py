"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from handbook.proof.hostile.declare import Honest
from snippets.basecamp.ladder import BOXES, cross_out, packages, up_time

HONEST = [
    Honest(cross_out, {"needs": ["it runs again", "others call it"], "boxes": BOXES}),
    Honest(up_time, {"parts": 5, "each": 0.995}),
    Honest(packages, {"names": ["pandas", "pytest"]}),
]
