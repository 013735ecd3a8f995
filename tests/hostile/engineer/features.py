"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.engineer.features.asof import point_in_time
from snippets.engineer.features.late_share import late_share
from snippets.engineer.features.online import LateShare
from snippets.engineer.features.skew import replay, skew


def at(*clocks: str) -> "pd.Series":
    """Return moments of one day."""
    return pd.Series(pd.to_datetime([f"2013-07-01T{clock}Z" for clock in clocks]))


QUESTIONS = pd.DataFrame(
    {
        "origin": ["JFK", "EWR", "JFK", "LGA"],
        "decided_at": at("12:00", "12:30", "14:00", "15:00"),
    }
)
FACTS = pd.DataFrame(
    {
        "origin": ["JFK", "EWR", "JFK", "EWR", "JFK"],
        "known_at": at("11:00", "11:30", "11:45", "13:00", "13:30"),
        "wind": [12.5, 3.25, 18.0, 7.5, 9.75],
    }
)
DEPARTURES = pd.DataFrame(
    {
        "origin": ["JFK", "EWR", "JFK", "EWR", "JFK"],
        "known_at": at("11:05", "11:35", "11:50", "13:05", "13:35"),
        "delay": [31.5, -4.25, 2.5, 16.5, 47.75],
    }
)
TWO_HOURS = timedelta(hours=2)


def empty() -> LateShare:
    """Return a feature that was told nothing yet."""
    return LateShare(window=TWO_HOURS, late_after=15.0)


def told() -> LateShare:
    """Return a feature that knows of two departures."""
    online = empty()
    online.observe("JFK", datetime(2013, 7, 1, 11, tzinfo=UTC), 31.5)
    online.observe("JFK", datetime(2013, 7, 1, 12, tzinfo=UTC), 2.5)
    return online


MINUTES = [
    Otherwise("late_after: a negative number", "Late may mean: not early enough."),
    Otherwise("late_after: infinity", "Nothing is late then."),
    Otherwise("departures.delay: infinity*", "It's late, whatever late means."),
    Otherwise("delay: a negative number", "It left before its time."),
    Otherwise("delay: infinity", "It's late, whatever late means."),
]
NOON = datetime(2013, 7, 1, 13, tzinfo=UTC)
HONEST = [
    Honest(
        point_in_time,
        {"questions": QUESTIONS, "facts": FACTS, "by": "origin"},
        each="questions",
        otherwise=[
            Otherwise("facts.wind: null*", "The newest fact is given, null or not."),
        ],
    ),
    Honest(
        late_share,
        {
            "questions": QUESTIONS,
            "departures": DEPARTURES,
            "window": TWO_HOURS,
            "late_after": 15.0,
        },
        each="questions",
        otherwise=MINUTES[:3],
    ),
    Honest(LateShare, {"window": TWO_HOURS, "late_after": 15.0}, otherwise=MINUTES[:2]),
    Honest(
        LateShare.observe,
        lambda: {"self": told(), "origin": "JFK", "known_at": NOON, "delay": 3.5},
        otherwise=MINUTES[3:],
    ),
    Honest(LateShare.at, lambda: {"self": told(), "origin": "JFK", "now": NOON}),
    Honest(
        replay,
        lambda: {"online": empty(), "questions": QUESTIONS, "departures": DEPARTURES},
        each="questions",
        otherwise=[
            MINUTES[2],
            Otherwise("*the same call*", "It remembers: each replay takes a new one."),
        ],
    ),
    Honest(
        skew,
        {
            "batch": pd.Series([0.5, 0.25, None, 0.75]),
            "online": pd.Series([0.5, 0.5, None, None]),
            "atol": 0.125,
        },
        aligned=["batch", "online"],
        some="batch",
    ),
]
