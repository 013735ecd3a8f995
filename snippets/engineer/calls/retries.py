"""Send a request, and again where that is safe and may help.

Sources: Brooker (2015), Exponential backoff and jitter; Fielding et al. (2022), RFC
9110, 9.2.2.
"""

import math
import time
from collections.abc import Callable

import httpx
import numpy as np
import tenacity

from .budget import RetryBudget

__all__ = ["send"]

_IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"}
_BUSY = {429, 502, 503, 504}  # 500 is a fault: it fails again; 422 is the caller's
_LOST = httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError
_MAY_PASS = tenacity.retry_if_exception_type(_LOST) | tenacity.retry_if_result(
    lambda response: response.status_code in _BUSY
)


def send(
    client: httpx.Client,
    request: httpx.Request,
    *,
    budget: RetryBudget,
    rng: np.random.Generator,
    idempotent: bool = False,
    attempts: int = 3,
    deadline: float = 2.0,
    sleep: Callable[[float], None] = time.sleep,
) -> httpx.Response:
    """Send a request, and again if that is safe and may help.

    Parameters
    ----------
    client : httpx.Client
        Its timeout limits the silence within each attempt.
    request : httpx.Request
        From `client.build_request`, which gives it that timeout.
    budget : RetryBudget
        One for all requests to a service. It counts this one.
    rng : Generator
        Draws the pauses, so that clients that failed together don't return together.
    idempotent : bool
        Whether sending a POST or PATCH twice does what sending it once does.
    attempts : int, at least 1
        The first included.
    deadline : float, at least 0
        Seconds. No attempt begins later; the last may still take its timeout.
    sleep : callable
        Waits for a number of seconds.

    Returns
    -------
    httpx.Response
        The response to the last attempt, whatever its status.

    Raises
    ------
    ValueError
        If the request has no timeout, or a number is out of its range.
    httpx.TransportError
        If the last attempt got no response.
    """
    timeout = request.extensions.get("timeout", {}).values()
    if not timeout or None in timeout:
        raise ValueError(f"a request must have a timeout, got {request.extensions}")
    if not (attempts >= 1 and 0 <= deadline < math.inf):
        got = f"attempts={attempts}, deadline={deadline}"
        raise ValueError(f"attempts must be 1 or more, seconds finite, got {got}")
    budget.request()
    safe = idempotent or request.method in _IDEMPOTENT
    request.read()  # a body from a generator would be gone at the second attempt
    stop = tenacity.stop_after_attempt(attempts) | tenacity.stop_before_delay(deadline)
    retry = tenacity.Retrying(
        retry=_MAY_PASS if safe else tenacity.retry_never,
        wait=lambda state: max(
            _asked(state), rng.uniform(0, 0.1 * 2**state.attempt_number)
        ),
        stop=lambda state: stop(state) or not budget.retry(),
        sleep=sleep,
        retry_error_callback=lambda state: state.outcome and state.outcome.result(),
    )
    return retry(client.send, request)


def _asked(state: tenacity.RetryCallState) -> float:
    """Return the seconds that the server asks to wait, or 0."""
    if state.outcome is None or state.outcome.failed:
        return 0.0
    after = state.outcome.result().headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else 0.0
