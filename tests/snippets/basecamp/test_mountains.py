"""Every scheduled flight has one outcome."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.basecamp.mountains import arrivals

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

        with pytest.raises(
            ValueError, match=r"^by must name columns without a null, got \[\]$"
        ):
            arrivals(flights, [])
        with pytest.raises(
            ValueError, match="minutes must be finite, 0 or more, got -1"
        ):
            arrivals(flights, ["origin"], minutes=-1)
        with pytest.raises(
            ValueError, match="minutes must be finite, 0 or more, got nan"
        ):
            arrivals(flights, ["origin"], minutes=np.nan)
        with pytest.raises(ValueError, match=r"without a null, got \['origin'\]$"):
            arrivals(flights.assign(origin=None), ["origin"])
