"""What the page states about alerts and their false alarms in 2013."""

import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.operate import alerts_before
from snippets.operate.alerts import Alert, false_alarms
from snippets.operate.monitor.signals import hours_since_news

NEW_YORK = "America/New_York"
READINGS = ["precip", "visib", "wind_speed", "humid", "pressure"]
HOURS = pd.date_range("2013-01-01 01:00", "2013-12-31 23:00", freq="h", tz=NEW_YORK)
SPRING = HOURS.month <= 4


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz=NEW_YORK)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    table = flights()
    date = pd.to_datetime(table[["year", "month", "day"]]).rename("date")
    pairs = [date, table["origin"], table["carrier"]]
    return table.groupby(pairs).size().unstack([1, 2], fill_value=0)


@pytest.fixture(scope="module")
def silence() -> pd.Series:
    sky = weather().sort_values(["origin", "time_hour"])
    airports = {
        airport: hours_since_news(rows.set_index("time_hour")[READINGS], HOURS)
        for airport, rows in sky.groupby("origin")
    }
    return pd.DataFrame(airports).max(axis=1)


@pytest.fixture(scope="module")
def whole() -> pd.Series:
    rows = weather().groupby("time_hour").size()
    return rows.reindex(HOURS, fill_value=0) == 3


def test_before_alerts_never_ring_on_the_days_that_chose_them(
    counts: pd.DataFrame,
) -> None:
    _, promise = alerts_before.never_rings(counts[:"2013-04-30"])

    assert promise == "35 alerts, 0 alarms in 120 days"


def test_they_ring_as_often_as_chance_at_first_and_far_more_in_autumn(
    counts: pd.DataFrame,
) -> None:
    lowest, _ = alerts_before.never_rings(counts[:"2013-04-30"])
    after = counts["2013-05-01":]
    below = after < lowest
    quiet = pd.Series(True, after.index)

    assert sum(false_alarms(below[pair], quiet) for pair in below) == 177
    assert (below.any(axis=1).sum(), len(after)) == (159, 245)
    for part, expected in [
        (below[:"2013-08-31"], (47, 36)),
        (below["2013-09-01":], (358, 35)),
    ]:
        assert (part.sum().sum(), round(part.size / 121)) == expected


@pytest.mark.parametrize(
    ("wait", "expected"), [(0, [18, 32]), (1, [0, 3]), (2, [0, 0])]
)
def test_the_wait_that_spring_chooses_rings_three_times_after_it(
    silence: pd.Series, whole: pd.Series, wait: int, expected: list[int]
) -> None:
    firing = Alert(above=0, for_=pd.Timedelta(hours=wait)).firing(silence)

    assert [
        false_alarms(firing, whole & part) for part in (SPRING, ~SPRING)
    ] == expected


def test_six_of_its_nine_pages_are_real(silence: pd.Series, whole: pd.Series) -> None:
    firing = Alert(above=0, for_=pd.Timedelta("1h")).firing(silence)
    after = pd.Series(~SPRING, HOURS)

    assert false_alarms(firing, after) == 9
    assert false_alarms(firing, after & ~whole) == 6


def test_each_hour_of_waiting_costs_39_flights_on_average_and_94_at_worst() -> None:
    read_at = flights()["time_hour"].dt.tz_convert(NEW_YORK) - pd.Timedelta("2h")
    decided = read_at.value_counts().reindex(HOURS, fill_value=0)[~SPRING]

    assert (round(decided.mean()), decided.max()) == (39, 94)
