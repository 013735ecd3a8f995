"""What the page states about its two services, the flights and the tools."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import hypothesis
import numpy as np
import pandas as pd
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from snippets.data import airlines, flights, weather
from snippets.data import late as label
from snippets.engineer import api_before
from snippets.engineer.api.app import Answer, Flight, create_app
from snippets.engineer.api.contract import breaking_changes
from snippets.engineer.api.server import serve

GOOD = {"carrier": "DL", "origin": "LGA", "departs": "2013-07-12T17:30:00-04:00"}
JSON = {"Content-Type": "application/json"}

train: Callable[..., Any] = api_before.train
loose_app: Callable[..., FastAPI] = api_before.loose_app


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    return flights()


@pytest.fixture(scope="module")
def model(year: pd.DataFrame) -> Any:
    return train(year.query("month <= 6"))


@pytest.fixture(scope="module")
def day(year: pd.DataFrame) -> pd.DataFrame:
    friday = year.query("month == 7 and day == 12")
    return friday.query("carrier == 'DL' and origin == 'LGA'")


def late(model: Any, rows: pd.DataFrame) -> np.ndarray:
    columns = pd.get_dummies(rows)
    known = columns.reindex(columns=model.feature_names_in_, fill_value=0)
    answers: np.ndarray = model.predict_proba(known)[:, 1]
    return answers


def test_249_of_335_answers_were_wrong_and_four_callers_of_five_got_them(
    model: Any, day: pd.DataFrame
) -> None:
    rows = day[["carrier", "origin", "hour"]]
    right = late(model, rows)
    names = rows["carrier"].map(airlines().set_index("carrier")["name"])
    written = [
        rows,
        rows.assign(hour=day["sched_dep_time"]),
        rows.assign(hour=day["time_hour"].dt.hour),
        rows.assign(hour=day["hour"].astype(str)),
        rows.assign(carrier=names),
    ]
    wrong = [int((abs(late(model, each) - right) > 0.05).sum()) for each in written]

    assert len(day) == 67
    assert wrong == [0, 67, 56, 63, 63]
    assert (sum(wrong), 5 * len(day)) == (249, 335)
    assert date(2013, 7, 12).strftime("%A") == "Friday"


def test_the_loose_service_answers_every_one_of_them_with_status_200(
    model: Any, day: pd.DataFrame
) -> None:
    flight = {"carrier": "DL", "origin": "LGA", "hour": 17}
    with serve(loose_app(model)) as url, httpx.Client(base_url=url) as client:
        for change in ({}, {"hour": 1730}, {"hour": "17"}, {"carrier": "Delta"}):
            response = client.post("/predict", json=flight | change)
            assert response.status_code == 200
            expected = late(model, pd.DataFrame([flight | change]))[0]
            assert response.json()["late"] == pytest.approx(expected)


def test_the_figure_shows_right_answers_from_0_1_to_0_33_and_texts_near_0_06(
    model: Any, day: pd.DataFrame
) -> None:
    rows = day[["carrier", "origin", "hour"]]
    right = late(model, rows)

    assert right.min() == pytest.approx(0.1, abs=0.01)
    assert right.max() == pytest.approx(0.33, abs=0.005)
    texts = late(model, rows.assign(hour=day["hour"].astype(str)))
    assert texts == pytest.approx(0.06, abs=0.005)
    clocks = late(model, rows.assign(hour=day["sched_dep_time"]))
    assert clocks == pytest.approx(1.0, abs=0.005)


def test_the_text_17_is_the_hour_0_and_the_calmest_time(model: Any) -> None:
    flight = {"carrier": ["DL"], "origin": ["LGA"]}
    text = late(model, pd.DataFrame(flight | {"hour": ["17"]}))
    midnight = late(model, pd.DataFrame(flight | {"hour": [0]}))

    assert text == midnight
    assert text < late(model, pd.DataFrame(flight | {"hour": [5]}))


def test_the_hour_of_the_table_is_the_local_hour_in_new_york(
    year: pd.DataFrame,
) -> None:
    local = year["time_hour"].dt.tz_convert("America/New_York")

    assert (local.dt.hour == year["hour"]).all()


def test_the_model_has_seen_every_flight_of_the_second_half_but_for_one_at_1(
    year: pd.DataFrame,
) -> None:
    half = year.query("month <= 6")
    pairs = half[["carrier", "origin"]].drop_duplicates()
    later = year.query("month > 6").merge(pairs, how="left", indicator=True)

    assert (later["_merge"] == "both").all()
    assert half["hour"].min() == 5
    assert later.loc[later["hour"] < 5, "hour"].tolist() == [1]


def test_the_share_of_late_flights_in_the_first_half_is_0_27(
    year: pd.DataFrame,
) -> None:
    half = year.query("month <= 6")

    assert label(half).mean() == pytest.approx(0.27, abs=0.005)


def test_pydantic_reads_a_clock_as_seconds_since_1970() -> None:
    read = TypeAdapter(AwareDatetime).validate_python

    assert read(1730) == read("1730")
    assert read(1730).year == 1970


def test_an_offset_of_chicago_is_an_hour_later_in_new_york() -> None:
    app = create_app(lambda flight: flight.departs.hour / 24, model="v1")
    with serve(app) as url:
        body = GOOD | {"departs": "2013-07-12T17:30:00-05:00"}

        assert httpx.post(f"{url}/predict", json=body).json()["late"] == 18 / 24


def test_a_type_without_bounds_gives_status_500_at_the_end_of_9999() -> None:
    class Unbounded(BaseModel):
        departs: AwareDatetime

    app = FastAPI()

    @app.post("/predict")
    def predict(flight: Unbounded) -> int:
        return flight.departs.astimezone().hour

    body = GOOD | {"departs": "9999-12-31T23:59:59-12:00"}
    with serve(app) as url:
        unbounded = httpx.post(f"{url}/predict", json=body)
    with serve(create_app(lambda _: 0.5, model="v1")) as url:
        bounded = httpx.post(f"{url}/predict", json=body)

    assert (unbounded.status_code, bounded.status_code) == (500, 422)


ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("moments", "finds"),
    [
        (st.datetimes(), False),
        (st.datetimes() | st.sampled_from([datetime.min, datetime.max]), True),
    ],
    ids=["at random", "with edges"],
)
def test_only_the_edges_find_the_date_that_cannot_be_converted(
    moments: st.SearchStrategy[datetime], finds: bool, seed: int
) -> None:
    failed = False

    @hypothesis.seed(seed)
    @settings(deadline=None, max_examples=100, database=None, derandomize=False)
    @given(moments, ZONES)
    def convert(moment: datetime, zone: timezone) -> None:
        nonlocal failed
        try:
            moment.replace(tzinfo=zone).astimezone(ZoneInfo("America/New_York"))
        except OverflowError:
            failed = True

    convert()

    assert failed is finds


def test_the_first_version_may_answer_with_a_rule() -> None:
    with serve(create_app(lambda flight: 0.27, model="base rate")) as url:
        answer = httpx.post(f"{url}/predict", json=GOOD).json()

    assert answer == {"late": 0.27, "model": "base rate"}


def test_what_is_added_breaks_nobody_until_it_is_rolled_back() -> None:
    class Longer(Flight):
        tailnum: str | None = None

    class More(Answer):
        flights_seen: int

    wider = create_app(lambda _: 0.5, model="v1")
    wider.router.routes[:] = [
        route for route in wider.routes if getattr(route, "path", "") != "/predict"
    ]
    before = create_app(lambda _: 0.5, model="v1").openapi()
    refusal = before["paths"]["/predict"]["post"]["responses"]["422"]

    @wider.post("/predict", responses={422: refusal})
    def answer(flight: Longer) -> More:
        return More(late=0.5, model="v1", flights_seen=len(flight.carrier))

    assert breaking_changes(before, wider.openapi()) == []
    assert breaking_changes(wider.openapi(), before) == [
        "POST /predict request: body: tailnum may be sent, and is not taken",
        "POST /predict response: 200: flights_seen is needed, and is not always sent",
    ]


def test_one_hour_of_february_has_a_wind_of_1048_miles_per_hour() -> None:
    fastest = weather().nlargest(2, "wind_speed")

    assert fastest["wind_speed"].round(1).tolist()[0] == 1048.4
    assert (fastest["month"].iloc[0], round(fastest["wind_speed"].iloc[0])) == (2, 1048)
    assert f"{1048:,}" == "1,048"
    assert fastest["wind_speed"].iloc[1] < 200


def test_bounds_refuse_nan_and_a_number_is_still_a_time() -> None:
    class Wind(BaseModel, extra="forbid"):
        speed_mph: float = Field(ge=0, le=200)
        measured: AwareDatetime

    with pytest.raises(ValidationError, match="than or equal to"):
        Wind.model_validate({"speed_mph": float("nan"), "measured": 1730})
    assert Wind.model_validate({"speed_mph": 1, "measured": 1730}).measured.year == 1970
