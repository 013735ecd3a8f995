"""What the page states about boxes and minutes, recomputed."""

import numpy as np
import pandas as pd
import pytest

from snippets.basecamp.ladder import BOXES, cross_out
from snippets.basecamp.ladder_before import what_to_build
from snippets.data import flights, late


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    table = flights()
    table["late"] = late(table)
    table["date"] = pd.to_datetime(table[["year", "month", "day"]])
    return table


@pytest.fixture(scope="module")
def second(table) -> pd.DataFrame:
    return table[table["month"] > 6]


def gained(chance: pd.Series, second: pd.DataFrame) -> pd.Series:
    """What acting on a chance gains; without one, all flights get the buffer."""
    chance = chance.fillna(1)
    paid = np.where(chance > 15 / 60, -15, -60.0 * second["late"])
    return pd.Series(paid + 15, second.index)


@pytest.fixture(scope="module")
def by_table(table, second) -> pd.Series:
    rates = table[table["month"] <= 6].groupby("hour")["late"].mean()
    return gained(second["hour"].map(rates), second)


def interval(more: pd.Series, second: pd.DataFrame) -> tuple[float, float]:
    """The interval of a mean, resampling weeks."""
    weeks = more.groupby(second["date"].dt.isocalendar().week).agg(["sum", "size"])
    drawn = np.random.default_rng(2013).integers(len(weeks), size=(2000, len(weeks)))
    sums = weeks.to_numpy()[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    return low, high


def test_what_learning_again_each_month_adds_does_not_show(
    table, second, by_table
) -> None:
    chance = pd.concat(
        second.loc[second["month"] == month, "hour"].map(
            table[table["month"] < month].groupby("hour")["late"].mean()
        )
        for month in range(7, 13)
    )
    again = gained(chance.loc[second.index], second)
    low, high = interval(again - by_table, second)

    assert round(by_table.mean(), 2) == 2.47
    assert -0.15 < low < 0 < high < 0.15


def test_an_hourly_feed_adds_nearly_a_minute_in_resampled_weeks(
    table, second, by_table
) -> None:
    stuck = (table["dep_delay"] > 15) | table["dep_delay"].isna()
    seen = stuck.groupby([table["date"], table["origin"], table["hour"]]).mean()
    then = pd.MultiIndex.from_arrays(
        [table["date"], table["origin"], table["hour"] - 4]
    )
    live = pd.Series(seen.reindex(then).to_numpy(), table.index)
    level = pd.cut(live, [-0.1, 0.1, 0.2, 0.3, 0.5, 1], labels=False).fillna(-1)
    groups = table["hour"] * 10 + level
    first = table["month"] <= 6
    rates = table.loc[first, "late"].groupby(groups[first]).mean()
    more = gained(groups[second.index].map(rates), second) - by_table
    low, _ = interval(more, second)

    assert 0.9 < more.mean() < 1
    assert low > 0.4


def test_what_others_rely_on_is_tested_and_in_version_control() -> None:
    night = ["others rely on it", "others call it", "others call it at night"]

    assert cross_out(night)[["version control", "tests", "on-call"]].all()


def test_seven_of_twelve_boxes_have_a_need() -> None:
    assert len(what_to_build()) == len(BOXES) == 12
    assert cross_out(["it runs again", "fresh each hour"]).sum() == 7
