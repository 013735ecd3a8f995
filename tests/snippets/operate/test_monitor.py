"""Labels wait until all of their age are in, and a feed that stops or sticks shows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.operate.monitor.signals import (
    calibration,
    delayed_labels,
    hours_since_news,
)

HOUR = pd.Timedelta("1h")
START = pd.Timestamp("2013-07-10")

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)


def hourly(*values: float | None) -> pd.Series:
    times = pd.date_range(START, periods=len(values), freq="h")
    return pd.Series(values, index=times, dtype=float)


class TestHoursSinceNews:
    def test_counts_from_the_last_change(self) -> None:
        readings = pd.DataFrame({"wind": [5, 7, 7, 7, 8]}, index=hourly(*[0] * 5).index)

        hours = hours_since_news(readings, pd.DatetimeIndex(readings.index))

        assert hours.tolist() == [0, 0, 1, 2, 0]

    def test_a_feed_that_stops_looks_like_one_that_repeats(self) -> None:
        clock = pd.DatetimeIndex(hourly(*[0] * 6).index)
        repeats = pd.DataFrame({"wind": [5, 7, 7, 7, 7, 7]}, index=clock)

        pd.testing.assert_series_equal(
            hours_since_news(repeats, clock), hours_since_news(repeats.iloc[:2], clock)
        )
        assert hours_since_news(repeats, clock).iloc[-1] == 4

    def test_a_change_in_one_column_is_news(self) -> None:
        readings = pd.DataFrame(
            {"wind": [5.0, 5.0], "rain": [0.0, 0.1]}, index=hourly(0, 0).index
        )

        hours = hours_since_news(readings, pd.DatetimeIndex(readings.index))

        assert hours.tolist() == [0, 0]

    def test_a_null_is_a_value_like_any_other(self) -> None:
        index = hourly(*[0] * 5).index
        readings = pd.DataFrame({"gust": [None, None, 9.0, 9.0, None]}, index=index)

        hours = hours_since_news(readings, pd.DatetimeIndex(index))

        assert hours.tolist() == [0, 1, 0, 1, 0]

    def test_is_null_before_the_first_row_and_works_between_rows(self) -> None:
        readings = pd.DataFrame({"wind": [5]}, index=[START])
        clock = pd.DatetimeIndex([START - HOUR, START + 1.5 * HOUR])

        hours = hours_since_news(readings, clock)

        assert np.isnan(hours.iloc[0])
        assert hours.iloc[1] == 1.5

    def test_counts_real_hours_across_a_change_of_clocks(self) -> None:
        clock = pd.date_range("2013-11-03", periods=4, freq="h", tz="America/New_York")
        readings = pd.DataFrame({"wind": [5]}, index=clock[:1])

        assert hours_since_news(readings, clock).tolist() == [0, 1, 2, 3]

    @pytest.mark.parametrize(
        "at",
        [
            [START + HOUR, START],  # falls
            [START, START],  # twice
        ],
    )
    def test_refuses_times_that_do_not_ascend(self, at: list[pd.Timestamp]) -> None:
        readings = pd.DataFrame({"wind": [5, 6]}, index=pd.DatetimeIndex(at))

        with pytest.raises(ValueError, match="must ascend, each once"):
            hours_since_news(readings, pd.DatetimeIndex(at[:1]))


class TestDelayedLabels:
    late = pd.Series([False, True, True, False])
    known = pd.Series([START + 3 * HOUR, START + 5 * HOUR, pd.NaT, START + 8 * HOUR])
    scheduled = pd.Series([START, START, START, START + 6 * HOUR])

    def counted(self, hours: float, wait: float = 4) -> list[float]:
        labels = delayed_labels(
            self.late,
            self.known,
            self.scheduled,
            now=START + hours * HOUR,
            wait=wait * HOUR,
        )
        return [float(label) for label in labels]

    def test_counts_no_flight_before_its_time_even_with_its_label(self) -> None:
        assert np.isnan(self.counted(3.9)).all()

    def test_a_flight_without_a_label_at_its_time_is_late(self) -> None:
        assert self.counted(4)[:3] == [0.0, 1.0, 1.0]
        assert np.isnan(self.counted(9.9)[3])

    def test_too_short_a_wait_counts_a_flight_in_the_air_as_late(self) -> None:
        assert self.counted(6.5, wait=0.5)[3] == 1.0
        assert self.counted(8, wait=0.5)[3] == 0.0

    def test_without_a_wait_each_flight_counts_as_it_leaves(self) -> None:
        assert self.counted(0, wait=0)[:3] == [1.0, 1.0, 1.0]
        assert np.isnan(self.counted(0, wait=0)[3])

    def test_returns_every_label_in_the_end(self) -> None:
        assert self.counted(100) == self.late.astype(float).tolist()

    @pytest.mark.parametrize(
        ("late", "wait", "match"),
        [
            (pd.Series([True]), -HOUR, "wait must not be negative, got -1 days"),
            (pd.Series([True, None]), HOUR, "late and scheduled must have no null"),
        ],
    )
    def test_refuses_input_that_it_cannot_count(
        self, late: pd.Series, wait: pd.Timedelta, match: str
    ) -> None:
        times = pd.Series([START] * len(late))

        with pytest.raises(ValueError, match=match):
            delayed_labels(late, times, times, now=START, wait=wait)


class TestCalibration:
    day = pd.Series(pd.to_datetime(["2013-07-01"] * 3 + ["2013-07-03"]))

    def test_compares_the_means_of_the_rows_whose_label_is_known(self) -> None:
        predicted = pd.Series([0.2, 0.4, 0.9, 0.6])
        label = pd.Series([0.0, 1.0, None, 1.0])

        table = calibration(predicted, label, self.day, days=1)

        assert table["rows"].tolist() == [2, 0, 1]
        assert table["predicted"].iloc[[0, 2]].tolist() == pytest.approx([0.3, 0.6])
        assert table["observed"].iloc[[0, 2]].tolist() == [0.5, 1.0]
        assert table["gap"].iloc[[0, 2]].tolist() == pytest.approx([0.2, 0.4])

    def test_weights_the_rows_of_a_window_equally_and_waits_for_a_full_one(
        self,
    ) -> None:
        predicted = pd.Series([0.2, 0.4, 0.6, 0.8])
        label = pd.Series([0.0, 1.0, 1.0, 1.0])

        table = calibration(predicted, label, self.day, days=3)

        assert table.index.tolist() == [pd.Timestamp("2013-07-03")]
        assert table["predicted"].tolist() == pytest.approx([0.5])
        assert table["observed"].tolist() == pytest.approx([0.75])

    @unhurried
    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
    def test_the_gap_of_one_day_is_the_mean_of_the_differences(
        self, rows: list[tuple[float, bool]]
    ) -> None:
        predicted = pd.Series([chance for chance, _ in rows])
        label = pd.Series([float(late) for _, late in rows])

        table = calibration(predicted, label, pd.Series([START] * len(rows)), days=1)

        assert table["gap"].item() == pytest.approx((label - predicted).mean())

    def test_refuses_a_window_without_days(self) -> None:
        with pytest.raises(ValueError, match="at least 1, got 0"):
            calibration(pd.Series([0.1]), pd.Series([1.0]), self.day[:1], days=0)


class TestSomebodyElsesData:
    @pytest.mark.parametrize("which", ["late", "known", "scheduled"])
    def test_labels_of_other_rows_are_refused(self, which: str) -> None:
        times = pd.Series(pd.date_range("2013-07-01", periods=3, freq="h", tz="UTC"))
        given: dict = {"late": pd.Series([True, False, True]), "known": times}
        given["scheduled"] = times
        given[which] = given[which][::-1]

        with pytest.raises(ValueError, match=r"^late, known and scheduled must have"):
            delayed_labels(**given, now=times[2], wait=pd.Timedelta("1h"))

    def test_labels_need_a_schedule_and_one_kind_of_clock(self) -> None:
        times = pd.Series(pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC"))
        late, wait = pd.Series([True, False]), pd.Timedelta("1h")
        gone = times.mask(times.index == 0)

        with pytest.raises(ValueError, match=r"^late and scheduled must have no null$"):
            delayed_labels(late, times, gone, now=times[1], wait=wait)
        with pytest.raises(ValueError, match=r"must all have a time zone, or none$"):
            delayed_labels(
                late, times, times, now=times[1].tz_localize(None), wait=wait
            )

    def test_a_calibration_is_of_one_table(self) -> None:
        day = pd.Series(pd.to_datetime(["2013-07-01", "2013-07-02"]))
        risk, label = pd.Series([0.5, 0.25]), pd.Series([1.0, 0.0])

        for other in ((risk[::-1], label, day), (risk, label, day[::-1])):
            with pytest.raises(
                ValueError, match=r"^predicted, label and day must have"
            ):
                calibration(*other, days=1)
        for wrong in (risk.mask(risk > 0.3), risk * 4):
            with pytest.raises(ValueError, match=r"^predicted must be in \[0, 1\]"):
                calibration(wrong, label, day, days=1)
        twice = [0, 0]
        again = [each.set_axis(twice) for each in (risk, label, day)]
        assert calibration(*again, days=1).equals(calibration(risk, label, day, days=1))

    def test_a_feed_and_a_clock_have_one_kind_of_time(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        with pytest.raises(ValueError, match=r"^readings and clock must both have"):
            hours_since_news(
                pd.DataFrame({"wind": [1, 2]}, index=index), index.tz_localize(None)
            )
