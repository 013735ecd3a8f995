"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from handbook.proof.hostile.declare import Honest
from snippets.engineer.api.app import Flight, create_app
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.schemas import gaps
from snippets.engineer.api.server import serve


def predict(_: Flight) -> float:
    """Return the same probability for each flight."""
    return 0.25


HONEST = [
    Honest(create_app, {"predict": predict, "model": "2013-06"}),
    Honest(
        breaking_changes,
        lambda: {
            "old": create_app(predict, model="2013-06").openapi(),
            "new": create_app(predict, model="2013-06").openapi(),
        },
    ),
    Honest(
        gaps, {"sent": {"type": "number"}, "taken": {"type": "string"}, "at": "wind"}
    ),
    Honest(serve, lambda: {"app": create_app(predict, model="2013-06")}),
]
