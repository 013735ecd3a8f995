"""Every scheduled flight has one outcome, and every hour of a week has one system."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.basecamp.mountains.arrivals import arrivals
from snippets.basecamp.mountains.week import System, Task, classify_week

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
delays = st.lists(
    st.tuples(st.sampled_from("xy"), st.none() | st.integers(-60, 300)), min_size=1
)


def flights_of(rows: list[tuple[str, int | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": [origin for origin, _ in rows],
            "arr_delay": pd.Series([delay for _, delay in rows], dtype=float),
        }
    )


class TestArrivals:
    def test_counts_in_time_late_and_lost_of_each_group(self) -> None:
        flights = flights_of([("x", 15), ("x", 16), ("x", None), ("x", -3), ("y", 40)])

        counted = arrivals(flights, ["origin"])

        assert counted.T["x"].tolist() == [2, 1, 1, 0.25, 0.5]
        assert counted.T["y"].tolist() == [0, 1, 0, 1.0, 1.0]

    def test_accepts_another_limit(self) -> None:
        counted = arrivals(flights_of([("x", 1), ("x", 0)]), ["origin"], minutes=0)

        assert counted["late"].tolist() == [1]

    def test_has_no_row_for_a_group_without_flights(self) -> None:
        two = flights_of([("x", 1), ("y", 1)]).assign(hour=[1, 2])

        assert arrivals(two, ["origin", "hour"]).index.tolist() == [("x", 1), ("y", 2)]

    def test_has_no_row_for_a_category_without_flights(self) -> None:
        origin = pd.Categorical(["x", "x"], categories=["x", "y"])
        two = flights_of([("x", 1), ("x", None)]).assign(origin=origin)

        assert arrivals(two, ["origin"])["failed_share"].to_dict() == {"x": 0.5}

    def test_counts_rows_with_the_same_label(self) -> None:
        flights = flights_of([("x", 20), ("y", None)]).set_axis([0, 0])

        counted = arrivals(flights, ["origin"])

        assert counted["late"].to_dict() == {"x": 1, "y": 0}
        assert counted["lost"].to_dict() == {"x": 0, "y": 1}

    @unhurried
    @given(delays, st.integers(0, 120))
    def test_every_flight_has_one_outcome(
        self, rows: list[tuple[str, int | None]], minutes: int
    ) -> None:
        flights = flights_of(rows)

        counted = arrivals(flights, ["origin"], minutes=minutes)

        outcomes = counted[["in_time", "late", "lost"]].sum(axis=1)
        assert outcomes.to_dict() == flights["origin"].value_counts().to_dict()
        assert (counted["late_share"] <= counted["failed_share"]).all()

    def test_refuses_groups_and_limits_that_lose_a_flight(self) -> None:
        flights = flights_of([("x", 1)])

        with pytest.raises(ValueError, match=r"at least one column, got none$"):
            arrivals(flights, [])
        with pytest.raises(
            ValueError, match="minutes must be finite, 0 or more, got -1"
        ):
            arrivals(flights, ["origin"], minutes=-1)
        with pytest.raises(
            ValueError, match="minutes must be finite, 0 or more, got nan"
        ):
            arrivals(flights, ["origin"], minutes=np.nan)
        with pytest.raises(ValueError, match=r"\['origin'\] must hold no null"):
            arrivals(flights.assign(origin=None), ["origin"])


def task(hours: float, done_known: bool, runs_again: bool) -> Task:
    return Task("a task", hours, done_known=done_known, runs_again=runs_again)


class TestClassifyWeek:
    @pytest.mark.parametrize(
        ("done_known", "runs_again", "expected"),
        [
            (False, False, System.EXPLORE),
            (True, True, System.ENGINEER),
            (True, False, System.ERRAND),
            (False, True, System.UNFINISHED_CROSSING),
        ],
    )
    def test_two_answers_choose_the_system(
        self, done_known: bool, runs_again: bool, expected: System
    ) -> None:
        assert task(1, done_known, runs_again).system is expected

    def test_adds_up_the_hours_and_shows_a_system_without_hours(self) -> None:
        log = [task(3, True, True), task(1, False, False), task(4, True, True)]

        week = classify_week(log)

        assert week["hours"].to_dict() == {
            "explore": 1,
            "engineer": 7,
            "errand": 0,
            "unfinished_crossing": 0,
        }
        assert week.loc["engineer", "share"] == 7 / 8

    @unhurried
    @given(
        st.lists(
            st.builds(task, st.floats(0.25, 60), st.booleans(), st.booleans()),
            min_size=1,
        )
    )
    def test_loses_no_hour(self, log: list[Task]) -> None:
        week = classify_week(iter(log))

        assert week["hours"].sum() == pytest.approx(sum(task.hours for task in log))
        assert week["share"].sum() == pytest.approx(1)

    def test_its_rows_are_the_systems(self) -> None:
        assert classify_week([task(1, True, True)]).index.name == "system"

    def test_refuses_a_week_without_work(self) -> None:
        with pytest.raises(ValueError, match=r"at least one task, got none$"):
            classify_week([])

    @pytest.mark.parametrize("hours", [0, -1, float("nan")])
    def test_refuses_a_task_that_takes_no_time(self, hours: float) -> None:
        with pytest.raises(ValueError, match=f"more than 0, got {hours}"):
            task(hours, True, True)
