"""What the page states about retries, timeouts and waits."""

from collections.abc import Callable
from functools import partial

import httpx
import numpy as np
import pytest

from snippets.data import flights
from snippets.engineer import calls_before
from snippets.engineer.calls.budget import RetryBudget
from snippets.engineer.calls.retries import send

ask_again: Callable[..., httpx.Response] = calls_before.ask_again


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def requests_when_down(
    ask: Callable[..., httpx.Response], calls: int, clock: Clock, *, pause: float = 0.0
) -> int:
    """Return how many requests so many calls make of a server that is down."""
    seen = 0

    def server(_: httpx.Request) -> httpx.Response:
        nonlocal seen
        seen += 1
        return httpx.Response(503)

    with httpx.Client(transport=httpx.MockTransport(server)) as client:
        for _ in range(calls):
            ask(client, client.build_request("GET", "http://service"))
            clock.now += pause
    return seen


def within(budget: RetryBudget) -> Callable[..., httpx.Response]:
    rng = np.random.default_rng(1)
    return partial(send, budget=budget, rng=rng, sleep=lambda _: None)


def test_five_attempts_are_five_times_the_load_and_125_through_three_services() -> None:
    clock = Clock()
    budget = RetryBudget(clock=clock)

    assert requests_when_down(ask_again, 20, clock) == 100
    assert requests_when_down(within(budget), 20, clock) == 25
    assert 5**3 == 125


def test_a_budget_that_never_forgets_allows_three_times_after_a_calm() -> None:
    clock = Clock()
    forgetful = RetryBudget(clock=clock)
    elephant = RetryBudget(clock=clock, window=10**9)
    for _ in range(100_000):
        clock.now += 0.05
        forgetful.request()
        elephant.request()

    assert requests_when_down(within(elephant), 2_000, clock, pause=0.05) == 6_000
    after = requests_when_down(within(forgetful), 2_000, clock, pause=0.05)
    assert 1.1 * 2_000 <= after <= 1.12 * 2_000


def test_the_first_second_of_an_outage_may_still_see_three_times_the_load() -> None:
    clock = Clock()
    budget = RetryBudget(clock=clock)
    for _ in range(1_000):  # 100 a second
        clock.now += 0.01
        budget.request()

    assert requests_when_down(within(budget), 50, clock, pause=0.01) == 3 * 50


def test_a_client_with_one_call_a_second_may_add_40_percent() -> None:
    clock = Clock()
    budget = RetryBudget(clock=clock)

    made = requests_when_down(within(budget), 1_000, clock, pause=1.0)

    assert made / 1_000 == pytest.approx(1.4, abs=0.01)
    assert f"{0.4:.0%}" == "40%"


def test_the_timeout_of_httpx_is_five_seconds() -> None:
    with httpx.Client() as client:
        assert client.timeout == httpx.Timeout(5.0)


def test_five_pauses_of_150_ms_are_more_than_twice_300_ms() -> None:
    assert 5 * 0.15 > 2 * 0.3


def test_95_percent_stay_within_p95() -> None:
    waits = np.random.default_rng(1).exponential(size=100_000)

    assert (waits <= np.percentile(waits, 95)).mean() == pytest.approx(0.95, abs=1e-4)
    assert f"{0.95:.0%}" == "95%"


def test_p99_of_150_calls_rests_on_two() -> None:
    waits = np.arange(150.0)

    assert (waits >= np.percentile(waits, 99, method="higher")).sum() == 2


def test_there_are_665_answers() -> None:
    pairs = flights().query("month <= 6")[["carrier", "origin"]].drop_duplicates()

    assert len(pairs) * len(range(5, 24)) == 665
