"""Bad on purpose: these tests run every line, and look at nothing that comes out."""

import pandas as pd
import pytest

from snippets.engineer.testing import delays


def test_every_line_runs():
    left = pd.Series([600, 2245])
    assert len(delays.delay(left, left)) == 2
    with pytest.raises(Exception):
        delays.hhmm_to_minutes(-left)
    with pytest.raises(Exception):
        delays.delay(left, left[1:])

    day = {"carrier": ["UA"], "sched_dep_time": [600], "dep_time": [605]}
    day = pd.DataFrame(day)
    assert "mean" in delays.delay_by_carrier(day).columns
    with pytest.raises(Exception):
        delays.delay_by_carrier(day.assign(carrier=None))
