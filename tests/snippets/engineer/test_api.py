"""A service answers what it knows, refuses the rest, and changes without a break."""

import json
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from itertools import product
from typing import Any, Literal

import httpx
import numpy as np
import pytest
from fastapi import FastAPI, Request
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from snippets.engineer.api.app import Answer, Flight, Problem, create_app
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.schemas import gaps
from snippets.engineer.api.server import serve

ANSWERS = {("UA", "LGA", 17): 0.25, ("DL", "LGA", 17): 0.125, ("UA", "LGA", 23): 1.0}
GOOD = {"carrier": "UA", "origin": "LGA", "departs": "2013-07-12T17:30:00-04:00"}
JSON = {"Content-Type": "application/json"}


def predict(flight: Flight) -> float | None:
    return ANSWERS.get((flight.carrier, flight.origin, flight.departs.hour))


@pytest.fixture(scope="module")
def client() -> Generator[httpx.Client]:
    with (
        serve(create_app(predict, model="v1")) as url,
        httpx.Client(base_url=url) as client,
    ):
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
            ("2000-01-01T22:00:00Z", 0.25),
            ("2099-12-31T22:00:00Z", 0.25),
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
            (
                {**GOOD, "departs": "9999-12-31T23:59:59-12:00"},
                "departs",
                "must be in one of the years 2000 to 2099, got '9999-12-31T",
            ),
            ({**GOOD, "departs": "0001-01-01T00:00+14:00"}, "departs", "years 2000"),
            ({**GOOD, "departs": "1999-12-31T23:59:59Z"}, "departs", "years 2000"),
            ({**GOOD, "departs": "2100-01-01T00:00:00Z"}, "departs", "years 2000"),
            ({**GOOD, "origin": "BOS"}, "origin", "'EWR', 'JFK' or 'LGA', got 'BOS'"),
            ({**GOOD, "carrier": "Delta"}, "carrier", "pattern '^[0-9A-Z]{2}$', got"),
            ({**GOOD, "carrier": "UA\n"}, "carrier", "pattern"),
            ({**GOOD, "hour": 17}, "hour", "not permitted, got 17"),
            ({"carrier": "UA", "origin": "LGA"}, "departs", "Field required"),
            ([], "body", "got []"),
            ({**GOOD, "carrier": "x" * 999}, "carrier", "got 'xxxx"),
            ({**GOOD, "x" * 999: 1}, "x" * 60, "got 1"),
        ],
    )
    def test_refuses_with_the_field_the_rule_and_the_value(
        self, client: httpx.Client, body: object, field: str, message: str
    ) -> None:
        response = client.post("/predict", json=body)

        assert response.status_code == 422
        problem = Problem.model_validate(response.json())
        assert (problem.status, list(problem.errors)) == (422, [field])
        assert message in problem.errors[field]
        assert len(problem.errors[field]) < 150

    def test_refuses_a_flight_of_which_the_model_has_seen_none(
        self, client: httpx.Client
    ) -> None:
        response = client.post("/predict", json={**GOOD, "carrier": "AA"})

        assert response.status_code == 422
        problem = Problem.model_validate(response.json())
        assert problem.errors["request"] == (
            'the model never saw {"carrier":"AA","origin":"LGA",'
            '"departs":"2013-07-12T17:30:00-04:00"}'
        )

    def test_names_every_wrong_field(self, client: httpx.Client) -> None:
        wrong = {"carrier": "Delta", "departs": 1730, "origin": ["JFK"], "hour": 17}

        assert set(client.post("/predict", json=wrong).json()["errors"]) == set(wrong)

    def test_a_missing_field_has_no_received_value(self, client: httpx.Client) -> None:
        errors = client.post("/predict", json={}).json()["errors"]

        assert errors == dict.fromkeys(GOOD, "Field required")

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
        assert response.json()["errors"] == {"body": "must be JSON: Expecting value"}


class TestErrors:
    @pytest.mark.parametrize(
        ("endpoint", "content", "status", "reason"),
        [
            ("POST /predict", b"\xff", 400, "There was an error parsing the body"),
            ("GET /predict", b"", 405, "Method Not Allowed"),
            ("GET /nothing", b"", 404, "Not Found"),
            ("POST /predict", b"[" * 900 + b"]" * 900, 422, "[[[...]]]"),
        ],
    )
    def test_have_one_form(
        self,
        client: httpx.Client,
        endpoint: str,
        content: bytes,
        status: int,
        reason: str,
    ) -> None:
        method, path = endpoint.split()
        response = client.request(method, path, content=content, headers=JSON)

        assert response.headers["Content-Type"] == "application/problem+json"
        problem = Problem.model_validate(response.json())
        assert response.status_code == problem.status == status
        assert reason in "".join(problem.errors.values())

    def test_keep_their_headers(self, client: httpx.Client) -> None:
        assert client.get("/predict").headers["Allow"] == "POST"

    @pytest.mark.parametrize("late", [float("nan"), -0.01, 1.01, float("inf"), "much"])
    def test_of_the_model_have_status_500_and_no_answer(self, late: float) -> None:
        with serve(create_app(lambda _: late, model="v1")) as url:
            response = httpx.post(f"{url}/predict", json=GOOD)

        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.status_code == response.json()["status"] == 500
        assert response.json()["errors"] == {"request": "failed, by no fault of yours"}


# No input is the server's fault: whatever is sent has status 200, 400 or 422.

OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
CODES = st.from_regex("[0-9A-Z]{2}", fullmatch=True)
ANY_TEXT = st.text(st.characters(), max_size=5)  # halves of characters included
TREES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | ANY_TEXT,
    lambda inner: st.dictionaries(st.sampled_from([*GOOD, "x"]) | ANY_TEXT, inner),
    max_leaves=8,
)


class TestNoInputFails:
    @settings(deadline=None)
    @given(CODES, st.sampled_from(["EWR", "JFK", "LGA"]), st.datetimes(), OFFSETS)
    @example("UA", "LGA", datetime.max, timezone(timedelta(hours=-12)))
    @example("UA", "LGA", datetime.min, timezone(timedelta(hours=14)))
    def test_that_fits_the_schema(
        self,
        client: httpx.Client,
        carrier: str,
        origin: str,
        departs: datetime,
        zone: timezone,
    ) -> None:
        text = departs.replace(tzinfo=zone).isoformat()
        body = {"carrier": carrier, "origin": origin, "departs": text}

        response = client.post("/predict", json=body)

        known = (2000 <= departs.year < 2100) and carrier in {"UA", "DL"}
        assert response.status_code in ({200, 422} if known else {422})

    @settings(deadline=None)
    @given(st.text() | st.text("0123456789-+:.TZ"))
    def test_that_is_any_text_for_a_date(self, client: httpx.Client, text: str) -> None:
        response = client.post("/predict", json={**GOOD, "departs": text})

        assert response.status_code in {200, 422}

    @settings(deadline=None)
    @given(TREES)
    @example({"\ud800": 1})
    @example({"carrier": "\ud800"})
    def test_that_is_any_json(self, client: httpx.Client, body: object) -> None:
        response = client.post("/predict", content=json.dumps(body), headers=JSON)

        assert response.status_code == 422
        Problem.model_validate(response.json())

    @settings(deadline=None)
    @given(st.binary(), st.sampled_from([JSON, {}, {"Content-Type": "text/csv"}]))
    @example(b"[" * 100_000, JSON)
    @example(b"9" * 5_000, JSON)
    def test_that_is_any_bytes(
        self, client: httpx.Client, content: bytes, headers: dict[str, str]
    ) -> None:
        response = client.post("/predict", content=content, headers=headers)

        assert response.status_code in {400, 422}
        Problem.model_validate(response.json())


class TestApp:
    def test_reports_its_health_and_its_version(self, client: httpx.Client) -> None:
        assert client.get("/health").json() == {"status": "ok", "model": "v1"}
        assert client.get("/openapi.json").json()["info"]["version"] == "1.0.0"

    def test_reports_its_health_while_a_model_computes(self) -> None:
        computing, healthy = threading.Event(), threading.Event()

        def slow(_: Flight) -> float:
            computing.set()
            assert healthy.wait(60)
            return 0.5

        with serve(create_app(slow, model="v1")) as url:
            asking = threading.Thread(
                target=httpx.post,
                args=(f"{url}/predict",),
                kwargs={"json": GOOD, "timeout": 60},
            )
            asking.start()
            assert computing.wait(60)
            assert httpx.get(f"{url}/health", timeout=60).status_code == 200
            healthy.set()
            asking.join()

    def test_documents_the_form_of_a_refusal(self, client: httpx.Client) -> None:
        document = client.get("/openapi.json").json()

        refused = document["paths"]["/predict"]["post"]["responses"]["422"]["content"]
        assert list(refused) == ["application/problem+json"]
        schema = refused["application/problem+json"]["schema"]
        assert schema["required"] == ["status", "errors"]

    def test_documents_what_each_field_means(self, client: httpx.Client) -> None:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]

        descriptions = {
            field: each["description"]
            for name in ("Flight", "Answer")
            for field, each in schemas[name]["properties"].items()
            if "description" in each
        }
        assert descriptions == {
            "carrier": "IATA code, such as UA",
            "departs": "scheduled departure with its offset: 2013-07-12T17:30:00-04:00",
            "late": "over 15 minutes late, or no arrival",
        }

    @pytest.mark.parametrize("version", [None, 3])
    def test_does_not_start_without_the_name_of_a_version(self, version: Any) -> None:
        with pytest.raises(ValidationError, match="model"):
            create_app(predict, model=version)

    @pytest.mark.parametrize("late", [0.0, 1.0, 1, np.float32(0.5), np.int64(1)])
    def test_answers_with_any_type_of_number(self, late: float) -> None:
        with serve(create_app(lambda _: late, model="v1")) as url:
            answer = httpx.post(f"{url}/predict", json=GOOD).json()

        assert answer == {"late": late, "model": "v1"}

    def test_two_services_do_not_share_a_model(self) -> None:
        first = create_app(lambda _: 0.25, model="0.25")
        second = create_app(lambda _: 0.75, model="0.75")
        answers = []
        for app in (first, second):
            with serve(app) as url:
                answers.append(httpx.post(f"{url}/predict", json=GOOD).json())

        assert answers == [
            {"late": 0.25, "model": "0.25"},
            {"late": 0.75, "model": "0.75"},
        ]

    @pytest.mark.parametrize("late", [1.5, -0.5, float("nan")])
    def test_an_answer_is_a_probability(self, late: float) -> None:
        with pytest.raises(ValidationError, match="than or equal to"):
            Answer(late=late, model="v1")

    def test_a_number_for_a_departure_has_its_own_error(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Flight.model_validate({**GOOD, "departs": 1730})

        assert [error["type"] for error in caught.value.errors()] == ["text"]

    def test_a_year_out_of_range_has_its_own_error(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Flight.model_validate({**GOOD, "departs": "1913-07-12T17:30:00-04:00"})

        assert [error["type"] for error in caught.value.errors()] == ["year"]


class TestServe:
    def test_leaves_no_thread_and_no_port_open(self) -> None:
        before = threading.active_count()
        with serve(create_app(predict, model="v1")) as url:
            assert threading.active_count() == before + 1
            assert httpx.get(f"{url}/health").status_code == 200

        assert threading.active_count() == before
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health")

    def test_ends_when_the_block_fails(self) -> None:
        before = threading.active_count()
        with pytest.raises(RuntimeError, match="mine"), serve(FastAPI()):
            raise RuntimeError("mine")

        assert threading.active_count() == before

    def test_listens_on_loopback(self) -> None:
        with serve(FastAPI()) as url:
            assert url.startswith("http://127.0.0.1:")

    def test_runs_the_lifespan_of_the_app_around_the_block(self) -> None:
        happened = []

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, int]]:
            happened.append("begins")
            yield {"model": 7}
            happened.append("ends")

        app = FastAPI(lifespan=lifespan)

        @app.get("/model")
        async def model(request: Request) -> int:
            number: int = request.state.model
            return number

        with serve(app) as url:
            happened.append(httpx.get(f"{url}/model").text)

        assert happened == ["begins", "7", "ends"]

    def test_refuses_an_app_that_fails_at_its_start(self) -> None:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            raise ValueError("no model")
            yield

        before = threading.active_count()
        app = FastAPI(title="Flights", lifespan=lifespan)
        with (
            pytest.raises(RuntimeError, match="Flights failed at its start"),
            serve(app),
        ):
            pytest.fail("the block must not run")

        assert threading.active_count() == before


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
    @pytest.mark.parametrize("wrong", [{}, {"openapi": "3.1.0"}, '{"paths": {}}', None])
    def test_refuses_what_is_not_a_document(self, wrong: Any) -> None:
        with pytest.raises(ValueError, match="old must be an OpenAPI document"):
            breaking_changes(wrong, document())
        with pytest.raises(ValueError, match="new must be an OpenAPI document"):
            breaking_changes(document(), wrong)

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


class TestGaps:
    def test_begin_with_the_place(self) -> None:
        number, text = {"type": "number"}, {"type": "string"}

        assert gaps(number, text, at="wind") == [
            "wind: number may be sent, string is taken"
        ]

    @pytest.mark.parametrize(
        ("sent", "taken", "found"),
        [
            (True, True, []),
            (False, False, []),
            (True, False, ["x: something may be sent, and nothing is taken"]),
            (False, True, []),
            ({}, True, []),
            (False, {"type": "string"}, []),
            (True, {"type": "string"}, ["x: anything may be sent, string is taken"]),
            (
                {"type": "string"},
                False,
                ["x: something may be sent, and nothing is taken"],
            ),
        ],
    )
    def test_a_schema_may_be_true_or_false(
        self, sent: Any, taken: Any, found: list[str]
    ) -> None:
        assert gaps(sent, taken, at="x") == found
        fields = {"properties": {"x": sent}}, {"properties": {"x": taken}}
        assert gaps(*fields, at="body") == [f"body: {line}" for line in found]


def test_the_service_does_not_break_its_own_callers() -> None:
    app = create_app(predict, model="v1")

    assert breaking_changes(app.openapi(), app.openapi()) == []
