"""What the page states about the price of a better score, recomputed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from snippets.data import flights, late
from snippets.explore.value import queue_wait, value_of_knowing
from snippets.explore.value_before import worth_another_week

COLUMNS = ["hour", "minute", "weekday", "distance", "carrier", "origin", "dest"]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    table = flights()
    table["late"] = late(table)
    table["day"] = pd.to_datetime(table[["year", "month", "day"]])
    table["weekday"] = table["day"].dt.day_of_week
    return table


@pytest.fixture(scope="module")
def chances(table) -> pd.DataFrame:
    """The chance of a late flight from July on, by the hour and by the model."""
    first, second = table[table["month"] <= 6], table[table["month"] > 6]
    codes = table[COLUMNS].apply(
        lambda column: (
            column.astype("category").cat.codes if column.dtype == "str" else column
        )
    )
    learnt = first.sample(50_000, random_state=0)
    model = HistGradientBoostingClassifier(max_iter=60, random_state=0)
    model.fit(codes.loc[learnt.index], learnt["late"])
    rates = first.groupby("hour")["late"].mean()
    return pd.DataFrame(
        {
            "hour": second["hour"].map(rates).fillna(first["late"].mean()),
            "model": model.predict_proba(codes.loc[second.index])[:, 1],
            "late": second["late"],
            "week": (second["day"].dt.day_of_year - 1) // 7,
        }
    )


def paid(chance: pd.Series, happened: pd.Series, buffer: int = 15) -> pd.Series:
    plans = chance > buffer / 60
    return pd.Series(np.where(plans, -buffer, -60.0 * happened), chance.index)


def test_the_hour_gains_most_of_what_the_model_gains(chances) -> None:
    gains = {
        name: (paid(chances[name], chances["late"]) + 15).mean()
        for name in ("hour", "model")
    }

    assert round(gains["hour"], 2) == 2.47
    assert gains["hour"] > 0.9 * gains["model"]
    assert round(gains["model"] - gains["hour"], 2) == 0.18
    assert worth_another_week(chances["late"], chances["hour"], chances["model"])


def test_what_the_model_adds_may_be_nothing_in_resampled_weeks(
    chances,
) -> None:
    more = paid(chances["model"], chances["late"]) - paid(
        chances["hour"], chances["late"]
    )
    weeks = more.groupby(chances["week"]).agg(["sum", "size"]).to_numpy()
    drawn = np.random.default_rng(2013).integers(len(weeks), size=(2000, len(weeks)))
    sums = weeks[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])

    assert [round(low, 2), round(high, 2)] == [-0.07, 0.41]


def test_perfect_knowledge_would_gain_11_minutes(chances) -> None:
    payoffs = pd.DataFrame({"buffer": -15, "none": -60 * chances["late"].astype(float)})

    assert round(value_of_knowing(payoffs, default="buffer"), 1) == 11.3


def test_the_rule_by_hour_plans_buffers_from_13_on(table) -> None:
    rates = table[table["month"] <= 6].groupby("hour")["late"].mean()

    assert rates[rates > 0.25].index.tolist() == [*range(13, 24)]


def test_one_request_in_ten_is_thirteen_days() -> None:
    assert round(queue_wait(0.95 * 0.9), 1) == 5.9
    assert 13 < queue_wait(0.95) - queue_wait(0.95 * 0.9) < 14
    assert 3 < queue_wait(0.95) / queue_wait(0.85) < 3.5
    assert round(0.95 / 0.85, 2) == 1.12
