"""What the page states about its two services, the flights and the tools."""

import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import AwareDatetime, BaseModel, TypeAdapter

from snippets.data import airlines, flights
from snippets.engineer import api_before
from snippets.engineer.api.app import create_app
from snippets.engineer.api.client import RetryBudget, over_budget, send
from snippets.engineer.api.server import serve

GOOD = {"carrier": "DL", "origin": "LGA", "departs": "2013-07-12T17:30:00-04:00"}
JSON = {"Content-Type": "application/json"}
APP = create_app({("DL", "LGA", 17): 0.25}, model="v1", trained_until=date(2013, 6, 30))

train: Callable[..., Any] = api_before.train
loose_app: Callable[..., FastAPI] = api_before.loose_app
ask_again: Callable[..., httpx.Response] = api_before.ask_again


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


def test_228_of_335_answers_were_wrong(model: Any, day: pd.DataFrame) -> None:
    rows = day[["carrier", "origin", "hour"]]
    right = late(model, rows)
    names = rows["carrier"].map(airlines().set_index("carrier")["name"])
    habits = [
        rows,
        rows.assign(hour=day["sched_dep_time"]),
        rows.assign(hour=day["time_hour"].dt.hour),
        rows.assign(carrier=names),
        rows.assign(hour=day["hour"].astype(str)),
    ]
    wrong = [int((abs(late(model, each) - right) > 0.05).sum()) for each in habits]

    assert len(day) == 67
    assert wrong == [0, 67, 51, 47, 63]
    assert (sum(wrong), 5 * len(day)) == (228, 335)
    assert date(2013, 7, 12).strftime("%A") == "Friday"


def test_the_text_17_is_the_hour_0(model: Any) -> None:
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


def test_the_answers_cover_every_flight_of_the_second_half(year: pd.DataFrame) -> None:
    flown = year.query("month <= 6").dropna(subset="arr_delay")
    pairs = flown[["carrier", "origin"]].drop_duplicates()
    later = year.query("month > 6").merge(pairs, how="left", indicator=True)

    assert len(pairs) * 19 == 665
    assert (later["_merge"] == "both").all()
    assert (flown["hour"].min(), flown["hour"].max()) == (5, 23)


def test_pydantic_reads_a_clock_as_seconds_since_1970() -> None:
    read = TypeAdapter(AwareDatetime).validate_python

    assert read(1730) == read("1730")
    assert read(1730).year == 1970


def test_an_offset_of_chicago_is_an_hour_later_in_new_york() -> None:
    app = create_app(
        {("DL", "LGA", 18): 0.5}, model="v1", trained_until=date(2013, 6, 30)
    )
    with serve(app) as url:
        body = GOOD | {"departs": "2013-07-12T17:30:00-05:00"}

        assert httpx.post(f"{url}/predict", json=body).json()["late"] == 0.5


def test_plain_fastapi_answers_a_nan_with_status_500() -> None:
    class Body(BaseModel):
        hour: int

    app = FastAPI()

    @app.post("/predict")
    async def predict(body: Body) -> Body:
        return body

    with serve(app) as url:
        plain = httpx.post(f"{url}/predict", content='{"hour": NaN}', headers=JSON)
    with serve(APP) as url:
        ours = httpx.post(f"{url}/predict", content='{"carrier": NaN}', headers=JSON)

    assert (plain.status_code, ours.status_code) == (500, 422)


def test_uvicorn_binds_early_without_naming_the_protocol() -> None:
    listener = uvicorn.Config(APP, port=0, log_config=None).bind_socket()
    with listener:
        assert listener.proto == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the timer is Linux's")
def test_on_such_a_socket_every_answer_waits_and_the_ratio_does_not_show_it() -> None:
    def wait(url: str, client: httpx.Client) -> float:
        began = time.perf_counter()
        client.get(f"{url}/health")
        return time.perf_counter() - began

    early = uvicorn.Config(APP, port=0, log_config=None).bind_socket()
    with (
        httpx.Client() as client,
        serve(APP) as url,
        serve(APP, listener=early) as late_url,
    ):
        waits = [(wait(url, client), wait(late_url, client)) for _ in range(15)]
    prompt, held = np.median(waits, axis=0)

    assert held > 2 * prompt


def test_95_percent_stay_within_p95() -> None:
    waits = np.random.default_rng(1).exponential(size=100_000)

    assert (waits <= np.percentile(waits, 95)).mean() == pytest.approx(0.95, abs=1e-4)
    assert f"{0.95:.0%}" == "95%"


def test_the_table_stays_within_the_budget_and_the_model_does_not(model: Any) -> None:
    asked = {"carrier": "DL", "origin": "LGA", "hour": 17}
    seconds: dict[str, list[float]] = {"health": [], "predict": [], "loose": []}
    with (
        httpx.Client() as client,
        serve(APP) as url,
        serve(loose_app(model)) as loose_url,
    ):
        requests = {
            "health": client.build_request("GET", f"{url}/health"),
            "predict": client.build_request("POST", f"{url}/predict", json=GOOD),
            "loose": client.build_request("POST", f"{loose_url}/predict", json=asked),
        }
        for name, request in list(requests.items()) * 100:
            began = time.perf_counter()
            client.send(request)
            seconds[name].append(time.perf_counter() - began)
    beside = partial(over_budget, baseline=seconds["health"])

    assert not beside(seconds["predict"], at_most={10: 3, 50: 4})
    assert beside(seconds["loose"], at_most={10: 2})
    assert not over_budget(seconds["predict"], seconds["loose"], at_most={50: 1})


class Down:
    """A server that refuses every request, and counts them."""

    seen = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen += 1
        return httpx.Response(503)


def test_five_attempts_are_five_times_the_load_and_125_through_three_services() -> None:
    down, limited = Down(), Down()
    with httpx.Client(transport=httpx.MockTransport(down)) as client:
        for _ in range(20):
            ask_again(client, client.build_request("GET", "http://service"))
    budget, rng = RetryBudget(), np.random.default_rng(1)
    with httpx.Client(transport=httpx.MockTransport(limited)) as client:
        for _ in range(20):
            request = client.build_request("GET", "http://service")
            send(client, request, budget=budget, rng=rng, sleep=lambda _: None)

    assert down.seen == 5 * 20
    assert 5**3 == 125
    assert limited.seen == 20 * 1.25
