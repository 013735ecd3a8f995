"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from typing import Any

from handbook.proof.hostile.declare import Honest
from snippets.engineer.api.app import Flight, create_app
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.schemas import gaps
from snippets.engineer.api.server import serve


def predict(flight: Flight) -> float:
    """Return a risk, the same for all."""
    return 0.25


def app() -> Any:
    """Return an app that answers."""
    return create_app(predict, model="2013-06")


HONEST = [
    Honest(create_app, lambda: {"predict": predict, "model": "2013-06"}),
    Honest(
        gaps,
        {
            "sent": {"type": "integer", "minimum": 0},
            "taken": {"type": "integer", "minimum": 1},
            "at": "hour",
        },
    ),
    Honest(breaking_changes, lambda: {"old": app().openapi(), "new": app().openapi()}),
    Honest(serve, lambda: {"app": app()}),
]
