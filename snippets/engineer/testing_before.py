"""Bad on purpose: these tests run every line, and look at nothing that comes out."""

import pandas as pd


def suite(delays):
    clock = pd.Series([600, 2400, 30])
    assert delays.hhmm_to_minutes(clock) is not None
    try:
        delays.hhmm_to_minutes(pd.Series([-5]))
    except Exception:
        assert True

    late = delays.delay(pd.Series([600, 2245]), pd.Series([555, 30]))
    assert isinstance(late, pd.Series)
    assert len(late) == 2

    flights = pd.DataFrame(
        {"carrier": ["UA"], "sched_dep_time": [600], "dep_time": 605}
    )
    assert "mean" in delays.delay_by_carrier(flights).columns
