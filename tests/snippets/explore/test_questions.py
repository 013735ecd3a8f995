"""Questions are ranked by what they can change, and stakes are above chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from snippets.explore.questions import Question, rank, shares_above, stake

ACTS = ("at 17:00", "at 21:00")


def question(ask: str = "When?", stake: float = 1, days: float = 1) -> Question:
    return Question(ask=ask, options=ACTS, stake=stake, days=days)


def test_the_question_that_changes_most_per_day_comes_first() -> None:
    board = rank(
        [question("slow", 90, 10), question("quick", 40, 2), question("no", 0)]
    )

    assert board["ask"].tolist() == ["quick", "slow", "no"]
    assert board["per day"].tolist() == [20, 9, 0]


def test_questions_that_change_as_much_keep_their_order() -> None:
    names = [str(number) for number in range(20)]

    assert rank(map(question, names))["ask"].tolist() == names


def test_without_questions_the_board_is_empty() -> None:
    assert rank([]).shape == (0, 4)


@pytest.mark.parametrize(
    "options", [(), ("wait",), ("wait", "wait"), "wait", {"act", "wait"}]
)
def test_a_question_that_decides_nothing_is_refused(options) -> None:
    with pytest.raises(
        ValueError, match=r"options must be a tuple of two acts .*: 'Why"
    ):
        Question(ask="Why?", options=options, stake=1, days=1)


@pytest.mark.parametrize(
    ("stake", "days"), [(-1, 1), (1, 0), (1, -2), (np.inf, 1), (np.nan, 1), (1, np.nan)]
)
def test_a_stake_or_days_that_cannot_be_are_refused(stake, days) -> None:
    with pytest.raises(ValueError, match="stake must be at least 0 and days above 0"):
        question(stake=stake, days=days)


DELAYS = pd.Series([-5.0, 1.0, 40.0, 70.0, np.inf])
CARRIERS = pd.Series(["UA", "UA", "EV", "EV", "EV"])


def test_a_share_counts_what_lies_above_a_limit_and_not_at_it() -> None:
    shares = shares_above(DELAYS, CARRIERS, [1, 40, 70])

    assert shares.to_dict() == {
        1: {"EV": 1, "UA": 0},
        40: {"EV": pytest.approx(2 / 3), "UA": 0},
        70: {"EV": pytest.approx(1 / 3), "UA": 0},
    }


def test_small_groups_are_left_out() -> None:
    assert shares_above(DELAYS, CARRIERS, [0], at_least=3).index.tolist() == ["EV"]
    assert shares_above(DELAYS, CARRIERS, [0], at_least=4).empty


def test_the_highest_of_the_first_limit_comes_first() -> None:
    assert shares_above(DELAYS, CARRIERS, [0, -9]).index.tolist() == ["EV", "UA"]


@pytest.mark.parametrize(
    ("above", "at_least"), [([], 1), ([np.nan], 1), ([np.inf], 1), ([0], 0)]
)
def test_limits_that_are_no_numbers_are_refused(above, at_least) -> None:
    with pytest.raises(ValueError, match="above must hold numbers"):
        shares_above(DELAYS, CARRIERS, above, at_least=at_least)


def test_a_stake_is_what_lies_above_the_average() -> None:
    # 3 of 6 are late: 2 of 2 in a, 1 of 4 in b. The average of a would be 1.
    late = pd.Series([True, True, True, False, False, False])
    group = pd.Series(list("aabbbb"))

    above, _ = stake(late, group)

    assert above == 1


labels = st.lists(st.booleans(), min_size=1, max_size=60)


@given(label=labels, rng=st.randoms(use_true_random=False))
def test_chance_is_the_mean_over_random_groups(label, rng) -> None:
    group = [rng.choice("abc") for _ in label]
    _, chance = stake(pd.Series(label), pd.Series(group))

    rows, total = len(label), sum(label)
    wanted = 0.0
    for name in set(group):
        size = group.count(name)
        counts = np.arange(size + 1)
        above = np.clip(counts - size * total / rows, 0, None)
        wanted += (above * hypergeom.pmf(counts, rows, total, size)).sum()
    assert chance == pytest.approx(wanted, abs=1e-9)


@given(label=labels)
def test_one_group_and_one_row_a_group_have_no_stake_beyond_chance(label) -> None:
    late = pd.Series(label)

    assert stake(late, pd.Series(["all"] * len(late))) == (0, 0)
    above, chance = stake(late, pd.Series(range(len(late))))
    assert above == pytest.approx(chance)


def test_rows_without_a_group_are_one_group() -> None:
    late = pd.Series([True, True, False, False])

    assert stake(late, pd.Series(["a", None, None, "a"]))[0] == 0
    assert stake(late, pd.Series([None, None, "a", "a"]))[0] == 1


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (pd.Series([], dtype=bool), "label must have rows"),
        (pd.Series([0, 1, 2]), "label must have rows, each true or false"),
        (pd.Series([True, None, False]), "label must not hold a null"),
    ],
)
def test_labels_that_are_not_true_or_false_are_refused(label, message) -> None:
    with pytest.raises(ValueError, match=message):
        stake(label, pd.Series(["a"] * len(label)))


@pytest.mark.parametrize(
    "function", [stake, lambda one, two: shares_above(one, two, [0])]
)
def test_rows_in_another_order_are_refused(function) -> None:
    late = pd.Series([1.0, 0.0])

    with pytest.raises(ValueError, match="must have the same index"):
        function(late, pd.Series(["a", "b"], index=[1, 0]))
