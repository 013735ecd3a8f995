"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import httpx
import numpy as np

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.engineer.calls.budget import RetryBudget
from snippets.engineer.calls.retries import send
from snippets.engineer.calls.waits import over_budget


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
    Honest(RetryBudget, {"share": 0.1, "reserve": 3, "window": 10.0}),
    Honest(RetryBudget.request, lambda: {"self": RetryBudget()}),
    Honest(
        RetryBudget.retry,
        lambda: {"self": RetryBudget()},
        otherwise=[
            Otherwise(
                "the same call in threads", "Each call takes a retry of its own."
            ),
        ],
    ),
    Honest(send, one_request),
    Honest(
        over_budget,
        {
            "seconds": [0.002 + at / 10**6 for at in range(100)],
            "baseline": [0.001 + at / 10**6 for at in range(100)],
            "at_most": {50: 3.0, 95: 3.0},
        },
        otherwise=[
            Otherwise("*: null (NaN)*", "It counts as inf: a call without an answer."),
            Otherwise("*: infinity*", "One in a hundred is past both percentiles."),
        ],
    ),
]
