"""Meet an alarm with symptoms only: read them from the feed down, then act.

A fault shows at its own place and below it, so the first signal names the cause.

Source: Beyer et al. (2016), Site Reliability Engineering, chapters 11, 12 and 15.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from .incidents import Act

__all__ = ["RUNBOOK", "Entry", "Step", "every_alert_has_owner", "postmortem", "triage"]

_DATA, _MODEL, _PLATFORM = "data engineer", "data scientist", "platform engineer"
_DESK, _ANY = "desk lead", math.inf


@dataclass(frozen=True)
class Step:
    """A signal, its range, and the cause, first act and owner if it leaves that."""

    signal: str
    low: float
    high: float
    cause: str
    act: Act
    owner: str


# From the source of the data down to the board: the order is the idea.
RUNBOOK = (
    Step("columns missing", 0, 0, "a column was renamed", Act.NO_WEATHER, _DATA),
    Step("fetch seconds", 0, 2, "the feed is slow", Act.NO_WEATHER, _PLATFORM),
    Step("rows repeated", 0, 0, "an hour came twice", Act.NO_WEATHER, _DATA),
    Step("null readings %", 0, 5, "the feed sends nulls", Act.NO_WEATHER, _DATA),
    Step("top wind mph", 0, 100, "an impossible reading", Act.NO_WEATHER, _DATA),
    Step("whole knots %", 95, 100, "mph became km/h", Act.NO_WEATHER, _DATA),
    Step("feed age h", 0, 2, "the feed is late", Act.NO_WEATHER, _DATA),
    Step("feed unchanged h", 0, 5, "the feed is frozen", Act.NO_WEATHER, _DATA),
    Step("weather used h", 0, 2, "memory kept an old feed", Act.RESTART, _PLATFORM),
    Step("fullest airport %", 80, _ANY, "a holiday, no fault", Act.LEAVE, _DESK),
    Step("emptiest airport %", 40, _ANY, "an airport is missing", Act.LAST_WEEK, _DATA),
    Step("clock off h", 0, 0, "summer time was forgotten", Act.ROLL_BACK, _PLATFORM),
    Step("model changed", 0, 0, "an old model is live", Act.ROLL_BACK, _MODEL),
    Step("settings changed", 0, 0, "a threshold was mistyped", Act.ROLL_BACK, _MODEL),
    Step("disk errors", 0, 0, "the disk is full", Act.MAKE_ROOM, _PLATFORM),
    Step("no board", 0, 0, "unknown: wake the owner", Act.NO_WEATHER, _PLATFORM),
    Step("flights listed %", 0, 40, "a storm, no fault", Act.LEAVE, _DESK),
)


def triage(
    signals: Mapping[str, float], *, runbook: Sequence[Step] = RUNBOOK
) -> tuple[Step, ...]:
    """Find the steps whose signals moved; the first is the one to take.

    Parameters
    ----------
    signals : mapping of str to float
        What was observed. NaN, which cannot be read, has not moved.
    runbook : sequence of Step
        From the source of the data down to what the reader sees.

    Returns
    -------
    tuple of Step
        The cause first, what follows from it after. Empty: go back to bed.
    """
    return tuple(
        step
        for step in runbook
        if signals[step.signal] < step.low or signals[step.signal] > step.high
    )


def every_alert_has_owner(
    rules: Sequence[Mapping[str, Any]], roles: Collection[str]
) -> list[str]:
    """List the alerts that nobody on the rota answers for.

    Parameters
    ----------
    rules : sequence of mapping
        Alerting rules as Prometheus reads them, with `alert`, `labels`, `annotations`.
    roles : collection of str
        The roles on the rota.

    Returns
    -------
    list of str
        What to mend, a line per alert and lack. Empty: fine.
    """
    found = []
    for rule in rules:
        labels, notes = rule.get("labels", {}), rule.get("annotations", {})
        if labels.get("owner") not in roles:
            found.append(f"{rule['alert']}: no role on the rota owns it")
        if labels.get("severity") == "page" and not notes.get("runbook_url"):
            found.append(f"{rule['alert']}: pages without a runbook")
    return found


@dataclass(frozen=True)
class Entry:
    """A line of the log: when, which role, what was seen or done."""

    at: datetime
    role: str
    what: str


def postmortem(log: Sequence[Entry], step: Step, *, hurt: int) -> str:
    """Write the log up: what happened, and what made it possible; never who.

    Parameters
    ----------
    log : sequence of Entry
        At least two, ascending, from the alarm to the end.
    step : Step
        What triage found.
    hurt : int
        Answers late or wrong.

    Returns
    -------
    str
        Lines to print; the questions are for the meeting.

    Raises
    ------
    ValueError
        If the log is too short or out of order.
    """
    if len(log) < 2 or any(a.at > b.at for a, b in pairwise(log)):
        raise ValueError(f"log must ascend from alarm to end, got {len(log)} entries")
    minutes = (log[-1].at - log[0].at).total_seconds() / 60
    return "\n".join(
        [
            f"{step.cause}, {log[0].at:%d %B %Y}",
            f"{hurt} answers late or wrong, {minutes:.0f} minutes from alarm to end",
            *(f"{entry.at:%H:%M}  {entry.role}: {entry.what}" for entry in log),
            "What made it possible? What hid it? What would have shown it sooner?",
            f"Follow-up: {step.owner}, within a week",
        ]
    )
