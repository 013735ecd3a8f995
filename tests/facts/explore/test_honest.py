"""What the page states about scores on the flights of 2013, recomputed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from snippets.data import flights, late
from snippets.explore.honest.leaks import leak_scan
from snippets.explore.honest.score import bootstrap_ci
from snippets.explore.honest.slices import worst_slices
from snippets.explore.honest_before import superb_score


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    table = flights().sample(50_000, random_state=0).sort_index()
    day = pd.to_datetime(table[["year", "month", "day"]])
    return table.assign(label=late(table), week=(day - day.min()).dt.days // 7)


def test_before_a_random_split_with_every_number_gives_a_superb_score() -> None:
    some = flights().sample(10_000, random_state=0)

    assert superb_score(some, late(some)) > 0.9


def test_dep_delay_stands_out_and_air_time_tells_by_being_null(
    sample: pd.DataFrame,
) -> None:
    scan = leak_scan(sample[["dep_delay", "air_time"]], sample["label"], known=[])

    assert scan["auc"].round(2).to_dict() == {"dep_delay": 0.9, "air_time": 0.5}
    assert sample.loc[sample["air_time"].isna(), "label"].all()


def test_a_table_of_19_hours_is_the_rule(sample: pd.DataFrame) -> None:
    assert sample.loc[sample["month"] <= 9, "hour"].nunique() == 19
    assert sample.loc[sample["month"] > 9, "week"].nunique() == 14


@pytest.fixture(scope="module")
def schedule(sample: pd.DataFrame) -> pd.DataFrame:
    names = sample[["carrier", "origin", "dest"]].astype("category")
    return sample[["hour", "minute", "sched_arr_time", "distance"]].join(names)


def risk(
    columns: pd.DataFrame, label: pd.Series, past: pd.Index, future: pd.Index
) -> np.ndarray:
    trees = HistGradientBoostingClassifier(
        max_iter=30, random_state=0, categorical_features="from_dtype"
    ).fit(columns.loc[past], label[past])
    return trees.predict_proba(columns.loc[future])[:, 1]


def saved(rows: pd.DataFrame) -> float:
    more = rows["rule_cost"].sum() - rows["model_cost"].sum()
    return float(100 * more / (3 * rows["label"].sum()))


@pytest.fixture(scope="module")
def counted(sample: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """The last three months: risks, and costs at the thresholds of the validation."""
    label, month = sample["label"], sample["month"]
    fit, validation = sample.index[month <= 6], sample.index[month.between(7, 9)]
    test = sample.index[month > 9]
    rows, thresholds = sample.loc[test], {}
    for past, future in ((fit, validation), (fit.union(validation), test)):
        rates = label[past].groupby(sample["hour"][past]).mean()
        ways: dict[str, Any] = {
            "model": risk(schedule, label, past, future),
            "rule": sample["hour"][future].map(rates).fillna(label[past].mean()),
        }
        for way, risks in ways.items():
            at = np.arange(0, 1, 0.01)
            if future is validation:
                costs = [price(label[future], risks, each).mean() for each in at]
                thresholds[way] = at[np.argmin(costs)]
            else:
                rows[way] = risks
                rows[f"{way}_cost"] = price(label[future], risks, thresholds[way])
    return rows


def price(label: pd.Series, risks: pd.Series | np.ndarray, at: float) -> pd.Series:
    return 3 * (label & ~(risks >= at)) + (~label & (risks >= at))


def test_the_model_ranks_better_than_the_rule(counted: pd.DataFrame) -> None:
    def gain(rows: pd.DataFrame) -> float:
        ours, theirs = (
            roc_auc_score(rows["label"], rows[w]) for w in ("model", "rule")
        )
        return float(ours - theirs)

    low, high = bootstrap_ci(
        counted, gain, cluster="week", rng=np.random.default_rng(1), draws=100
    )

    assert 0.005 < low < gain(counted) < high < 0.04


def test_the_two_intervals_side_by_side_overlap(counted: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)

    def score(rows: pd.DataFrame) -> float:
        return float(roc_auc_score(rows["label"], rows["risk"]))

    (model_low, _), (_, rule_high) = (
        bootstrap_ci(
            counted.assign(risk=counted[way]), score, cluster="week", rng=rng, draws=100
        )
        for way in ("model", "rule")
    )

    assert model_low < rule_high


def test_in_money_the_gain_may_be_nothing(counted: pd.DataFrame) -> None:
    low, high = bootstrap_ci(
        counted, saved, cluster="week", rng=np.random.default_rng(1), draws=500
    )

    assert low < 0.5
    assert high > 1


def test_what_the_date_gains_in_a_random_split_is_gone_later(
    sample: pd.DataFrame, schedule: pd.DataFrame
) -> None:
    dated = schedule.join(sample[["month", "day", "flight"]])
    fit = sample.index[sample["month"] <= 6]
    validation = sample.index[sample["month"].between(7, 9)]
    splits = [
        train_test_split(fit.union(validation), random_state=0),
        (fit, validation),
    ]
    ends = []
    for past, future in splits:
        rows = sample.loc[future, ["label", "week"]]
        for name, columns in (("dated", dated), ("undated", schedule)):
            rows[name] = risk(columns, sample["label"], past, future)
        rng = np.random.default_rng(1)
        ends.append(bootstrap_ci(rows, harm, cluster="week", rng=rng, draws=100))

    assert ends[0][1] < -0.03  # at random, leaving it out costs more than that
    assert -0.03 < ends[1][0] < 0 < ends[1][1]  # later it costs less, or gains


def harm(rows: pd.DataFrame) -> float:
    without, dated = (
        roc_auc_score(rows["label"], rows[name]) for name in ("undated", "dated")
    )
    return float(without - dated)


def test_over_weeks_2_of_29_slices_are_off_and_over_days_7(
    counted: pd.DataFrame,
) -> None:
    ways = counted[["month", "hour", "carrier", "origin"]]
    gap = counted["label"] - counted["model"]
    off = [
        (worst_slices(ways, gap, cluster=cluster)["p"] < 0.05).tolist()
        for cluster in (counted["week"], counted["month"] * 100 + counted["day"])
    ]

    assert [(len(each), sum(each)) for each in off] == [(29, 2), (29, 7)]
