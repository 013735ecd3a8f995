"""Alerts wait, their false alarms are counted, and few of them may wake anybody."""

import re
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.operate.alerts import Alert, Urgency, delay, false_alarms, urgency

HOUR = pd.Timedelta("1h")
START = pd.Timestamp("2013-07-10")

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)


def hourly(*values: float | None) -> pd.Series:
    times = pd.date_range(START, periods=len(values), freq="h")
    return pd.Series(values, index=times, dtype=float)


def flags(text: str) -> pd.Series:
    times = pd.date_range(START, periods=len(text), freq="h")
    return pd.Series([letter == "x" for letter in text], index=times)


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
    def test_an_alarm_is_true_or_false(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        firing = pd.Series([True, None], index=index)
        with pytest.raises(ValueError, match=r"^firing and quiet must have no null$"):
            false_alarms(firing, firing.notna())
        with pytest.raises(ValueError, match=r"^firing must have ascending times, and"):
            delay(firing, index[0], index[1])
        with pytest.raises(ValueError, match=r"^firing must have ascending times, and"):
            delay(firing.notna()[::-1], index[0], index[1])

    def test_a_null_of_any_type_is_no_good_news(self) -> None:
        index = pd.date_range("2013-07-01", periods=2, freq="h", tz="UTC")
        values = pd.Series([1.0, None], index=index, dtype="Float64")

        firing = Alert(above=3.0, for_=pd.Timedelta(0)).firing(values)

        assert firing.tolist() == [False, True]

    def test_a_fault_and_its_alarms_have_one_kind_of_clock(self) -> None:
        firing = flags("..x")
        times = firing.index

        with pytest.raises(ValueError, match=r"^firing, start and end must all have"):
            delay(firing, times[0].tz_localize("UTC"), times[2].tz_localize("UTC"))
        with pytest.raises(ValueError, match=r"^firing, start and end must all have"):
            delay(firing.tz_localize("UTC"), times[0], times[2])

    def test_a_fault_in_another_zone_is_the_same_fault(self) -> None:
        firing = flags("..x.").tz_localize("UTC")
        times = pd.DatetimeIndex(firing.index).tz_convert("America/New_York")
        start, end = times[1], times[3]

        assert delay(firing, start, end) == HOUR
