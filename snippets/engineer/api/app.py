"""Serve one answer at a time, and refuse what could be misread.

The request says what is taken, the response what is given. Whoever sends something else
gets the field, the rule and the value back. The answers are a table made before: to
serve them takes neither the model's code nor its packages.

Source: Nottingham, Wilde and Dalal (2023), RFC 9457, Problem details for HTTP APIs.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

__all__ = ["Answer", "Flight", "Problem", "create_app"]

_MEDIA = "application/problem+json"


def _is_text(value: object) -> object:
    # Pydantic takes 1730, and "1730", for a number of seconds since 1970.
    if not isinstance(value, str) or "T" not in value:
        raise PydanticCustomError("text", "must be text like 2013-07-12T17:30:00-04:00")
    return value


class Flight(BaseModel, extra="forbid"):
    """What a caller sends: one scheduled flight, and no field besides."""

    carrier: str = Field(description="IATA code of two characters, such as UA")
    origin: Literal["EWR", "JFK", "LGA"]
    departs: Annotated[AwareDatetime, BeforeValidator(_is_text)] = Field(
        description="scheduled departure, with its offset from UTC (RFC 3339)"
    )


class Answer(BaseModel):
    """What a caller gets: a probability, and the version of the model behind it."""

    late: float = Field(ge=0, le=1, description="that it lands over 15 minutes late")
    model: str


class Problem(BaseModel):
    """What a caller gets who sent something else: each field, and how to mend it."""

    title: str
    status: int
    errors: dict[str, str]


def create_app(
    answers: Mapping[tuple[str, str, int], float], *, model: str, trained_until: date
) -> FastAPI:
    """Make the service: `POST /predict`, `GET /health` and `GET /version`.

    Parameters
    ----------
    answers : mapping of (carrier, origin, hour) to float in [0, 1]
        The probability of every flight that the model knows, by the hour in New York.
    model : str
        The version of the model. Every answer carries it.
    trained_until : date
        The last day that the model learned from.

    Returns
    -------
    FastAPI
        The app. It keeps no state: the same request gets the same answer.

    Raises
    ------
    ValueError
        If there is no answer, or one that is no probability.
    """
    wrong = {key: late for key, late in answers.items() if not 0 <= late <= 1}
    if wrong or not answers:
        raise ValueError(f"answers must be probabilities, one or more, got {wrong}")
    app = FastAPI(title="Late flights", version="1.0.0")
    app.add_exception_handler(RequestValidationError, _explain)
    problem = Problem.model_json_schema()

    @app.post("/predict", responses={422: {"content": {_MEDIA: {"schema": problem}}}})
    async def predict(flight: Flight) -> Answer:
        hour = flight.departs.astimezone(ZoneInfo("America/New_York")).hour
        late = answers.get((flight.carrier, flight.origin, hour))
        if late is None:
            known = {key[0] for key in answers if key[1:] == (flight.origin, hour)}
            raise _unknown(flight, hour, ", ".join(sorted(known)) or "none")
        return Answer(late=late, model=model)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/version")
    async def version() -> dict[str, str]:
        return {"api": app.version, "model": model, "trained_until": str(trained_until)}

    return app


def _unknown(flight: Flight, hour: int, known: str) -> RequestValidationError:
    rule = f"carriers known from {flight.origin} at {hour}:00 New York: {known}"
    wrong = {"type": "unknown", "loc": ("body", "carrier"), "msg": rule}
    return RequestValidationError([{**wrong, "input": flight.carrier}])


async def _explain(_: Request, error: Exception) -> JSONResponse:
    # FastAPI's own handler sends the value back as a number, and fails where it is NaN.
    errors: dict[str, str] = {}
    for wrong in error.errors() if isinstance(error, RequestValidationError) else []:
        place = [] if wrong["type"] == "json_invalid" else wrong["loc"][1:]
        got = "" if wrong["type"] == "missing" else f", got {wrong['input']!r:.60}"
        errors[".".join(map(str, place)) or "body"] = wrong["msg"] + got
    body = Problem(title="Unprocessable Content", status=422, errors=errors)
    return JSONResponse(body.model_dump(), body.status, media_type=_MEDIA)
