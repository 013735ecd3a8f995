"""The same instants in other units and zones, without a zone, and in a clock change."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import Right, same
from handbook.proof.hostile.tables import columns, replace, words

__all__ = ["derive"]

_Change = Callable[[Any], Any]

# New York's clocks go back an hour at 06:00 UTC: the hour before is on them twice.
_CHANGE = pd.Timestamp("2013-11-03T05:00", tz="UTC")


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs: each argument by itself, then all of them."""
    timed = [name for name, value in case.arguments.items() if _zones(value)]
    changes: dict[str, _Change] = {
        "nanoseconds": lambda times: times.as_unit("ns"),
        "milliseconds": lambda times: times.as_unit("ms"),
        "times of another zone": _to("Asia/Kathmandu"),
        "times without a zone": _to(None),
    }
    every: list[tuple[str, ...]] = [(name,) for name in timed]
    if len(timed) > 1:
        every.append(tuple(timed))
    for what, change in changes.items():
        for group in every:
            changed = {n: _with_times(case.arguments[n], change) for n in group}
            yield _input(case, group, what, changed, same)
    for name in timed:
        yield from _standard(case, name)
    if timed and all(
        zone is not None for n in timed for zone in _zones(case.arguments[n])
    ):
        yield _at_the_change(case, tuple(timed))


def _input(
    case: Case,
    group: tuple[str, ...],
    what: str,
    changes: Mapping[str, Any],
    right: Right,
) -> Input:
    name = f"{', '.join(group)}: {what}"
    return Input(
        name=name, changes=changes, words=words(case.arguments, group), right=right
    )


def _standard(case: Case, name: str) -> Iterator[Input]:
    value = case.arguments[name]
    if isinstance(value, pd.Timestamp):
        plain: datetime | timedelta = value.to_pydatetime()
        yield _input(case, (name,), "a datetime", {name: plain}, same)


def _at_the_change(case: Case, group: tuple[str, ...]) -> Input:
    first = min(_first(case.arguments[name]) for name in group)
    by = _CHANGE - first.floor("h")
    moved = {n: _with_times(case.arguments[n], lambda times: times + by) for n in group}
    local = {
        n: _with_times(value, _to("America/New_York")) for n, value in moved.items()
    }
    utc = {n: _with_times(value, _to("UTC")) for n, value in moved.items()}

    def right(case: Case, answer: Any) -> bool:
        return case.alike(answer, case.call(utc))

    return _input(case, group, "the hour that a clock change repeats", local, right)


def _to(zone: str | None) -> _Change:
    def change(times: Any) -> Any:
        aware = times.tz_localize("UTC") if times.tz is None else times
        return (
            aware.tz_convert("UTC").tz_localize(None)
            if zone is None
            else (aware.tz_convert(zone))
        )

    return change


def _zones(value: Any) -> list[Any]:
    """Return the zone of each column of times."""
    if isinstance(value, pd.DatetimeIndex | pd.Timestamp):
        return [value.tz]
    if not isinstance(value, pd.DataFrame | pd.Series):
        return []
    found = [pd.DatetimeIndex(each).tz for _, each in columns(value) if _is_time(each)]
    index = value.index
    return [*found, index.tz] if isinstance(index, pd.DatetimeIndex) else found


def _first(value: Any) -> pd.Timestamp:
    if isinstance(value, pd.Timestamp | pd.DatetimeIndex):
        return pd.DatetimeIndex(
            [value] if isinstance(value, pd.Timestamp) else value
        ).min()
    found = [each.min() for _, each in columns(value) if _is_time(each)]
    if isinstance(value.index, pd.DatetimeIndex):
        found.append(value.index.min())
    return pd.DatetimeIndex(found).min()


def _with_times(value: Any, change: _Change) -> Any:
    if isinstance(value, pd.DatetimeIndex | pd.Timestamp):
        return change(value)
    for end, column in columns(value):
        if _is_time(column):
            times = pd.Series(
                change(pd.DatetimeIndex(column)), index=column.index, name=column.name
            )
            value = replace(value, end, times)
    if isinstance(value.index, pd.DatetimeIndex):
        value = value.set_axis(change(value.index))
    return value


def _is_time(column: "pd.Series[Any]") -> bool:
    return pd.api.types.is_datetime64_any_dtype(column.dtype)
