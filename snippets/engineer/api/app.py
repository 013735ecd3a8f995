"""Put a model behind an API: take one type, refuse the rest, report errors in one form.

Make `Flight` and `Answer` yours. The rest stays as it is for another model.

Source: Nottingham, Wilde and Dalal (2023), RFC 9457, Problem details for HTTP APIs.
"""

import reprlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, Field, ValidatorFunctionWrapHandler
from pydantic.functional_validators import WrapValidator
from pydantic_core import PydanticCustomError

__all__ = ["Answer", "Flight", "Problem", "create_app"]

_MEDIA = "application/problem+json"


def _in_new_york(value: object, read: ValidatorFunctionWrapHandler) -> datetime:
    # Pydantic takes 1730, and "1730", for a number of seconds since 1970.
    if not isinstance(value, str) or "T" not in value:
        raise PydanticCustomError("text", "must be text like 2013-07-12T17:30:00-04:00")
    moment: datetime = read(value)
    # Late on 31 December 9999, another time zone is in a year that Python doesn't have.
    if not 2000 <= moment.year < 2100:
        raise PydanticCustomError("year", "must be in one of the years 2000 to 2099")
    return moment.astimezone(ZoneInfo("America/New_York"))


class Flight(BaseModel, extra="forbid"):
    """What a caller sends: one scheduled flight, and nothing else."""

    carrier: str = Field(pattern="^[0-9A-Z]{2}$", description="IATA code, such as UA")
    origin: Literal["EWR", "JFK", "LGA"]
    departs: Annotated[AwareDatetime, WrapValidator(_in_new_york)] = Field(
        description="scheduled departure with its offset: 2013-07-12T17:30:00-04:00"
    )


class Answer(BaseModel):
    """What a caller gets: a probability, and the model that it comes from."""

    late: float = Field(ge=0, le=1, description="over 15 minutes late, or no arrival")
    model: str


class Problem(BaseModel):
    """What a caller gets instead: each wrong field, with the rule and the value."""

    status: int
    errors: dict[str, str]


def create_app(predict: Callable[[Flight], float | None], *, model: str) -> FastAPI:
    """Return a service with `POST /predict` and `GET /health`.

    Parameters
    ----------
    predict : callable
        Returns the probability for a flight, or None if the model has seen none like
        it. Called in several threads at once.
    model : str
        The version of the model. Every answer carries it.

    Returns
    -------
    FastAPI
        Answers with status 200 and an `Answer`, or else with a `Problem`: 422 for a
        flight that it refuses, and 500 if `predict` fails or returns no probability.

    Raises
    ------
    ValidationError
        If `model` isn't a str.
    """
    Answer(late=0, model=model)  # else the first caller would be the one to find out
    app = FastAPI(title="Late flights", version="1.0.0")
    for error in (RequestValidationError, 400, 404, 405, 422, Exception):
        app.add_exception_handler(error, _explain)
    refusal = {"content": {_MEDIA: {"schema": Problem.model_json_schema()}}}

    @app.post("/predict", responses={422: refusal})
    def answer(flight: Flight) -> Answer:  # with async def, it would hold up /health
        if (late := predict(flight)) is None:
            raise HTTPException(422, f"the model never saw {flight.model_dump_json()}")
        return Answer(late=float(late), model=model)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "model": model}

    return app


async def _explain(_: Request, error: Exception) -> JSONResponse:
    status = getattr(error, "status_code", 500)  # an HTTPException has one
    errors = {"request": getattr(error, "detail", "failed, by no fault of yours")}
    if isinstance(error, RequestValidationError):
        status, errors = 422, dict(map(_reason, error.errors()))
    body = Problem(status=status, errors=errors).model_dump()
    headers = getattr(error, "headers", None)
    return JSONResponse(body, status, headers=headers, media_type=_MEDIA)


def _reason(wrong: Mapping[str, Any]) -> tuple[str, str]:
    """Return the field, and the rule with the value that broke it."""
    if wrong["type"] == "json_invalid":
        return "body", f"must be JSON: {wrong['ctx']['error']}"
    field = ".".join(map(str, wrong["loc"][1:]))[:60] or "body"
    got = "" if wrong["type"] == "missing" else f", got {_short(wrong['input'])}"
    return field, wrong["msg"] + got


def _short(value: object) -> str:
    """Return a value as text, cut if it is a megabyte or nested a thousand times."""
    short = reprlib.Repr()
    short.maxstring = 60
    return short.repr(value)
