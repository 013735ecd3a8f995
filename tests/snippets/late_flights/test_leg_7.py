"""A replay uses on each day only data known that day, and alarm rates have limits."""

import doctest
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from snippets.late_flights.leg_7.feed import alarm_rate, stopped
from snippets.late_flights.leg_7.policies import Past, monthly, never, triggered
from snippets.late_flights.leg_7.replay import Replay, replay

DAYS = pd.date_range("2013-04-28", "2013-05-12")
DAY = pd.Series(DAYS.repeat(2))
LATE = pd.Series([number % 3 == 0 for number in range(len(DAY))])
COLUMNS = pd.DataFrame({"number": range(len(DAY))})
START = pd.Timestamp("2013-05-01")


def replayed(due: object, **options: int) -> tuple[Replay, list[tuple[int, int]]]:
    """Replay with a model that stores the rows it learned from."""
    learned: list[tuple[int, int]] = []

    def learn(columns: pd.DataFrame, label: pd.Series) -> float:
        assert columns.index.equals(label.index)
        learned.append((columns.index[0], columns.index[-1]))
        return float(label.mean())

    def answer(model: float, columns: pd.DataFrame) -> pd.Series:
        return pd.Series(model, index=columns.index)

    done = replay(
        COLUMNS,
        LATE,
        DAY,
        start=START,
        due=due,  # type: ignore[arg-type]
        learn=learn,
        answer=answer,
        **options,
    )
    return done, learned


def test_the_first_model_learns_from_everything_before_the_start() -> None:
    done, learned = replayed(never)

    assert learned == [(0, 5)]
    assert done.fits == [START]
    assert done.risk[:6].isna().all()
    assert (done.risk[6:] == LATE[:6].mean()).all()
    assert done.risk.dtype == float


def test_by_default_labels_arrive_after_a_day_and_are_used_for_a_year() -> None:
    defaults = {"wait": 1, "window": 365}
    day = pd.Series(pd.date_range("2012-01-01", "2013-05-12"))
    seen: list[tuple[pd.Timestamp, int]] = []

    def learn(columns: pd.DataFrame, label: pd.Series) -> float:
        seen.append((day[label.index[-1]], len(label)))
        return 0

    for options in ({}, defaults):
        replay(
            day.to_frame(),
            day.dt.day > 9,
            day,
            start=START,
            due=lambda past: past.today == pd.Timestamp("2013-05-09"),
            learn=learn,
            answer=lambda model, columns: pd.Series(0.0, index=columns.index),
            **options,
        )
    before_start = (START - pd.Timedelta(days=1), 486)
    assert seen == [before_start, (pd.Timestamp("2013-05-07"), 365)] * 2


def test_a_day_without_rows_is_skipped_but_the_last_row_is_not() -> None:
    day = pd.Series(pd.to_datetime(["2013-04-30", "2013-05-01", "2013-05-04"]))
    answered: list[list[int]] = []
    seen: list[list[list[float]]] = []

    def answer(model: object, columns: pd.DataFrame) -> pd.Series:
        answered.append(columns.index.tolist())
        return pd.Series(0.5, index=columns.index)

    def watch(past: Past) -> bool:
        seen.append(past.days[["rows", "late", "risk"]].to_numpy().tolist())
        return False

    done = replay(
        COLUMNS[:3],
        LATE[:3],
        day,
        start=START,
        due=watch,
        learn=lambda columns, label: None,
        answer=answer,
        wait=0,
    )

    assert answered == [[1], [2]]
    assert done.risk.tolist()[1:] == [0.5, 0.5]
    assert seen == [[[1, LATE[1], 0.5]]] * 3


@settings(deadline=None, max_examples=20)  # of 36
@given(st.integers(0, 3), st.integers(1, 9))
def test_no_model_learns_from_a_label_that_has_not_arrived(
    wait: int, window: int
) -> None:
    done, learned = replayed(lambda past: True, wait=wait, window=window + wait)

    assert len(done.fits) == len(DAYS) - 3
    for morning, (first, last) in list(zip(done.fits, learned, strict=True))[1:]:
        assert DAY[last] == morning - pd.Timedelta(days=wait + 1)
        oldest = morning - pd.Timedelta(days=2 * wait + window)
        assert DAY[first] == max(DAYS[0], oldest)


def test_a_policy_sees_only_labelled_days_of_the_current_model() -> None:
    seen: list[Past] = []

    def watch(past: Past) -> bool:
        seen.append(past)
        return past.today == pd.Timestamp("2013-05-06")

    replayed(watch, wait=1)
    for past in seen:
        assert past.days.index.tolist() == list(
            pd.date_range(past.fitted, past.today - pd.Timedelta(days=2))
        )
        assert past.days.columns.tolist() == ["rows", "late", "risk"]
        assert (past.days["rows"] == 2).all()
    assert {past.fitted for past in seen} == {START, pd.Timestamp("2013-05-06")}
    assert seen[3].days["risk"].tolist() == pytest.approx([4 / 6, 4 / 6, 4 / 6])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"wait": -1}, "^need wait >= 0 and window >= 1, got -1 and 365$"),
        ({"window": 0}, "^need wait >= 0 and window >= 1, got 1 and 0$"),
    ],
)
def test_a_replay_with_invalid_options_is_refused(
    options: dict[str, int], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        replayed(never, **options)


@pytest.mark.parametrize(
    ("day", "start", "match"),
    [
        (DAY[::-1], START, r"^days must ascend, got them out of order$"),
        (DAY, DAYS[0], r"^no label before 2013-04-28 to learn from$"),
    ],
)
def test_days_that_cannot_be_replayed_are_refused(
    day: pd.Series, start: pd.Timestamp, match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        replay(
            COLUMNS,
            LATE,
            day,
            start=start,
            due=never,
            learn=lambda columns, label: 0,
            answer=lambda model, columns: columns["number"],
        )


def morning(today: str, days: int, *, off_by: float) -> Past:
    """Return a morning after `days` days of 100 rows, the last 3 off by some points."""
    index = pd.date_range("2013-05-01", periods=days)
    table = pd.DataFrame({"rows": 100, "late": 20.0, "risk": 20.0}, index=index)
    table.loc[index[-3:], "risk"] += off_by
    return Past(pd.Timestamp(today), START, table)


def test_never_never_retrains_and_monthly_does_on_the_first() -> None:
    for today, first in [("2013-06-01", True), ("2013-06-02", False)]:
        past = morning(today, 5, off_by=50)
        assert not never(past)
        assert not never(past._replace(fitted=past.today))
        assert monthly(past) is first


@pytest.mark.parametrize(
    ("days", "off_by", "due"),
    [(5, 9.1, True), (5, -9.1, True), (5, 9.0, False), (3, 9.1, True), (2, 50, False)],
)
def test_a_trigger_needs_its_days_and_more_than_its_gap(
    days: int, off_by: float, due: bool
) -> None:
    past = morning("2013-05-09", days, off_by=off_by)

    assert triggered(above=9, days=3)(past) is due


@pytest.mark.parametrize(
    ("rows", "late", "due"), [(1, 1.0, True), (1, 0.5, False), (0, 0.0, False)]
)
def test_a_trigger_may_need_only_one_day_of_one_row(
    rows: int, late: float, due: bool
) -> None:
    days = pd.DataFrame({"rows": [rows], "late": [late], "risk": [late / 2]})
    past = Past(START, START, days)

    assert triggered(above=0, days=1)(past) is (late > 0)
    assert triggered(above=30, days=1)(past) is due


@pytest.mark.parametrize(("above", "days"), [(-1, 3), (-0.5, 3), (9, 0)])
def test_an_invalid_trigger_is_refused(above: float, days: int) -> None:
    message = f"^need above >= 0 and days >= 1, got {above} and {days}$"
    with pytest.raises(ValueError, match=message):
        triggered(above=above, days=days)


def test_an_outage_includes_its_first_hour_and_not_its_end() -> None:
    hours = pd.date_range("2013-07-01", periods=5, freq="h", tz="UTC")
    reports = pd.DataFrame({"time_hour": hours})

    assert stopped(reports, hours[1], hours[3])["time_hour"].tolist() == [
        hours[0],
        hours[3],
        hours[4],
    ]
    with pytest.raises(ValueError, match=r"^start must be before end, got 2013"):
        stopped(reports, hours[1], hours[1])


@given(st.integers(1, 50), st.floats(1, 400))
def test_the_interval_is_the_exact_poisson_interval(alarms: int, days: float) -> None:
    rate, low, high = (each * days / 30 for each in alarm_rate(alarms, days))

    assert rate == pytest.approx(alarms)
    assert poisson.sf(alarms - 1, low) == pytest.approx(0.025)
    assert poisson.cdf(alarms, high) == pytest.approx(0.025)


def test_without_alarms_the_upper_limit_is_above_zero() -> None:
    rate, low, high = alarm_rate(0, 30)

    assert (rate, low) == (0, 0)
    assert high == pytest.approx(3.689, abs=0.001)


@pytest.mark.parametrize(("alarms", "days"), [(-1, 30), (0, 0)])
def test_an_invalid_count_is_refused(alarms: int, days: float) -> None:
    message = f"^need alarms >= 0 and days > 0, got {alarms} and {days}$"
    with pytest.raises(ValueError, match=message):
        alarm_rate(alarms, days)


def test_the_example_of_alarm_rate_gives_what_it_shows() -> None:
    assert doctest.testmod(sys.modules[alarm_rate.__module__]).failed == 0
