"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from datetime import date

import httpx
import numpy as np

from handbook.proof.hostile.declare import Honest
from snippets.engineer.api.app import create_app
from snippets.engineer.api.client import RetryBudget, over_budget, send
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.server import serve

ANSWERS = {("UA", "EWR", 8): 0.25, ("B6", "JFK", 21): 0.5}
TRAINED = date(2013, 6, 30)


def app() -> dict[str, object]:
    """Return what makes an app."""
    return {"answers": ANSWERS, "model": "2013-06", "trained_until": TRAINED}


def one_request() -> dict[str, object]:
    """Return a client that answers by itself, and a request for it."""
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200)), timeout=1.0
    )
    return {
        "client": client,
        "request": client.build_request("GET", "http://localhost/health"),
        "budget": RetryBudget(),
        "rng": np.random.default_rng(0),
        "attempts": 2,
        "deadline": 1.0,
    }


HONEST = [
    Honest(create_app, app),
    Honest(RetryBudget.spend, lambda: {"self": RetryBudget()}),
    Honest(send, one_request),
    Honest(
        over_budget,
        {
            "seconds": [0.002 + at / 10**6 for at in range(100)],
            "baseline": [0.001 + at / 10**6 for at in range(100)],
            "at_most": {50: 3.0, 95: 3.0},
        },
    ),
    Honest(
        breaking_changes,
        lambda: {
            "old": create_app(**app()).openapi(),  # type: ignore[arg-type]
            "new": create_app(**app()).openapi(),  # type: ignore[arg-type]
        },
    ),
    Honest(serve, lambda: {"app": create_app(**app())}),  # type: ignore[arg-type]
]
