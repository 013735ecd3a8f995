"""Every figure of the scoreboard is measured, and measured rightly."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from snippets.late_flights.scoreboard import Score, auc_by_day, code_lines, scoreboard

ROW = Score(leg=4, auc=0.7, low=0.65, high=0.75, lines=144, tests=5, found=6, planted=8)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), min_size=4, max_size=40)
)
def test_the_auc_is_that_of_scikit_learn_on_whole_thousandths(
    rows: list[tuple[bool, int]],
) -> None:
    late = pd.Series([True, False, *(late for late, _ in rows)])
    risk = pd.Series([500, 500, *(step for _, step in rows)]) / 1000
    day = pd.Series(np.arange(len(late)) % 3)
    auc, low, high = auc_by_day(late, risk, day, rng=np.random.default_rng(0))

    assert auc == pytest.approx(roc_auc_score(late, risk))
    assert 0 <= low <= auc <= high <= 1


def test_days_that_disagree_give_a_wide_interval_and_equal_days_none() -> None:
    late = pd.Series([True, False] * 4)
    day = pd.Series([0, 0, 1, 1, 2, 2, 3, 3])
    alike = pd.Series([0.9, 0.1] * 4)
    torn = pd.Series([0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9])

    assert auc_by_day(late, alike, day, rng=np.random.default_rng(0)) == (1, 1, 1)
    auc, low, high = auc_by_day(late, torn, day, rng=np.random.default_rng(0))
    assert (auc, low, high) == (0.5, 0, 1)


@pytest.mark.parametrize(
    ("late", "risk", "match"),
    [
        ([True, False], [0.5, 1.1], "risk must be in"),
        ([True, False], [0.5, None], "risk must be in"),
        ([True, True], [0.5, 0.5], r"^late must have both kinds"),
    ],
)
def test_what_has_no_auc_is_refused(
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


def test_docstrings_comments_and_empty_lines_are_no_code() -> None:
    source = '"""Say."""\n\n# why\nx = (\n    1\n)\n\n'
    source += 'def f():\n    """Do."""\n    return x\n'

    assert code_lines(source) == 5


def test_the_table_has_a_line_per_leg() -> None:
    lines = scoreboard(ROW, replace(ROW, leg=7)).splitlines()

    assert len(lines) == 3
    assert " ".join(lines[1].split()) == "4 0.700 [0.650, 0.750] 144 5 6 of 8"


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"low": 0.71}, "auc must lie in"),
        ({"high": 1.1}, "auc must lie in"),
        ({"found": 9}, "found must be 0 to 8"),
        ({"found": -1}, "found must be 0 to 8"),
    ],
)
def test_an_impossible_row_is_refused(change: dict[str, float], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        replace(ROW, **change)  # type: ignore[arg-type]
