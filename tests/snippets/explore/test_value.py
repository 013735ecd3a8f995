"""An answer has a price, a queue has a wait, and a memo has a page."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.explore.value import memo, queue_wait, tipping_point, value_of_knowing

PAYOFFS = pd.DataFrame({"buffer": [-15, -15, -15, -15], "none": [0, -60, 0, 0]})


def test_perfect_knowledge_takes_the_best_act_of_each_row() -> None:
    # 0, -15, 0, 0 instead of -15 four times: 45 minutes over four flights.
    assert value_of_knowing(PAYOFFS, default="buffer") == 45 / 4
    assert value_of_knowing(PAYOFFS, default="none") == 45 / 4


def test_chosen_acts_are_paid_as_they_turn_out() -> None:
    chosen = pd.Series(["none", "none", "buffer", "none"])

    # 0, -60, -15, 0 instead of -15 four times.
    assert value_of_knowing(PAYOFFS, chosen, default="buffer") == -15 / 4


def test_choosing_the_default_gains_nothing() -> None:
    chosen = pd.Series(["buffer"] * 4)

    assert value_of_knowing(PAYOFFS, chosen, default="buffer") == 0


tables = st.lists(st.tuples(*[st.floats(-100, 100)] * 3), min_size=1, max_size=20).map(
    lambda rows: pd.DataFrame(rows, columns=list("abc"))
)


@given(payoffs=tables, rng=st.randoms(use_true_random=False))
def test_no_choice_is_worth_more_than_perfect_knowledge(payoffs, rng) -> None:
    chosen = pd.Series([rng.choice("abc") for _ in range(len(payoffs))])

    best = value_of_knowing(payoffs, default="b")
    assert value_of_knowing(payoffs, chosen, default="b") <= best + 1e-9
    assert best >= 0


@pytest.mark.parametrize(
    ("payoffs", "chosen", "default", "message"),
    [
        (PAYOFFS[:0], None, "buffer", "payoffs must have rows"),
        (PAYOFFS.replace(0, np.nan), None, "buffer", "no null or infinite"),
        (PAYOFFS.replace(0, np.inf), None, "buffer", "no null or infinite"),
        (PAYOFFS, None, "wait", "default must be one of payoffs' acts, got 'wait'"),
        (PAYOFFS, pd.Series(["wait"] * 4), "buffer", "acts of payoffs, got 'wait'"),
        (PAYOFFS, pd.Series([None] * 4), "buffer", "acts of payoffs, got None"),
        (PAYOFFS, pd.Series(["none"] * 3), "buffer", "must have the same index"),
        (PAYOFFS, pd.Series(["none"] * 4, index=[1, 0, 2, 3]), "none", "same index"),
    ],
)
def test_what_has_no_price_is_refused(payoffs, chosen, default, message) -> None:
    with pytest.raises(ValueError, match=message):
        value_of_knowing(payoffs, chosen, default=default)


def test_the_first_other_decision_is_the_tipping_point() -> None:
    assert tipping_point([60, 50, 41, 40], lambda minutes: minutes > 41) == 41
    assert tipping_point([3, 2, 3], lambda value: value == 3) == 2


def test_a_decision_that_nothing_tips_has_no_tipping_point() -> None:
    assert tipping_point([60, 50], lambda _: "buffer") == np.inf
    assert tipping_point([60], lambda minutes: minutes) == np.inf


@pytest.mark.parametrize("values", [[], [np.nan, 1], [1, np.inf]])
def test_values_that_are_no_numbers_are_refused(values) -> None:
    with pytest.raises(ValueError, match="values must hold finite numbers"):
        tipping_point(values, bool)


def test_a_queue_of_one_waits_as_the_textbook_says() -> None:
    assert queue_wait(0.5) == pytest.approx(1)
    assert queue_wait(0.95) == pytest.approx(19)
    assert queue_wait(0) == 0


def test_two_share_a_list_as_the_textbook_says() -> None:
    # M/M/2: rho**2 / (1 - rho**2)
    assert queue_wait(0.85, people=2) == pytest.approx(0.85**2 / (1 - 0.85**2))


@given(load=st.floats(0, 0.99), people=st.integers(1, 8))
def test_more_load_waits_longer_and_more_people_shorter(load, people) -> None:
    wait = queue_wait(load, people=people)

    assert queue_wait(min(load + 0.005, 0.995), people=people) >= wait
    assert queue_wait(load, people=people + 1) <= wait


@pytest.mark.parametrize("people", [1, 3])
def test_a_simulated_queue_waits_as_long(people) -> None:
    rng = np.random.default_rng(0)
    arrivals = rng.exponential(1 / (0.8 * people), 200_000).cumsum()
    free = np.zeros(people)
    waited = 0.0
    for arrival, task in zip(arrivals, rng.exponential(1, 200_000), strict=True):
        who = free.argmin()
        begins = max(arrival, free[who])
        waited += begins - arrival
        free[who] = begins + task

    assert waited / len(arrivals) == pytest.approx(
        queue_wait(0.8, people=people), rel=0.1
    )


@pytest.mark.parametrize(
    ("load", "people"), [(1, 1), (-0.1, 1), (np.nan, 1), (0.5, 0), (0.5, 1.5)]
)
def test_a_load_without_an_end_is_refused(load, people) -> None:
    with pytest.raises(ValueError, match="load must be from 0 to below 1"):
        queue_wait(load, people=people)


PARTS: dict = {
    "question": "When?",
    "answer": "At 13:00.",
    "evidence": {"late": "counted"},
    "limits": "Not 2014.",
}


def test_a_memo_has_its_parts_in_order() -> None:
    assert memo(**PARTS) == "# When?\n\n**At 13:00.**\n\n- late: counted\n\nNot 2014.\n"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"answer": "In the evening."}, "answer must have a number"),
        ({"limits": " "}, "must not be empty"),
        ({"evidence": {}}, "must not be empty"),
        ({"limits": "word " * 350}, "350 words at most, got 35"),
    ],
)
def test_what_is_no_memo_is_refused(changed, message) -> None:
    with pytest.raises(ValueError, match=message):
        memo(**PARTS | changed)
