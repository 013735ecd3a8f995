"""Metrics add up, labels wait, stale feeds show, and alerts have a cost."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from snippets.operate.monitor.alerts import (
    Alert,
    Urgency,
    delay,
    false_alarms,
    urgency,
)
from snippets.operate.monitor.metrics import Counter, exposition
from snippets.operate.monitor.signals import (
    calibration,
    delayed_labels,
    hours_since_news,
)

HOUR = pd.Timedelta("1h")
START = pd.Timestamp("2013-07-10")

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=8)


def hourly(*values: float | None) -> pd.Series:
    times = pd.date_range(START, periods=len(values), freq="h")
    return pd.Series(values, index=times, dtype=float)


def flags(text: str) -> pd.Series:
    times = pd.date_range(START, periods=len(text), freq="h")
    return pd.Series([letter == "x" for letter in text], index=times)


class TestCounter:
    def test_counts_each_set_of_labels_separately(self) -> None:
        counter = Counter("answers_total", "Answers.")

        counter.inc(status="200")
        counter.inc(2, status="200")
        counter.inc(status="500")

        assert counter.totals == {(("status", "200"),): 3.0, (("status", "500"),): 1.0}

    def test_does_not_depend_on_the_order_of_labels(self) -> None:
        counter = Counter("answers_total", "Answers.")

        counter.inc(origin="JFK", status="200")
        counter.inc(status="200", origin="JFK")

        assert list(counter.totals.values()) == [2.0]

    def test_two_counters_share_no_totals(self) -> None:
        first, second = Counter("a_total", ""), Counter("b_total", "")

        first.inc()

        assert second.totals == {}

    def test_accepts_zero(self) -> None:
        counter = Counter("answers_total", "Answers.")

        counter.inc(0)

        assert counter.totals == {(): 0.0}

    @pytest.mark.parametrize("amount", [-1.0, -0.001, float("nan"), float("inf")])
    def test_refuses_a_negative_or_non_finite_amount(self, amount: float) -> None:
        with pytest.raises(ValueError, match=f"at least 0, got {amount}"):
            Counter("answers_total", "Answers.").inc(amount)

    @pytest.mark.parametrize("name", ["", "2nd", "late flights", "late-flights", "é"])
    def test_refuses_a_name_that_the_format_forbids(self, name: str) -> None:
        with pytest.raises(ValueError, match="name must match"):
            Counter(name, "Answers.")


class TestExposition:
    def test_writes_help_type_and_a_line_for_each_set_of_labels(self) -> None:
        counter = Counter("answers_total", "Answers.")
        counter.inc(status="200", origin="JFK")
        counter.inc(2, status="500", origin="JFK")

        assert exposition(counter) == (
            "# HELP answers_total Answers.\n"
            "# TYPE answers_total counter\n"
            'answers_total{origin="JFK",status="200"} 1.0\n'
            'answers_total{origin="JFK",status="500"} 2.0\n'
        )

    def test_keeps_the_help_on_one_line(self) -> None:
        text = exposition(Counter("answers_total", "C:\\temp\nAnswers."))

        assert text.startswith("# HELP answers_total C:\\\\temp\\nAnswers.\n# TYPE")

    def test_escapes_what_would_end_a_label(self) -> None:
        counter = Counter("answers_total", "Answers.")
        counter.inc(path='C:\\ "new"\n')

        assert exposition(counter).splitlines()[2:] == [
            'answers_total{path="C:\\\\ \\"new\\"\\n"} 1.0'
        ]

    @unhurried
    @given(
        texts.filter(lambda words: words == words.strip()),
        st.dictionaries(texts, st.integers(0, 10**9), min_size=1),
    )
    def test_the_parser_of_prometheus_reads_every_count_back(
        self, words: str, counts: dict[str, int]
    ) -> None:
        counter = Counter("answers_total", words)
        for value, count in counts.items():
            counter.inc(count, kind=value)

        (family,) = text_string_to_metric_families(exposition(counter))

        assert (family.name, family.type) == ("answers", "counter")
        assert {s.labels["kind"]: s.value for s in family.samples} == counts


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


class TestUrgency:
    @pytest.mark.parametrize(
        ("can_act", "harm_within", "expected"),
        [
            (True, "2h", Urgency.PAGE),
            (True, "11h 59min", Urgency.PAGE),
            (True, "12h", Urgency.TICKET),  # a night can pass
            (True, "7D", Urgency.TICKET),
            (False, "0h", Urgency.REVIEW),  # no one can stop a storm
            (False, "7D", Urgency.REVIEW),
        ],
    )
    def test_wakes_only_people_who_can_act_before_the_night_is_over(
        self, can_act: bool, harm_within: str, expected: Urgency
    ) -> None:
        found = urgency(can_act=can_act, harm_within=pd.Timedelta(harm_within))

        assert found is expected

    def test_each_urgency_has_words_for_its_response(self) -> None:
        assert all(re.fullmatch("[a-z ]+", each.value) for each in Urgency)


class TestAlert:
    def test_fires_once_the_value_has_stayed_above_long_enough(self) -> None:
        values = hourly(0, 5, 5, 5, 0, 5, 5)

        firing = Alert(above=4, for_=2 * HOUR).firing(values)

        assert firing.tolist() == [False, False, False, True, False, False, False]

    def test_fires_at_once_without_a_wait_and_not_at_the_threshold(self) -> None:
        firing = Alert(above=4, for_=0 * HOUR).firing(hourly(4, 4.1, 4))

        assert firing.tolist() == [False, True, False]

    def test_a_missing_value_counts_as_above(self) -> None:
        firing = Alert(above=4, for_=HOUR).firing(hourly(0, None, None, 0))

        assert firing.tolist() == [False, False, True, False]

    def test_the_wait_is_a_time_and_not_a_number_of_samples(self) -> None:
        values = hourly(5, 5, 5).iloc[[0, 2]]

        firing = Alert(above=4, for_=2 * HOUR).firing(values)

        assert firing.tolist() == [False, True]

    @unhurried
    @given(
        st.lists(st.floats(0, 10), min_size=1, max_size=30),
        st.floats(0, 10),
        st.integers(0, 5),
    )
    def test_agrees_with_a_loop_over_the_samples(
        self, samples: list[float], above: float, hours: int
    ) -> None:
        run, loop = 0, []
        for sample in samples:
            run = run + 1 if sample > above else 0
            loop.append(run > hours)

        firing = Alert(above=above, for_=hours * HOUR).firing(hourly(*samples))

        assert firing.tolist() == loop

    @unhurried
    @given(st.lists(st.floats(0, 10), min_size=1, max_size=30), st.floats(0, 10))
    def test_a_longer_wait_never_adds_a_sample_that_fires(
        self, samples: list[float], above: float
    ) -> None:
        values = hourly(*samples)
        waits = [Alert(above=above, for_=n * HOUR).firing(values) for n in range(4)]

        assert all((short | ~long).all() for short, long in pairwise(waits))

    def test_refuses_times_out_of_order(self) -> None:
        with pytest.raises(ValueError, match=r"^the times of values must ascend$"):
            Alert(above=4, for_=HOUR).firing(hourly(1, 2).iloc[::-1])


class TestFalseAlarms:
    @pytest.mark.parametrize(
        ("firing", "quiet", "expected"),
        [
            ("..xx..x.", "xxxxxxxx", 2),
            ("x.......", "xxxxxxxx", 1),  # from the first sample
            ("..xx..x.", "......x.", 1),  # the first run began in a fault
            ("..xxxx..", "....xxxx", 0),  # began in a fault and continued after it
            ("........", "xxxxxxxx", 0),
        ],
    )
    def test_counts_the_runs_that_begin_while_all_is_well(
        self, firing: str, quiet: str, expected: int
    ) -> None:
        assert false_alarms(flags(firing), flags(quiet)) == expected

    def test_refuses_two_indexes(self) -> None:
        with pytest.raises(ValueError, match=r"same index, got two$"):
            false_alarms(flags("xx"), flags("xxx"))


class TestDelay:
    @pytest.mark.parametrize(
        ("firing", "expected"),
        [
            ("..x...", 0),
            ("....x.", 2),
            ("..x.x.", 0),  # the first of two counts
            ("...x.x", 1),
            (".....x", None),  # after the end
            (".x....", None),  # before the start
            (".xxxx.", None),  # fires already, for another reason
            (".xx.x.", 2),  # again, for this one
        ],
    )
    def test_runs_from_the_start_to_the_first_alarm_that_begins_in_the_fault(
        self, firing: str, expected: int | None
    ) -> None:
        found = delay(flags(firing), START + 2 * HOUR, START + 5 * HOUR)

        assert found == (None if expected is None else expected * HOUR)

    @pytest.mark.parametrize("hours", [0, -1])
    def test_refuses_a_fault_that_ends_as_it_starts(self, hours: int) -> None:
        with pytest.raises(ValueError, match="start must be before end"):
            delay(flags("x"), START, START + hours * HOUR)


class TestSomebodyElsesData:
    def test_a_label_is_a_text_and_an_amount_has_no_name(self) -> None:
        counter = Counter("requests_total", "Requests.")

        with pytest.raises(TypeError, match=r"^label status must be a text, got 200$"):
            counter.inc(status=200)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"^amount is no label: write inc\(5\)"):
            counter.inc(amount="5")
        assert counter.totals == {}

    @pytest.mark.parametrize("which", ["late", "known", "scheduled"])
    def test_labels_of_other_rows_are_refused(self, which: str) -> None:
        times = pd.Series(pd.date_range("2013-07-01", periods=3, freq="h", tz="UTC"))
        given = {"late": pd.Series([True, False, True]), "known": times}
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

    def test_an_alarm_is_true_or_false(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        firing = pd.Series([True, None], index=index)
        with pytest.raises(ValueError, match=r"^firing and quiet must have no null$"):
            false_alarms(firing, firing.notna())
        with pytest.raises(ValueError, match=r"^firing must have ascending times, and"):
            delay(firing, index[0], index[1])
        with pytest.raises(ValueError, match=r"^firing must have ascending times, and"):
            delay(firing.notna()[::-1], index[0], index[1])
        with pytest.raises(ValueError, match=r"^firing, start and end must all have a"):
            delay(firing, index[0].tz_localize(None), index[1].tz_localize(None))

    def test_a_null_of_any_type_is_no_good_news(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        values = pd.Series([1.0, None], index=index, dtype="Float64")

        firing = Alert(above=3.0, for_=pd.Timedelta(0)).firing(values)

        assert firing.tolist() == [False, True]

    def test_a_feed_and_a_clock_have_one_kind_of_time(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        with pytest.raises(ValueError, match=r"^readings and clock must both have"):
            hours_since_news(
                pd.DataFrame({"wind": [1, 2]}, index=index), index.tz_localize(None)
            )
