"""Every number on the scoreboard is measured, and measured correctly."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from snippets.late_flights.scoreboard import Score, auc_by_day, code_lines, scoreboard

ROW = Score(leg=4, auc=0.7, low=0.65, high=0.75, lines=144, tests=5, found=6, planted=8)


@settings(deadline=None, max_examples=20)  # each draws a thousand samples
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), min_size=4, max_size=40)
)
def test_the_auc_equals_that_of_scikit_learn_in_thousandths(
    rows: list[tuple[bool, int]],
) -> None:
    late = pd.Series([True, False, *(late for late, _ in rows)])
    risk = pd.Series([500, 500, *(step for _, step in rows)]) / 1000
    day = pd.Series(np.arange(len(late)) % 3)
    auc, low, high = auc_by_day(late, risk, day, rng=np.random.default_rng(0))

    assert auc == pytest.approx(roc_auc_score(late, risk))
    assert 0 <= low <= auc <= high <= 1


def test_days_that_differ_give_a_wide_interval_and_equal_days_none() -> None:
    late = pd.Series([True, False] * 4)
    day = pd.Series([0, 0, 1, 1, 2, 2, 3, 3])
    alike = pd.Series([0.9, 0.1] * 4)
    torn = pd.Series([0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9])

    assert auc_by_day(late, alike, day, rng=np.random.default_rng(0)) == (1, 1, 1)
    auc, low, high = auc_by_day(late, torn, day, rng=np.random.default_rng(0))
    assert (auc, low, high) == (0.5, 0, 1)


def test_the_interval_covers_95_percent_of_the_samples_of_days() -> None:
    # One day of ten ranks its two flights wrongly, and costs a sample 0.1 each time
    # it is drawn: 0 to 3 times in 98.7% of the samples, 0 to 2 times in 93.0%.
    late = pd.Series([True, False] * 10)
    risk = pd.Series([0.1, 0.9] + [0.9, 0.1] * 9)
    day = pd.Series(np.arange(10).repeat(2))

    found = auc_by_day(late, risk, day, rng=np.random.default_rng(0))

    assert found == pytest.approx((0.9, 0.7, 1.0))


def test_the_interval_includes_a_score_that_no_sample_reaches() -> None:
    # A late flight outranks only those of earlier days: 45 of 100 pairs, and fewer in a
    # sample with a day twice. In reverse, 55 pairs, and more in a sample.
    late, day = pd.Series([True, False] * 10), pd.Series(np.arange(10).repeat(2))
    risk = pd.Series(np.arange(20)) / 100

    highest = auc_by_day(late, risk, day, rng=np.random.default_rng(0))
    lowest = auc_by_day(~late, risk, day, rng=np.random.default_rng(0))

    assert highest[0] == highest[2] == pytest.approx(0.45)
    assert lowest[0] == lowest[1] == pytest.approx(0.55)


def test_a_sample_with_only_one_kind_of_flight_has_no_auc() -> None:
    late, day = pd.Series([True, False]), pd.Series([0, 1])
    right, wrong = pd.Series([0.9, 0.1]), pd.Series([0.1, 0.9])

    assert auc_by_day(late, right, day, rng=np.random.default_rng(0)) == (1, 0.5, 1)
    assert auc_by_day(late, wrong, day, rng=np.random.default_rng(0)) == (0, 0, 0.5)


@pytest.mark.parametrize(
    ("late", "risk", "match"),
    [
        ([True, False], [0.5, 1.1], r"^risk must be in \[0, 1\], got 0\.5 to 1\.1$"),
        ([True, False], [-0.1, 0.5], r"^risk must be in \[0, 1\], got -0\.1 to 0\.5$"),
        ([True, False], [0.5, None], r"^risk must be in \[0, 1\], got 0\.5 to 0\.5$"),
        ([True, True], [0.5, 0.5], "^late must have both kinds of flight, got one$"),
    ],
)
def test_input_without_an_auc_is_refused(
    late: list[bool], risk: list[float | None], match: str
) -> None:
    day = pd.Series([0, 1])
    with pytest.raises(ValueError, match=match):
        auc_by_day(
            pd.Series(late),
            pd.Series(risk, dtype=float),
            day,
            rng=np.random.default_rng(0),
        )


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 0),
        ('"""Say."""\n\n# why\n\n', 0),
        ('def f():\n    """Do.\n\n    It."""\n    return 1\n', 2),
        ("x = (\n    1\n)\n", 3),
        ('x = """a\nb\n"""  # c\n', 3),
        ("def f(): ...\n", 1),
        ('def f(): "Do."\n', 1),
    ],
    ids=["none", "words", "docstring", "brackets", "text", "stub", "one line"],
)
def test_docstrings_comments_and_empty_lines_are_not_code(
    source: str, lines: int
) -> None:
    assert code_lines(source) == lines


def test_the_table_has_a_line_for_each_leg() -> None:
    lines = scoreboard(ROW, replace(ROW, leg=7, auc=0.65)).splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "leg honest AUC lines tests faults found",
        "4 0.700 [0.650, 0.750] 144 5 6 of 8",
        "7 0.650 [0.650, 0.750] 144 5 6 of 8",
    ]


@pytest.mark.parametrize(
    "change",
    [{"low": 0, "auc": 0, "found": 0}, {"auc": 1, "high": 1, "found": 8}],
    ids=["least", "most"],
)
def test_a_row_may_have_the_least_and_the_greatest_values(
    change: dict[str, float],
) -> None:
    assert replace(ROW, **change) != ROW  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"low": 0.71}, r"auc must lie in \[low, high\], got 0\.7, \[0\.71, 0\.75\]"),
        ({"low": -0.1}, r"auc must lie in \[low, high\], got 0\.7, \[-0\.1, 0\.75\]"),
        ({"high": 1.1}, r"auc must lie in \[low, high\], got 0\.7, \[0\.65, 1\.1\]"),
        ({"found": 9}, "found must be 0 to 8, got 9"),
        ({"found": -1}, "found must be 0 to 8, got -1"),
    ],
)
def test_an_impossible_row_is_refused(change: dict[str, float], match: str) -> None:
    with pytest.raises(ValueError, match=f"^{match}$"):
        replace(ROW, **change)  # type: ignore[arg-type]
