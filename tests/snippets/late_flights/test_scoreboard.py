"""The AUC, the gain and their intervals are what a hand or scikit-learn computes."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from snippets.late_flights.scoreboard import auc, auc_gain


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@settings(deadline=None, max_examples=20)  # each draws a thousand samples
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), min_size=4, max_size=40)
)
def test_the_auc_equals_that_of_scikit_learn_in_thousandths(
    rows: list[tuple[bool, int]],
) -> None:
    late = pd.Series([True, False, *(late for late, _ in rows)])
    risk = pd.Series([500, 500, *(step for _, step in rows)]) / 1000
    week = pd.Series(np.arange(len(late)) % 3)
    score, low, high = auc(late, risk, week, rng=rng())

    assert score == pytest.approx(roc_auc_score(late, risk))
    assert 0 <= low <= high <= 1


def test_weeks_that_differ_give_a_wide_interval_and_equal_weeks_none() -> None:
    late = pd.Series([True, False] * 4)
    week = pd.Series([0, 0, 1, 1, 2, 2, 3, 3])
    alike = pd.Series([0.9, 0.1] * 4)
    torn = pd.Series([0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9])

    assert auc(late, alike, week, rng=rng()) == (1, 1, 1)
    assert auc(late, torn, week, rng=rng()) == (0.5, 0, 1)


def test_the_interval_holds_95_percent_of_the_samples_of_weeks() -> None:
    # One week of ten ranks its two flights wrongly, and costs a sample 0.1 each time
    # it is drawn: 0 to 3 times in 98.7% of the samples, 0 to 2 times in 93.0%.
    late = pd.Series([True, False] * 10)
    risk = pd.Series([0.1, 0.9] + [0.9, 0.1] * 9)
    week = pd.Series(np.arange(10).repeat(2))

    assert auc(late, risk, week, rng=rng()) == pytest.approx((0.9, 0.7, 1.0))


def test_a_sample_with_only_one_kind_of_flight_scores_one_half() -> None:
    late, week = pd.Series([True, False]), pd.Series([0, 1])
    right, wrong = pd.Series([0.9, 0.1]), pd.Series([0.1, 0.9])

    assert auc(late, right, week, rng=rng()) == (1, 0.5, 1)
    assert auc(late, wrong, week, rng=rng()) == (0, 0, 0.5)


def test_a_gain_is_the_difference_of_the_two_scores() -> None:
    late, week = pd.Series([True, False] * 4), pd.Series(np.arange(4).repeat(2))
    right = pd.Series([0.9, 0.1] * 4)
    torn = pd.Series([0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9])

    assert auc_gain(late, right, torn, week, rng=rng()) == (0.5, 0, 1)
    assert auc_gain(late, torn, right, week, rng=rng()) == (-0.5, -1, 0)


def test_a_gain_is_paired_so_what_weeks_share_costs_no_width() -> None:
    # Weeks differ much: a score of 0 or 1. The two risks differ equally in each.
    late = pd.Series([True, False] * 10)
    week = pd.Series(np.arange(10).repeat(2))
    risk = pd.Series(([0.9, 0.1] * 5) + ([0.1, 0.9] * 5))

    _, low, high = auc(late, risk, week, rng=rng())
    assert high - low > 0.5
    assert auc_gain(late, risk, risk, week, rng=rng()) == (0, 0, 0)


LATE, RISK = pd.Series([True, False]), pd.Series([0.5, 0.25])
WEEK = pd.Series([0, 1])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"risk": pd.Series([0.5, 1.1])}, r"^risk must be in \[0, 1\], with no null$"),
        ({"risk": pd.Series([-0.1, 0.5])}, r"^risk must be in \[0, 1\], with no null$"),
        ({"risk": pd.Series([0.5, None])}, r"^risk must be in \[0, 1\], with no null$"),
        ({"than": pd.Series([0.5, None])}, r"^than must be in \[0, 1\], with no null$"),
        ({"risk": RISK[::-1]}, "^risk must have the index of late$"),
        ({"than": RISK[:1]}, "^than must have the index of late$"),
        ({"week": WEEK[::-1]}, "^week must have the index of late, and no null$"),
        ({"week": WEEK.where(WEEK > 0)}, "^week must have the index of late, and no"),
        ({"week": WEEK * 0}, "^week must have 2 values or more, got 1$"),
        ({"late": pd.Series([True, True])}, "^late must have both kinds of flight"),
        ({"late": pd.Series([True, None])}, "^late must have both kinds of flight"),
    ],
)
def test_rows_that_do_not_belong_together_or_give_no_score_are_refused(
    change: dict[str, pd.Series], match: str
) -> None:
    given: dict[str, Any] = {"late": LATE, "risk": RISK, "than": RISK, "week": WEEK}
    given |= change

    with pytest.raises(ValueError, match=match):
        auc_gain(**given, rng=rng())
    if "than" not in change:
        del given["than"]
        with pytest.raises(ValueError, match=match):
            auc(**given, rng=rng())


def test_a_null_in_late_is_refused_even_beside_both_kinds() -> None:
    late = pd.Series([True, False, None])
    risk, week = pd.Series([0.5, 0.25, 0.5]), pd.Series([0, 1, 1])

    with pytest.raises(ValueError, match=r"and no null$"):
        auc(late, risk, week, rng=rng())
