"""A client waits within limits, and its retries do not multiply the load."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.engineer.calls.budget import RetryBudget
from snippets.engineer.calls.retries import send
from snippets.engineer.calls.waits import over_budget


def left(budget: RetryBudget) -> int:
    """Return how many retries are left, and take them."""
    return sum(budget.retry() for _ in range(100))


# Clients: a transport replaces the network, and counts the requests.


class Server:
    """Answers from a list, then with 200; raises an exception from the list."""

    def __init__(self, *outcomes: int | Exception, after: str = "") -> None:
        self.outcomes = list(outcomes)
        self.after = after
        self.seen = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen += 1
        outcome = self.outcomes.pop(0) if self.outcomes else 200
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome, headers={"Retry-After": self.after})


def asked(
    server: Server, method: str = "GET", **limits: Any
) -> tuple[httpx.Response, list[float]]:
    pauses: list[float] = []
    limits.setdefault("budget", RetryBudget())
    limits.setdefault("rng", np.random.default_rng(1))
    limits["sleep"] = pauses.append
    with httpx.Client(transport=httpx.MockTransport(server)) as client:
        request = client.build_request(method, "http://service/")
        return send(client, request, **limits), pauses


class TestSend:
    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_retries_if_the_server_is_busy(self, status: int) -> None:
        response, pauses = asked(server := Server(status, status))

        assert response.status_code == 200
        assert server.seen == 3
        assert len(pauses) == 2

    @pytest.mark.parametrize("status", [200, 400, 404, 422, 500])
    def test_returns_every_other_status(self, status: int) -> None:
        response, pauses = asked(server := Server(status))

        assert (response.status_code, server.seen, pauses) == (status, 1, [])

    def test_returns_the_last_response_when_attempts_run_out(self) -> None:
        response, _ = asked(server := Server(*[503] * 9))

        assert (response.status_code, server.seen) == (503, 3)

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout])
    def test_retries_after_a_network_error(
        self, error: Callable[[str], Exception]
    ) -> None:
        response, _ = asked(server := Server(error("gone"), error("gone")))

        assert (response.status_code, server.seen) == (200, 3)

    def test_raises_the_last_network_error(self) -> None:
        server = Server(*[httpx.ConnectError(str(n)) for n in range(9)])

        with pytest.raises(httpx.ConnectError, match="2"):
            asked(server)

    def test_raises_other_errors_at_once(self) -> None:
        with pytest.raises(ZeroDivisionError):
            asked(server := Server(ZeroDivisionError()))

        assert server.seen == 1

    @pytest.mark.parametrize(
        ("method", "idempotent", "seen"),
        [
            ("GET", False, 2),
            ("HEAD", False, 2),
            ("OPTIONS", False, 2),
            ("PUT", False, 2),
            ("DELETE", False, 2),
            ("TRACE", False, 2),
            ("POST", False, 1),
            ("PATCH", False, 1),
            ("POST", True, 2),
            ("PATCH", True, 2),
        ],
    )
    def test_retries_only_idempotent_requests(
        self, method: str, idempotent: bool, seen: int
    ) -> None:
        asked(server := Server(503), method, idempotent=idempotent)

        assert server.seen == seen

    def test_the_maximum_pause_doubles(self) -> None:
        longest = np.zeros(3)
        for seed in range(60):
            rng = np.random.default_rng(seed)
            _, pauses = asked(Server(503, 503, 503), rng=rng, attempts=4)
            longest = np.maximum(longest, pauses)

        assert longest == pytest.approx([0.2, 0.4, 0.8], rel=0.1)
        assert (longest < [0.2, 0.4, 0.8]).all()

    def test_waits_as_long_as_the_server_asks(self) -> None:
        _, pauses = asked(Server(503, after="1"))

        assert pauses == [1.0]

    def test_waits_at_least_the_drawn_pause_if_the_server_asks_for_none(self) -> None:
        _, drawn = asked(Server(503))
        _, pauses = asked(Server(503, after="0"))
        _, dated = asked(Server(503, after="Fri, 12 Jul 2013 21:30:00 GMT"))

        assert pauses == drawn == dated
        assert pauses[0] > 0

    def test_does_not_retry_a_post_by_default(self) -> None:
        asked(server := Server(503), "POST")

        assert server.seen == 1

    def test_waits_at_most_the_drawn_pause_after_a_network_error(self) -> None:
        _, pauses = asked(Server(httpx.ConnectError("gone")))

        assert [0 < pause < 0.2 for pause in pauses] == [True]

    def test_waits_even_if_the_server_names_no_pause(self) -> None:
        answers = iter([httpx.Response(503), httpx.Response(200)])

        response, pauses = asked(lambda _: next(answers))  # type: ignore[arg-type]

        assert response.status_code == 200
        assert [0 < pause < 0.2 for pause in pauses] == [True]

    def test_begins_no_attempt_after_two_seconds_by_default(self) -> None:
        asked(hasty := Server(503, after="2"))
        asked(patient := Server(503, after="2"), deadline=3)

        assert (hasty.seen, patient.seen) == (1, 2)

    def test_begins_no_attempt_after_the_deadline(self) -> None:
        response, pauses = asked(server := Server(503, after="2"), deadline=2.0)

        assert (response.status_code, server.seen, pauses) == (503, 1, [])

    def test_retries_only_as_often_as_the_budget_allows(self) -> None:
        budget = RetryBudget(share=0.0, reserve=1)
        asked(server := Server(503, 503), budget=budget)

        assert server.seen == 2

    def test_takes_one_from_the_budget_for_each_retry_and_none_for_the_rest(
        self,
    ) -> None:
        budget = RetryBudget(share=0, reserve=9, clock=lambda: 0.0)
        asked(Server(*[503] * 9), budget=budget)  # two retries
        asked(Server(503, after="99"), budget=budget)  # past the deadline
        asked(Server(422), budget=budget)

        assert left(budget) == 7

    def test_counts_each_request_once_in_the_budget(self) -> None:
        budget = RetryBudget(share=1, reserve=0, clock=lambda: 0.0)
        asked(Server(), budget=budget)
        asked(Server(422), budget=budget)

        assert left(budget) == 2

    def test_sends_a_body_from_a_generator_whole_each_time(self) -> None:
        bodies = []

        def server(request: httpx.Request) -> httpx.Response:
            bodies.append(request.read())
            return httpx.Response(503)

        def lines() -> Iterator[bytes]:
            yield b"first,"
            yield b"second"

        with httpx.Client(transport=httpx.MockTransport(server)) as client:
            request = client.build_request("PUT", "http://service/", content=lines())
            send(
                client,
                request,
                budget=RetryBudget(),
                rng=np.random.default_rng(1),
                sleep=lambda _: None,
            )

        assert bodies == [b"first,second"] * 3

    @pytest.mark.parametrize("attempts", [0, -1])
    def test_refuses_to_make_no_attempt(self, attempts: int) -> None:
        with pytest.raises(
            ValueError, match=f"attempts must be 1 or more.*attempts={attempts}"
        ):
            asked(Server(), attempts=attempts)

    @pytest.mark.parametrize("deadline", [-1.0, math.inf, math.nan])
    def test_refuses_a_deadline_that_never_comes(self, deadline: float) -> None:
        with pytest.raises(ValueError, match=f"finite, got .*deadline={deadline}"):
            asked(Server(), deadline=deadline)

    def test_makes_one_attempt_if_told_so(self) -> None:
        asked(server := Server(503), attempts=1)

        assert server.seen == 1

    @pytest.mark.parametrize(
        "error", [httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.ProxyError]
    )
    def test_does_not_repeat_a_request_that_can_never_be_sent(
        self, error: Callable[[str], Exception]
    ) -> None:
        server = Server(error("never"))
        with pytest.raises(httpx.TransportError, match="never"):
            asked(server)

        assert server.seen == 1

    @pytest.mark.parametrize(
        "timeout", [None, httpx.Timeout(5, read=None), httpx.Timeout(5, connect=None)]
    )
    def test_refuses_a_request_without_a_timeout(
        self, timeout: httpx.Timeout | None
    ) -> None:
        limits: Any = {"budget": RetryBudget(), "rng": np.random.default_rng(1)}
        transport = httpx.MockTransport(Server())
        with httpx.Client(transport=transport, timeout=timeout) as client:
            request = client.build_request("GET", "http://service/")
            with pytest.raises(ValueError, match="must have a timeout, got"):
                send(client, request, **limits)

    def test_refuses_a_request_made_without_a_client(self) -> None:
        with (
            httpx.Client() as client,
            pytest.raises(ValueError, match=r"must have a timeout, got \{\}"),
        ):
            send(
                client,
                httpx.Request("GET", "http://service/"),
                budget=RetryBudget(),
                rng=np.random.default_rng(1),
            )


class Clock:
    """Stands still until it is moved on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class TestRetryBudget:
    def test_allows_three_retries_and_a_tenth_of_the_requests(self) -> None:
        budget = RetryBudget()
        for _ in range(20):
            budget.request()

        assert left(budget) == 5

    def test_forgets_what_is_older_than_its_window(self) -> None:
        clock = Clock()
        budget = RetryBudget(share=0.5, reserve=1, window=10, clock=clock)
        for _ in range(4):
            budget.request()
        clock.now = 9.75
        assert left(budget) == 3

        clock.now = 10.0  # the requests are forgotten, and the retries are not
        assert left(budget) == 0

        clock.now = 19.75
        assert left(budget) == 1

    def test_a_long_calm_saves_up_nothing(self) -> None:
        clock = Clock()
        budget = RetryBudget(clock=clock)
        for second in range(100_000):
            clock.now = second / 10
            budget.request()

        clock.now += 10
        assert left(budget) == 3

    def test_recovers_after_it_was_spent(self) -> None:
        clock = Clock()
        budget = RetryBudget(clock=clock)
        assert (left(budget), left(budget)) == (3, 0)

        clock.now = 3600
        assert left(budget) == 3

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.booleans(), st.floats(0, 8)), max_size=50),
        st.sampled_from([0.0, 0.1, 0.25, 1.0]),
        st.integers(0, 5),
    )
    def test_no_retry_exceeds_the_share_of_the_window_before_it(
        self, steps: list[tuple[bool, float]], share: float, reserve: int
    ) -> None:
        clock = Clock()
        budget = RetryBudget(share=share, reserve=reserve, window=10, clock=clock)
        requests: list[float] = []
        retries: list[float] = []
        for is_request, pause in steps:
            clock.now += pause
            start = clock.now - 10
            if is_request:
                budget.request()
                requests.append(clock.now)
                continue
            recent = sum(time > start for time in requests)
            taken = sum(time > start for time in retries)
            allowed = budget.retry()
            assert allowed == (taken + 1 <= reserve + share * recent)
            retries += [clock.now] * allowed

    @pytest.mark.parametrize("method", ["request", "retry"])
    def test_threads_take_turns(self, method: str) -> None:
        inside: list[int] = []
        together = []

        def clock() -> float:
            inside.append(1)
            together.append(len(inside))
            time.sleep(0.01)  # long enough for another thread to come in, if it can
            inside.pop()
            return 0.0

        call = getattr(RetryBudget(clock=clock), method)
        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert together == [1] * 4

    @pytest.mark.parametrize(
        "wrong",
        [
            {"share": -0.1},
            {"share": 1.1},
            {"share": math.nan},
            {"reserve": -1},
            {"reserve": math.inf},
            {"window": 0},
            {"window": -1},
            {"window": math.inf},
            {"window": math.nan},
        ],
    )
    def test_refuses_a_number_out_of_range(self, wrong: dict[str, Any]) -> None:
        ((name, value),) = wrong.items()
        with pytest.raises(ValueError, match=f"{name}={value}"):
            RetryBudget(**wrong)

    def test_a_window_may_be_shorter_than_a_second(self) -> None:
        clock = Clock()
        budget = RetryBudget(window=0.5, clock=clock)
        assert (left(budget), left(budget)) == (3, 0)

        clock.now = 0.5
        assert left(budget) == 3

    def test_a_share_may_be_nothing_or_all(self) -> None:
        assert left(RetryBudget(share=0, reserve=0)) == 0
        budget = RetryBudget(share=1, reserve=0)
        budget.request()
        assert left(budget) == 1


SLOW = [float(n) for n in range(1, 101)]
FLAT = [1.0] * 150


class TestOverBudget:
    def test_names_each_percentile_over_its_limit(self) -> None:
        # Of 1 to 100, half are 51 or more; the next above 95% is 96.
        assert over_budget(SLOW, [10.0] * 100, at_most={50: 5, 95: 10, 99: 9}) == [
            "p50 is 5.1 times the baseline's, at most 5",
            "p99 is 10.0 times the baseline's, at most 9",
        ]

    def test_a_ratio_at_the_limit_is_allowed(self) -> None:
        assert over_budget([2.0] * 100, [1.0] * 100, at_most={50: 2}) == []

    @settings(deadline=None, max_examples=20)
    @given(st.floats(0.01, 100))
    def test_does_not_depend_on_the_speed_of_the_machine(self, factor: float) -> None:
        slow, flat = [s * factor for s in SLOW], [factor] * 100

        assert len(over_budget(slow, flat, at_most={50: 60, 95: 90})) == 1

    @pytest.mark.parametrize("lost", [math.inf, math.nan])
    def test_a_timeout_counts_as_slow(self, lost: float) -> None:
        waits = [0.002] * 140 + [lost] * 10

        assert over_budget(waits, [0.002] * 150, at_most={90: 3}) == []
        assert over_budget(waits, [0.002] * 150, at_most={95: 3}) == [
            "p95 is inf times the baseline's, at most 3"
        ]

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(st.floats(0, 10), min_size=100, max_size=120),
        st.integers(0, 119),
        st.sampled_from([50, 90, 95, 99]),
    )
    def test_a_request_without_an_answer_is_never_better_than_one_with(
        self, waits: list[float], place: int, percentile: int
    ) -> None:
        lost = list(waits)
        lost[place % len(waits)] = math.inf
        limit = {percentile: 5}

        before = over_budget(waits, FLAT, at_most=limit)
        after = over_budget(lost, FLAT, at_most=limit)

        assert len(after) >= len(before)

    def test_the_order_of_the_waits_does_not_matter(self) -> None:
        shuffled = np.random.default_rng(3).permutation(SLOW).tolist()

        assert over_budget(shuffled, FLAT, at_most={95: 3}) == over_budget(
            SLOW, FLAT, at_most={95: 3}
        )

    @pytest.mark.parametrize("kind", [np.array, tuple, iter, np.float32, np.int64])
    def test_takes_any_sequence_and_type_of_numbers(self, kind: Any) -> None:
        assert over_budget(kind(SLOW), FLAT, at_most={50: 50}) == [
            "p50 is 51.0 times the baseline's, at most 50"
        ]

    @pytest.mark.parametrize(("many", "few"), [(100, 99), (99, 100)])
    def test_refuses_too_few_requests(self, many: int, few: int) -> None:
        with pytest.raises(ValueError, match="must be 100 waits or more, got 99"):
            over_budget([1.0] * many, [1.0] * few, at_most={50: 2})

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ("1" * 100, "must be 100 waits or more, got 1"),
            ([["1.0"] * 100] * 2, "must be 100 waits or more"),
            (["1.0"] * 100, "must be seconds, inf without an answer, not <U3"),
            ([True] * 100, "must be seconds, inf without an answer, not bool"),
            ([1.0] * 99 + [None], "must be seconds, inf without an answer, not object"),
            ([1.0] * 99 + [-0.5], "must not be negative, got -0.5"),
            ([], "must be 100 waits or more, got 0"),
        ],
    )
    def test_refuses_what_is_not_a_hundred_waits(
        self, wrong: Any, message: str
    ) -> None:
        with pytest.raises(ValueError, match=f"seconds {message}"):
            over_budget(wrong, FLAT, at_most={50: 2})
        with pytest.raises(ValueError, match=f"baseline {message}"):
            over_budget(FLAT, wrong, at_most={50: 2})

    @pytest.mark.parametrize("at_most", [{}, {0.95: 3}, {100: 3}, {math.nan: 3}])
    def test_refuses_what_is_not_a_percentile(self, at_most: Any) -> None:
        with pytest.raises(ValueError, match="at_most must hold percentiles, 1 to 99"):
            over_budget(SLOW, FLAT, at_most=at_most)

    @pytest.mark.parametrize("base", [0.0, math.inf])
    def test_refuses_a_baseline_that_cannot_be_compared_with(self, base: float) -> None:
        with pytest.raises(ValueError, match=f"p50 of the baseline is {base:g} s"):
            over_budget(SLOW, [base] * 100, at_most={50: 2})

    @pytest.mark.parametrize("p", [1, 99])
    def test_takes_percentiles_up_to_the_ends(self, p: int) -> None:
        assert over_budget(FLAT, FLAT, at_most={p: 1}) == []

    def test_a_limit_that_is_not_a_number_holds_nothing_back(self) -> None:
        assert len(over_budget(FLAT, FLAT, at_most={50: math.nan})) == 1
