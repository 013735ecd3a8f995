"""What the page states about scores on the flights of 2013, recomputed."""

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from snippets.data import flights
from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import rate_baseline
from snippets.explore.honest_before import superb_score


@pytest.fixture(scope="module")
def flown() -> pd.DataFrame:
    return flights().dropna(subset=["arr_delay"])


def test_before_a_random_split_with_every_number_gives_a_superb_score() -> None:
    assert superb_score(flights().sample(10_000, random_state=0)) > 0.9


def test_dep_delay_stands_out_and_air_time_looks_random(
    flown: pd.DataFrame,
) -> None:
    numbers = flown[["dep_delay", "air_time", "hour"]]

    scan = leak_scan(numbers, flown["arr_delay"] > 15, known=["hour"])

    assert scan["auc"].round(2).to_dict() == {
        "dep_delay": 0.90,
        "hour": 0.63,
        "air_time": 0.50,
    }


def test_a_table_by_hour_ranks_the_autumn_at_061(flown: pd.DataFrame) -> None:
    late = flown["arr_delay"] > 15
    past, future = flown[flown["month"] <= 9], flown[flown["month"] > 9]

    rates = rate_baseline(past["hour"], late[past.index], future["hour"])

    assert round(roc_auc_score(late[future.index], rates), 2) == 0.61
    assert past["hour"].nunique() == 19


def test_the_test_set_has_92_days_and_9430_flights_have_no_label(
    flown: pd.DataFrame,
) -> None:
    future = flown[flown["month"] > 9]

    assert len(future[["month", "day"]].drop_duplicates()) == 92
    assert len(flights()) - len(flown) == 9_430
