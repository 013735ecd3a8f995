"""A service answers what it knows, refuses the rest, and changes without a break."""

import json
import re
import socket
import threading
from collections.abc import Callable, Generator
from copy import deepcopy
from datetime import date
from functools import partial
from itertools import product
from typing import Any, Literal

import httpx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from snippets.engineer.api.app import Answer, Flight, Problem, create_app
from snippets.engineer.api.client import RetryBudget, over_budget, send
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.server import serve

ANSWERS = {("UA", "LGA", 17): 0.25, ("DL", "LGA", 17): 0.125, ("UA", "LGA", 23): 1.0}
GOOD = {"carrier": "UA", "origin": "LGA", "departs": "2013-07-12T17:30:00-04:00"}
JSON = {"Content-Type": "application/json"}

make = partial(create_app, model="v1", trained_until=date(2013, 6, 30))


@pytest.fixture(scope="module")
def client() -> Generator[httpx.Client]:
    with serve(make(ANSWERS)) as url, httpx.Client(base_url=url) as client:
        yield client


class TestPredict:
    def test_returns_the_answer_and_the_model_behind_it(
        self, client: httpx.Client
    ) -> None:
        response = client.post("/predict", json=GOOD)

        assert response.status_code == 200
        assert response.json() == {"late": 0.25, "model": "v1"}

    @pytest.mark.parametrize(
        ("departs", "late"),
        [
            ("2013-07-12T21:30:00Z", 0.25),
            ("2013-07-12T16:59:59-05:00", 0.25),
            ("2013-12-12T22:00:00Z", 0.25),  # winter: five hours behind UTC
            ("2013-07-13T03:59:59Z", 1.0),  # the day before in New York
        ],
    )
    def test_reads_the_hour_in_new_york_from_any_offset(
        self, client: httpx.Client, departs: str, late: float
    ) -> None:
        response = client.post("/predict", json={**GOOD, "departs": departs})

        assert response.json()["late"] == late

    @pytest.mark.parametrize(
        ("body", "field", "message"),
        [
            ({**GOOD, "departs": 1730}, "departs", "got 1730"),
            (
                {**GOOD, "departs": "1730"},
                "departs",
                "must be text like 2013-07-12T17:30:00-04:00, got '1730'",
            ),
            ({**GOOD, "departs": "2013-07-12"}, "departs", "must be text like"),
            ({**GOOD, "departs": "2013-07-12T17:30"}, "departs", "timezone info"),
            ({**GOOD, "departs": "2013-17-12T17:30Z"}, "departs", "month value"),
            ({**GOOD, "origin": "BOS"}, "origin", "'EWR', 'JFK' or 'LGA', got 'BOS'"),
            ({**GOOD, "carrier": "AA"}, "carrier", "17:00 New York: DL, UA, got 'AA'"),
            (
                {"carrier": "DL", "origin": "LGA", "departs": "2013-07-13T03:30:00Z"},
                "carrier",
                "from LGA at 23:00 New York: UA, got 'DL'",
            ),
            ({**GOOD, "origin": "JFK"}, "carrier", "from JFK at 17:00 New York: none"),
            ({**GOOD, "hour": 17}, "hour", "not permitted, got 17"),
            ({"carrier": "UA", "origin": "LGA"}, "departs", "Field required"),
            ([], "body", "got []"),
            ({**GOOD, "carrier": "x" * 999}, "carrier", "got '" + "x" * 59),
        ],
    )
    def test_refuses_with_the_field_the_rule_and_the_value(
        self, client: httpx.Client, body: object, field: str, message: str
    ) -> None:
        response = client.post("/predict", json=body)

        assert response.status_code == 422
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = Problem.model_validate(response.json())
        assert list(problem.errors) == [field]
        assert message in problem.errors[field]
        assert (problem.title, problem.status) == ("Unprocessable Content", 422)
        assert len(problem.errors[field]) < 150

    def test_a_missing_field_has_no_received_value(self, client: httpx.Client) -> None:
        errors = client.post("/predict", json={}).json()["errors"]

        assert errors == dict.fromkeys(GOOD, "Field required")

    def test_a_message_begins_with_the_rule(self, client: httpx.Client) -> None:
        errors = client.post("/predict", json={**GOOD, "departs": 1730}).json()

        rule = "must be text like 2013-07-12T17:30:00-04:00, got 1730"
        assert errors["errors"] == {"departs": rule}

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
    def test_refuses_a_number_that_is_not_json(
        self, client: httpx.Client, value: str
    ) -> None:
        body = json.dumps(GOOD).replace('"UA"', value)
        response = client.post("/predict", content=body, headers=JSON)

        assert response.status_code == 422
        assert "got " + repr(float(value)) in response.json()["errors"]["carrier"]

    def test_refuses_a_truncated_body(self, client: httpx.Client) -> None:
        response = client.post("/predict", content='{"carrier": ', headers=JSON)

        assert response.status_code == 422
        assert list(response.json()["errors"]) == ["body"]

    @settings(deadline=None, max_examples=30)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: st.dictionaries(
                st.sampled_from([*GOOD, "x"]), inner, max_size=4
            ),
        )
    )
    def test_refuses_any_other_body(self, client: httpx.Client, body: object) -> None:
        response = client.post("/predict", content=json.dumps(body), headers=JSON)

        assert response.status_code == 422


class TestApp:
    def test_reports_its_health_and_its_version(self, client: httpx.Client) -> None:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/version").json() == {
            "api": "1.0.0",
            "model": "v1",
            "trained_until": "2013-06-30",
        }

    def test_documents_the_form_of_a_refusal(self, client: httpx.Client) -> None:
        document = client.get("/openapi.json").json()

        refused = document["paths"]["/predict"]["post"]["responses"]["422"]["content"]
        assert list(refused) == ["application/problem+json"]
        schema = refused["application/problem+json"]["schema"]
        assert schema["required"] == ["title", "status", "errors"]

    def test_documents_what_each_field_means(self, client: httpx.Client) -> None:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]

        descriptions = {
            field: each["description"]
            for name in ("Flight", "Answer")
            for field, each in schemas[name]["properties"].items()
            if "description" in each
        }
        assert descriptions == {
            "carrier": "IATA code of two characters, such as UA",
            "departs": "scheduled departure, with its offset from UTC (RFC 3339)",
            "late": "that it lands over 15 minutes late",
        }

    @pytest.mark.parametrize("late", [float("nan"), -0.01, 1.01, float("inf")])
    def test_does_not_start_with_an_answer_that_is_not_a_probability(
        self, late: float
    ) -> None:
        with pytest.raises(ValueError, match=r"probabilities.*'UA', 'LGA', 17"):
            make({("UA", "LGA", 17): late})

    def test_does_not_start_without_answers(self) -> None:
        with pytest.raises(ValueError, match=r"one or more, got \{\}"):
            make({})

    @pytest.mark.parametrize("late", [0.0, 1.0])
    def test_starts_with_certainties(self, late: float) -> None:
        assert make({("UA", "LGA", 17): late}).title == "Late flights"

    @pytest.mark.parametrize(
        ("late", "rule"),
        [
            (1.5, "less than or equal to 1$"),
            (-0.5, "greater than or equal to 0$"),
        ],
    )
    def test_an_answer_is_a_probability(self, late: float, rule: str) -> None:
        with pytest.raises(ValidationError) as caught:
            Answer(late=late, model="v1")

        assert re.search(rule, caught.value.errors()[0]["msg"])

    def test_a_number_for_a_departure_has_its_own_error(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Flight.model_validate({**GOOD, "departs": 1730})

        assert [error["type"] for error in caught.value.errors()] == ["text"]

    def test_a_flight_has_no_other_field(self) -> None:
        with pytest.raises(ValidationError, match="Extra inputs"):
            Flight.model_validate({**GOOD, "tailnum": "N1"})


class TestServe:
    def test_leaves_no_thread_and_no_port_open(self) -> None:
        before = threading.active_count()
        with serve(make(ANSWERS)) as url:
            during = threading.active_count()
            assert httpx.get(f"{url}/health").status_code == 200

        assert during == before + 1
        assert threading.active_count() == before
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health")

    def test_ends_when_the_block_fails(self) -> None:
        before = threading.active_count()
        with pytest.raises(RuntimeError, match="mine"), serve(make(ANSWERS)):
            raise RuntimeError("mine")

        assert threading.active_count() == before

    def test_listens_on_loopback(self) -> None:
        with serve(make(ANSWERS)) as url:
            assert url.startswith("http://127.0.0.1:")

    def test_accepts_a_listener(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        with serve(make(ANSWERS), listener=listener) as url:
            assert url.endswith(f":{port}")
            assert httpx.get(f"{url}/health").status_code == 200


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

    def test_counts_each_request_once_and_each_retry(self) -> None:
        budget = RetryBudget()

        asked(Server(503, 503), budget=budget)
        asked(Server(), budget=budget)

        assert (budget.requests, budget.retries) == (2, 2)

    def test_begins_no_attempt_after_the_deadline(self) -> None:
        response, pauses = asked(server := Server(503, after="2"), deadline=2.0)

        assert (response.status_code, server.seen, pauses) == (503, 1, [])

    def test_retries_only_as_often_as_the_budget_allows(self) -> None:
        budget = RetryBudget(share=0.0, reserve=1)
        asked(server := Server(503, 503), budget=budget)

        assert server.seen == 2

    def test_counts_each_request_once_and_only_real_retries(self) -> None:
        budget = RetryBudget(share=1.0, reserve=9)
        asked(Server(*[503] * 9), budget=budget)
        asked(Server(503, after="99"), budget=budget)
        asked(Server(422), budget=budget)

        assert (budget.requests, budget.retries) == (3, 2)

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


class TestRetryBudget:
    def test_allows_three_retries_and_a_tenth_of_the_requests(self) -> None:
        budget = RetryBudget(requests=20)

        assert sum(budget.spend() for _ in range(20)) == 5

    def test_allows_the_reserve_and_then_a_share(self) -> None:
        budget = RetryBudget(share=0.5, reserve=2)

        assert [budget.spend() for _ in range(3)] == [True, True, False]
        budget.requests += 2
        assert [budget.spend() for _ in range(2)] == [True, False]
        assert budget.retries == 3

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(st.booleans(), max_size=50),
        st.sampled_from([0.0, 0.1, 0.25, 1.0]),
        st.integers(0, 5),
    )
    def test_is_never_overdrawn(
        self, steps: list[bool], share: float, reserve: int
    ) -> None:
        budget = RetryBudget(share=share, reserve=reserve)
        for is_request in steps:
            if is_request:
                budget.requests += 1
            else:
                budget.spend()

            assert budget.retries <= reserve + share * budget.requests


SLOW = [float(n) for n in range(1, 101)]


class TestOverBudget:
    def test_names_each_percentile_over_its_limit(self) -> None:
        flat = [10.0] * 100

        # p50 of 1 to 100 is 50.5, p95 is 95.05.
        assert over_budget(SLOW, flat, at_most={50: 5, 95: 10, 99: 9}) == [
            "p50 is 5.0 times the baseline's, at most 5",
            "p99 is 9.9 times the baseline's, at most 9",
        ]

    def test_a_ratio_at_the_limit_is_allowed(self) -> None:
        assert over_budget([2.0] * 100, [1.0] * 100, at_most={50: 2}) == []

    @settings(deadline=None, max_examples=20)
    @given(st.floats(0.01, 100))
    def test_does_not_depend_on_the_speed_of_the_machine(self, factor: float) -> None:
        slow, flat = [s * factor for s in SLOW], [factor] * 100

        assert len(over_budget(slow, flat, at_most={50: 60, 95: 90})) == 1

    @pytest.mark.parametrize(("many", "few"), [(100, 99), (99, 100)])
    def test_refuses_too_few_requests(self, many: int, few: int) -> None:
        with pytest.raises(ValueError, match="100 requests or more, got 99"):
            over_budget([1.0] * many, [1.0] * few, at_most={50: 2})


# Contracts: what pydantic accepts is the oracle.


def document(
    body: type[BaseModel] | None = None, answer: type[BaseModel] | None = None
) -> Any:
    operation: dict[str, Any] = {"responses": {"200": {}}}
    if body is not None:
        content = {"application/json": {"schema": body.model_json_schema()}}
        operation["requestBody"] = {"content": content, "required": True}
    if answer is not None:
        schema = answer.model_json_schema(mode="serialization")
        operation["responses"]["200"] = {
            "content": {"application/json": {"schema": schema}}
        }
    return {"paths": {"/ask": {"post": operation}}}


def taking(schema: dict[str, Any]) -> Any:
    """Return a document of a service that takes one schema and returns nothing."""
    body = {"content": {"application/json": {"schema": schema}}, "required": True}
    operation = {"requestBody": body, "responses": {"200": {}}}
    return {"paths": {"/ask": {"post": operation}}}


def model(name: str = "M", /, *, forbid: bool = True, **fields: Any) -> type[BaseModel]:
    config = ConfigDict(strict=True, extra="forbid" if forbid else "ignore")
    made: type[BaseModel] = create_model(name, __config__=config, **fields)
    return made


CHOICES: list[Any] = [(Literal["a", "b"], ...), (Literal["a"], ...)]
LENGTHS: list[Any] = [(str, Field(max_length=1)), (str, Field(min_length=1))]
KINDS: list[Any] = [
    *CHOICES,
    *LENGTHS,
    (int, ...),
    (float, ...),
    (str, ...),
    (int | None, ...),
    (int, 3),
    (int, Field(ge=0)),
    (int, Field(ge=1, le=2)),
    (list[int], ...),
    (list[str], ...),
    (dict[str, int], ...),
]
MISSING = object()
VALUES = [MISSING, None, -1, 0, 1, 2, 3, 0.5, "", "a", "b", "ab", [], [1], ["a"], {}]
VALUES += [{"k": 1}]
fields = st.dictionaries(st.sampled_from("xy"), st.sampled_from(KINDS), min_size=1)


def accepted(taker: type[BaseModel]) -> set[int]:
    """Return the numbers of the bodies that a model accepts."""
    taken = set()
    for number, (x, y) in enumerate(product(VALUES, VALUES)):
        body = {k: v for k, v in (("x", x), ("y", y)) if v is not MISSING}
        try:
            taker.model_validate_json(json.dumps(body), strict=True)
        except ValidationError:
            continue
        taken.add(number)
    return taken


class TestBreakingChanges:
    @settings(deadline=None, max_examples=40)
    @given(fields, fields)
    def test_the_new_api_accepts_old_requests_unless_it_lists_a_break(
        self, old: dict[str, Any], new: dict[str, Any]
    ) -> None:
        # The function reports a break without comparing the choice with the lengths.
        assume(not any(old.get(x) in CHOICES and new.get(x) in LENGTHS for x in "xy"))
        was, now = model(**old), model(**new)
        breaks = breaking_changes(document(was), document(now))

        assert bool(breaks) == (not accepted(was) <= accepted(now))

    @settings(deadline=None, max_examples=40)
    @given(fields, fields)
    def test_a_response_breaks_like_the_reversed_request(
        self, old: dict[str, Any], new: dict[str, Any]
    ) -> None:
        # With defaults, pydantic has different schemas for input and output.
        assume((int, 3) not in [*old.values(), *new.values()])
        was, now = model(**old), model(**new)
        taken = breaking_changes(document(now), document(was))
        given_ = breaking_changes(document(answer=was), document(answer=now))

        shorten = {
            "POST /ask request: body": "at",
            "POST /ask response: 200": "at",
        }
        for long, short in shorten.items():
            taken = [line.replace(long, short) for line in taken]
            given_ = [line.replace(long, short) for line in given_]
        assert taken == given_

    @settings(deadline=None, max_examples=20)
    @given(fields)
    def test_without_a_change_nothing_breaks(self, old: dict[str, Any]) -> None:
        same = model(**old)

        assert breaking_changes(document(same, same), document(same, same)) == []

    @pytest.mark.parametrize(
        ("was", "now", "message"),
        [
            ({"x": (int, ...)}, {"x": (int, ...), "y": (int, ...)}, "y is needed"),
            ({"x": (float, ...)}, {"x": (int, ...)}, "number may be sent, integer is"),
            ({"x": (Literal["a", "b"], ...)}, {"x": (Literal["a"], ...)}, "'b' may be"),
            ({"x": (str, ...)}, {"x": (Literal["a"], ...)}, "'anything' may be sent"),
            ({"x": (int | None, ...)}, {"x": (int, ...)}, "null may be sent, integer"),
            (
                {"x": (int, ...)},
                {"x": (int, Field(le=9))},
                "any maximum may be sent, 9",
            ),
            (
                {"x": (int, Field(le=9))},
                {"x": (int, Field(le=8))},
                "maximum 9 may be sent, 8",
            ),
            (
                {"x": (int, Field(ge=0))},
                {"x": (int, Field(ge=1))},
                "minimum 0 may be sent, 1",
            ),
            ({"x": (int, ...), "y": (int, 3)}, {"x": (int, ...)}, "y may be sent, and"),
            ({"x": (list[float], ...)}, {"x": (list[int], ...)}, "items: number may"),
            ({"x": (dict[str, str], ...)}, {"x": (dict[str, int], ...)}, "string may"),
            ({"x": (str, ...)}, {"x": (Literal["anything"], ...)}, "'anything' may"),
            ({"x": (int, ...)}, {"x": (Literal["a"], ...)}, "integer may be sent, str"),
            (
                {"x": (str, ...)},
                {"x": (str, Field(pattern="^a"))},
                "any pattern may be sent, ^a is taken",
            ),
        ],
    )
    def test_names_the_break(
        self, was: dict[str, Any], now: dict[str, Any], message: str
    ) -> None:
        (line,) = breaking_changes(document(model(**was)), document(model(**now)))

        assert line.startswith("POST /ask request: body: ")
        assert message in line

    @pytest.mark.parametrize(
        ("was", "now"),
        [
            ({"x": (int, ...)}, {"x": (float, ...)}),
            ({"x": (int, ...)}, {"x": (int | None, ...)}),
            ({"x": (int, ...)}, {"x": (int, 3)}),
            ({"x": (int, ...)}, {"x": (int, ...), "y": (int, 3)}),
            ({"x": (int, 3)}, {"x": (int, 4)}),
            ({"x": (Literal["a"], ...)}, {"x": (Literal["b", "a"], ...)}),
            ({"x": (Literal["a"], ...)}, {"x": (str, ...)}),
            ({"x": (int, Field(ge=1, le=8))}, {"x": (int, Field(ge=0, le=9))}),
            ({"x": (str, Field(pattern="^a"))}, {"x": (str, Field(pattern="^a"))}),
            ({"x": (list[int], ...)}, {"x": (list[int | str], ...)}),
            (
                {"x": (int, Field(description="one", title="X", examples=[1]))},
                {"x": (int, Field(description="two", title="Y", examples=[2]))},
            ),
        ],
    )
    def test_a_wider_type_breaks_nobody(
        self, was: dict[str, Any], now: dict[str, Any]
    ) -> None:
        assert breaking_changes(document(model(**was)), document(model(**now))) == []

    @pytest.mark.parametrize(
        "least",
        ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"],
    )
    def test_a_minimum_breaks_if_it_rises_and_not_if_it_falls(self, least: str) -> None:
        low, high = taking({least: 1}), taking({least: 2})

        assert breaking_changes(high, low) == []
        assert breaking_changes(low, high) == [
            f"POST /ask request: body: {least} 1 may be sent, 2 is taken"
        ]

    @pytest.mark.parametrize(
        "most",
        ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"],
    )
    def test_a_maximum_breaks_if_it_falls_and_not_if_it_rises(self, most: str) -> None:
        low, high = taking({most: 1}), taking({most: 2})

        assert breaking_changes(low, high) == []
        assert breaking_changes(high, low) == [
            f"POST /ask request: body: {most} 2 may be sent, 1 is taken"
        ]

    @pytest.mark.parametrize(
        "word",
        ["title", "description", "default", "example", "examples", "deprecated"],
    )
    def test_a_changed_description_breaks_nobody(self, word: str) -> None:
        assert breaking_changes(taking({word: "one"}), taking({word: "two"})) == []

    def test_a_change_of_an_unknown_keyword_breaks(self) -> None:
        assert breaking_changes(taking({"format": "a"}), taking({"format": "b"})) == [
            "POST /ask request: body: format a may be sent, b is taken"
        ]

    def test_a_new_restriction_breaks(self) -> None:
        for each in ("items", "additionalProperties"):
            frees: tuple[dict[str, Any], ...] = ({}, {each: True}, {each: {}})
            for free in frees:
                assert breaking_changes(
                    taking(free), taking({each: {"type": "integer"}})
                ) == [
                    f"POST /ask request: body: {each}: "
                    "anything may be sent, integer is taken"
                ]

    def test_the_type_of_other_fields_does_not_break_callers_who_send_none(
        self,
    ) -> None:
        closed = taking({"additionalProperties": False})

        others = taking({"additionalProperties": {"type": "integer"}})

        assert breaking_changes(closed, closed) == []
        assert breaking_changes(closed, others) == []

    @pytest.mark.parametrize("others", [True, {}, {"type": "integer"}])
    def test_refusing_other_fields_breaks_callers_who_send_them(
        self, others: Any
    ) -> None:
        declared = taking({"additionalProperties": others})

        assert breaking_changes(declared, declared) == []
        assert breaking_changes(declared, taking({})) == []
        assert breaking_changes(declared, taking({"additionalProperties": False})) == [
            "POST /ask request: body: fields of any name may be sent, and are not taken"
        ]

    @pytest.mark.parametrize(("kind", "breaks"), [("integer", 0), ("string", 1)])
    def test_a_field_that_is_no_longer_named_must_have_the_type_of_other_fields(
        self, kind: str, breaks: int
    ) -> None:
        named = {"properties": {"x": {"type": kind}}, "additionalProperties": False}
        others = {"additionalProperties": {"type": "integer"}}

        found = breaking_changes(taking(named), taking(others))

        assert (
            found
            == ["POST /ask request: body: x: string may be sent, integer is taken"][
                :breaks
            ]
        )

    def test_a_keyword_next_to_a_reference_is_compared(self) -> None:
        old = taking({"$ref": "#/components/Age"})
        new = taking({"$ref": "#/components/Age", "maximum": 9})
        for api in (old, new):
            api["components"] = {"Age": {"type": "integer", "minimum": 0}}

        assert breaking_changes(old, new) == [
            "POST /ask request: body: any maximum may be sent, 9 is taken"
        ]

    def test_follows_a_reference_within_a_choice(self) -> None:
        old = taking({"type": "string"})
        new = taking({"anyOf": [{"$ref": "#/components/Age"}, {"type": "null"}]})
        new["components"] = {"Age": {"type": "integer"}}

        (found,) = breaking_changes(old, new)
        assert found.endswith("string may be sent, integer is taken")

    @pytest.mark.parametrize("method", ["patch", "head", "options", "trace"])
    def test_names_a_missing_operation_of_any_method(self, method: str) -> None:
        old: dict[str, Any] = {"paths": {"/ask": {method: {"responses": {}}}}}

        assert breaking_changes(old, {"paths": {}}) == [
            f"{method.upper()} /ask: removed"
        ]

    def test_a_parameter_in_another_place_is_a_different_one(self) -> None:
        old, new = document(), document()
        for api, place in ((old, "query"), (new, "header")):
            limit = {"in": place, "name": "limit", "schema": {"type": "integer"}}
            api["paths"]["/ask"]["post"]["parameters"] = [limit]

        assert breaking_changes(old, new) == [
            "POST /ask request: query limit may be sent, and is not taken"
        ]

    def test_a_parameter_of_another_type_breaks(self) -> None:
        old, new = document(), document()
        for api, kind in ((old, "string"), (new, "integer")):
            limit = {"in": "query", "name": "limit", "schema": {"type": kind}}
            api["paths"]["/ask"]["post"]["parameters"] = [limit]

        assert breaking_changes(old, new) == [
            "POST /ask request: query limit: string may be sent, integer is taken"
        ]

    def test_lists_the_breaks_in_a_fixed_order(self) -> None:
        operations: Any = {
            m: {"responses": {}} for m in ("put", "get", "post", "delete")
        }
        old = {"paths": {"/z": operations, "/a": operations}}

        breaks = breaking_changes(old, {"paths": {}})

        assert len(breaks) == 8
        assert breaks == sorted(breaks)

    def test_a_removed_parameter_breaks_its_callers(self) -> None:
        old, new = document(), document()
        limit = {"in": "query", "name": "limit"}
        old["paths"]["/ask"]["post"]["parameters"] = [limit]

        assert breaking_changes(old, new) == [
            "POST /ask request: query limit may be sent, and is not taken"
        ]

    def test_compares_only_the_json_of_several_content_types(self) -> None:
        old = document(model(x=(int, ...)))
        new = document(model(x=(str, ...)))
        for api in (old, new):
            body = api["paths"]["/ask"]["post"]["requestBody"]
            body["content"] = {"text/csv": {"schema": {}}} | body["content"]

        assert len(breaking_changes(old, new)) == 1

    @pytest.mark.parametrize("choice", ["anyOf", "oneOf"])
    def test_each_type_of_a_choice_must_be_accepted(self, choice: str) -> None:
        old, new = document(model(x=(int, ...))), document(model(x=(int, ...)))
        kinds = [{"type": "integer"}, {"type": "string"}]
        for api, some in ((old, kinds), (new, kinds[:1])):
            body = api["paths"]["/ask"]["post"]["requestBody"]["content"]
            body["application/json"]["schema"]["properties"]["x"] = {choice: some}

        assert breaking_changes(new, old) == []
        assert breaking_changes(old, new) == [
            "POST /ask request: body: x: string may be sent, integer is taken"
        ]

    def test_names_a_removed_path_method_and_status(self) -> None:
        old = document()
        moved, turned, silent = deepcopy(old), deepcopy(old), deepcopy(old)
        moved["paths"]["/other"] = moved["paths"].pop("/ask")
        turned["paths"]["/ask"]["get"] = turned["paths"]["/ask"].pop("post")
        silent["paths"]["/ask"]["post"]["responses"] = {"202": {}}

        assert breaking_changes(old, moved) == ["POST /ask: removed"]
        assert breaking_changes(old, turned) == ["POST /ask: removed"]
        assert breaking_changes(old, silent) == [
            "POST /ask response: 200 is needed, and is not always sent"
        ]

    def test_a_removed_error_response_breaks_nobody(self) -> None:
        old = document()
        new = deepcopy(old)
        old["paths"]["/ask"]["post"]["responses"]["422"] = {}

        assert breaking_changes(old, new) == []

    def test_other_keys_of_a_path_are_not_operations(self) -> None:
        old = document()
        old["paths"]["/ask"]["summary"] = "Ask"

        assert breaking_changes(old, document()) == []

    def test_compares_error_responses_and_parameters(self) -> None:
        old = document()
        new = deepcopy(old)
        limit = {"in": "query", "name": "limit", "required": True}
        new["paths"]["/ask"]["post"]["parameters"] = [limit]
        for api, kind in ((old, "integer"), (new, "string")):
            schema = {"properties": {"code": {"type": kind}}}
            content = {"application/problem+json": {"schema": schema}}
            api["paths"]["/ask"]["post"]["responses"]["422"] = {"content": content}

        assert breaking_changes(old, new) == [
            "POST /ask request: query limit is needed, and is not always sent",
            "POST /ask response: 422: code: string may be sent, integer is taken",
        ]

    def test_a_body_that_becomes_required_breaks(self) -> None:
        old = document(model(x=(int, ...)))
        optional = deepcopy(old)
        optional["paths"]["/ask"]["post"]["requestBody"]["required"] = False

        assert breaking_changes(optional, old) == [
            "POST /ask request: body is needed, and is not always sent"
        ]
        assert breaking_changes(old, optional) == []

    def test_follows_references_even_recursive_ones(self) -> None:
        node = {"properties": {"next": {"$ref": "#/components/Node"}, "id": {}}}
        content = {"application/json": {"schema": {"$ref": "#/components/Node"}}}
        old = document() | {"components": {"Node": node}}
        old["paths"]["/ask"]["post"]["requestBody"] = {"content": content}
        new = deepcopy(old)
        new["components"]["Node"]["properties"]["id"] = {"type": "string"}

        assert breaking_changes(old, old) == []
        assert breaking_changes(old, new) == [
            "POST /ask request: body: id: anything may be sent, string is taken",
        ]

    @pytest.mark.parametrize("kinds", [["integer", "null"], ["integer"]])
    def test_reads_a_list_of_types_as_a_choice(self, kinds: list[str]) -> None:
        old = document(model(x=(int | None, ...)))
        new = deepcopy(old)
        body = new["paths"]["/ask"]["post"]["requestBody"]["content"]
        body["application/json"]["schema"]["properties"]["x"] = {"type": kinds}

        assert bool(breaking_changes(old, new)) == (len(kinds) == 1)


def test_the_service_does_not_break_its_own_callers() -> None:
    app = make(ANSWERS)

    assert breaking_changes(app.openapi(), app.openapi()) == []
