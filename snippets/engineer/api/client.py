"""Ask a service within limits, and hold its speed to a budget.

A request that may be repeated is repeated when the server was busy or out of reach: a
few times, after a random pause, while retries are a small share of all requests.

Sources: Beyer et al. (2016), Site reliability engineering, chapters 21 and 22; Brooker
(2015), Exponential backoff and jitter; Fielding et al. (2022), RFC 9110, 9.2.2.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx
import numpy as np
import tenacity

__all__ = ["RetryBudget", "over_budget", "send"]

_IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"}
_BUSY = {429, 502, 503, 504}  # 500 is a fault: it fails again; 422 is the caller's
_MAY_PASS = tenacity.retry_if_exception_type(
    httpx.TransportError
) | tenacity.retry_if_result(lambda response: response.status_code in _BUSY)


@dataclass
class RetryBudget:
    """What one client may add to its load: a share of its requests, and a few to start.

    Parameters
    ----------
    share : float in [0, 1]
        Retries per request, in the long run.
    reserve : int, at least 0
        Retries that need no request before them.
    requests, retries : int
        Counted so far.
    """

    share: float = 0.1
    reserve: int = 3
    requests: int = 0
    retries: int = 0

    def spend(self) -> bool:
        """Take one retry, if there is one left, and tell whether there was."""
        left = self.reserve + self.share * self.requests - self.retries >= 1
        self.retries += left
        return left


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
    """Send a request, and again where that is safe and may help.

    Parameters
    ----------
    client : httpx.Client
        Sends. Its timeout limits the silence within each attempt.
    request : httpx.Request
        Made by `client.build_request`, which gives it that timeout.
    budget : RetryBudget
        One for all requests of a client. It counts this one.
    rng : Generator
        Draws the pauses, so that clients do not come back together.
    idempotent : bool
        That sending a POST or PATCH twice does what sending it once does.
    attempts : int, at least 1
        The first included.
    deadline : float
        Seconds. No attempt begins later; the last may still take its timeout.
    sleep : callable
        Waits for so many seconds.

    Returns
    -------
    httpx.Response
        Of the last attempt, whatever its status.

    Raises
    ------
    ValueError
        If the request has no timeout. An error of httpx is raised as it is, too.
    """
    timeout = request.extensions.get("timeout", {}).values()
    if not timeout or None in timeout:
        raise ValueError(f"a request must have a timeout, got {request.extensions}")
    budget.requests += 1
    safe = idempotent or request.method in _IDEMPOTENT
    stop = tenacity.stop_after_attempt(attempts) | tenacity.stop_before_delay(deadline)
    retry = tenacity.Retrying(
        retry=_MAY_PASS if safe else tenacity.retry_never,
        wait=lambda state: max(
            _asked(state), rng.uniform(0, 0.1 * 2**state.attempt_number)
        ),
        stop=lambda state: stop(state) or not budget.spend(),
        sleep=sleep,
        retry_error_callback=lambda state: state.outcome and state.outcome.result(),
    )
    return retry(client.send, request)


def _asked(state: tenacity.RetryCallState) -> float:
    if state.outcome is None or state.outcome.failed:
        return 0.0
    after = state.outcome.result().headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else 0.0


def over_budget(
    seconds: Sequence[float], baseline: Sequence[float], *, at_most: Mapping[int, float]
) -> list[str]:
    """Compare the percentiles of two latencies that were measured in one run.

    Parameters
    ----------
    seconds, baseline : sequence of float, at least 100 each
        What each request took, and what each request for something cheap took.
    at_most : mapping of int in [1, 99] to float
        For each percentile, how many times the baseline's it may be.

    Returns
    -------
    list of str
        A sentence for each percentile that is over. Empty within the budget.

    Raises
    ------
    ValueError
        If fewer than 100 requests were measured.
    """
    few = min(len(seconds), len(baseline))
    if few < 100:
        raise ValueError(f"percentiles need 100 requests or more, got {few}")
    ratio = {p: np.percentile(seconds, p) / np.percentile(baseline, p) for p in at_most}
    return [
        f"p{p} is {ratio[p]:.1f} times the baseline's, at most {most:g}"
        for p, most in at_most.items()
        if ratio[p] > most
    ]
