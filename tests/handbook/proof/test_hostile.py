"""`handbook hostile` finds a planted fault for each row of the hostile table."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from handbook.cli import main
from handbook.proof.hostile.declare import Honest, Otherwise
from handbook.proof.hostile.judge import judge

LATE = pd.Series([True, False, True, True, False, False], name="late")
CARRIER = pd.Series(["UA", "UA", "B6", "B6", "UA", "B6"], name="carrier")
DELAY = pd.Series([31.5, -4.25, 16.5, 47.75, 2.5, 0.5], name="delay")
FLIGHTS = pd.DataFrame({"carrier": CARRIER, "delay": DELAY, "flight": range(1, 7)})
DEPARTS = pd.Series(
    pd.date_range("2013-07-01T09:30", periods=6, freq="7h", tz="UTC"), name="departs"
)


def _table(values: "pd.Series", name: str) -> None:
    """Refuse what is no number or null, and a table without rows, by its name."""
    if values.empty:
        raise ValueError(f"{name} must have at least one row, got none")


def _same_index(one: "pd.Series", other: "pd.Series") -> None:
    if not one.index.equals(other.index):
        raise ValueError("delay and carrier must have one index, got two")


# Functions that hold, one of each shape.


def mean_by_carrier(delay: "pd.Series", carrier: "pd.Series") -> "pd.Series":
    """An answer about all rows, by group."""
    _same_index(delay, carrier)
    values, groups = delay.to_numpy(dtype=float, na_value=np.nan), carrier.astype("str")
    if np.isinf(values).any():
        raise ValueError("delay must be finite")
    table = pd.DataFrame({"delay": values, "carrier": groups.to_numpy()})
    table = table[carrier.notna().to_numpy() & ~np.isnan(values)]
    return table.groupby("carrier")["delay"].mean()


def is_late(flights: pd.DataFrame) -> "pd.Series":
    """An answer for each row; a flight without a delay is late."""
    delay = flights["delay"].to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(~(delay <= 15), index=flights.index)


def spread(delay: "pd.Series") -> float:
    """An answer of one number."""
    _table(delay, "delay")
    values = delay.to_numpy(dtype=float, na_value=np.nan)
    return float(np.nanmax(values) - np.nanmin(values))


def hours_open(departs: "pd.Series") -> "pd.Series":
    """An answer from times."""
    if departs.dtype == object or not departs.dt.tz:
        raise ValueError("departs must have a time zone")
    return departs.dt.tz_convert("America/New_York").dt.hour.astype("float64")


def columns_of(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """An answer about names."""
    if isinstance(names, str):
        raise TypeError(f"names must be several names, got {names!r}")
    names = list(names)
    return [str(each) for each in frame.columns if each in names]


HOLDS = [
    Honest(
        mean_by_carrier,
        {"delay": DELAY, "carrier": CARRIER},
        aligned=["delay", "carrier"],
    ),
    Honest(
        is_late,
        {"flights": FLIGHTS},
        each="flights",
        otherwise=[
            Otherwise("flights.delay: null*", "nobody saw it arrive", at=True),
            Otherwise("flights.delay: infinity*", "an endless delay is late"),
        ],
    ),
    Honest(spread, {"delay": DELAY}),
    Honest(hours_open, {"departs": DEPARTS}, each="departs"),
    Honest(columns_of, {"frame": FLIGHTS, "names": ["delay", "carrier"]}),
]


@pytest.mark.parametrize("honest", HOLDS, ids=lambda each: each.name)
def test_a_function_that_holds_is_not_reported(honest: Honest) -> None:
    verdict = judge(honest)

    assert verdict.faults == []
    assert verdict.held == verdict.total > 8


# Functions with a planted fault, one or more for each row of the table.


def by_position(delay: "pd.Series", carrier: "pd.Series") -> "pd.Series":
    return delay.groupby(carrier.to_numpy()).mean()


def cut_to_the_shorter(delay: "pd.Series", carrier: "pd.Series") -> dict:
    pairs = zip(carrier, delay, strict=False)
    return pd.DataFrame(pairs).groupby(0)[1].sum().to_dict()


def joined(delay: "pd.Series", carrier: "pd.Series") -> "pd.Series":
    both = delay.to_frame().join(carrier)
    return both.groupby("carrier")["delay"].sum()


def of_its_input_type(carrier: "pd.Series", delay: "pd.Series") -> "pd.Series":
    _same_index(delay, carrier)
    return carrier.map(delay.groupby(carrier).mean())


def every_category(delay: "pd.Series", carrier: "pd.Series") -> int:
    _same_index(delay, carrier)
    return len(delay.groupby(carrier, observed=False).size())


def overflowing(flights: pd.DataFrame) -> "pd.Series":
    return (flights["flight"] * 100).astype("int64")


def null_is_false(late: "pd.Series") -> float:
    _table(late, "late")
    return float(np.mean([each is True or each == 1 for each in late.fillna(False)]))


def null_is_zero(delay: "pd.Series") -> float:
    _table(delay, "delay")
    return float(delay.fillna(0).astype(float).mean())


def null_is_agreement(late: "pd.Series", predicted: "pd.Series") -> float:
    return 1 - float((late != predicted).sum() / len(late))


def nanoseconds(departs: "pd.Series") -> "pd.Series":
    return departs.astype("int64") // 10**9


def wall_clock(departs: "pd.Series") -> "pd.Series":
    return departs.dt.hour


def hours_between(departs: "pd.Series") -> "pd.Series":
    return departs.dt.tz_localize(None).diff().dt.total_seconds() / 3600


def divides_by_none(delay: "pd.Series") -> float:
    return float(sum(delay) / len(delay))


def none_is_nothing(delay: "pd.Series") -> float:
    return float(delay.sum()) / max(len(delay), 1)


def needs_two_groups(delay: "pd.Series") -> float:
    return float(np.linalg.inv(np.cov(delay, delay**2))[0, 0])


def letters(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in frame]


def asks_twice(frame: pd.DataFrame, names: Iterable[str]) -> int:
    return sum(1 for _ in names) + sum(1 for name in names if name in frame)


def first_rows(flights: pd.DataFrame) -> float:
    return float(flights["delay"].head(3).mean())


def infinity_passes(delay: Sequence[float]) -> list[str]:
    return ["slow"] if np.median(list(delay)) > 60 else []


def takes_less_than_nothing(frame: pd.DataFrame, least: int) -> int:
    return len(frame[frame["flight"] > least])


def as_float(flights: pd.DataFrame) -> int:
    return int(flights["flight"].astype(float).nunique())


COUNTER = itertools.count()


def counts_calls(frame: pd.DataFrame) -> int:
    return next(COUNTER) + len(frame.columns)


def writes_into(frame: pd.DataFrame) -> float:
    frame["delay"] = frame["delay"].abs()
    return float(frame["delay"].max())


def of_pairs(function: Callable) -> Honest:
    arguments = {"delay": DELAY, "carrier": CARRIER}
    return Honest(function, arguments, aligned=["delay", "carrier"])


def of_names(function: Callable, *names: str) -> Honest:
    return Honest(function, {"frame": FLIGHTS, "names": list(names)})


PLANTED = [
    (of_pairs(by_position), "carrier: index in another order: returns"),
    (of_pairs(by_position), "carrier: another index: returns"),
    (of_pairs(by_position), "carrier: a row less: raises"),
    (of_pairs(cut_to_the_shorter), "carrier: a row less: returns"),
    (of_pairs(cut_to_the_shorter), "delay: a row more: returns"),
    (of_pairs(joined), "delay, carrier: each label twice: returns"),
    (of_pairs(joined), "delay, carrier: one label for all rows: returns"),
    (of_pairs(of_its_input_type), "carrier: category: returns"),
    (of_pairs(every_category), "carrier: category, one in no row: returns"),
    (
        Honest(overflowing, {"flights": FLIGHTS}, each="flights"),
        "flights: small integers: returns",
    ),
    (Honest(null_is_false, {"late": LATE}), "late: null (NA) in row 3: returns"),
    (Honest(null_is_zero, {"delay": DELAY}), "delay: null (NaN) in row 3: returns"),
    (
        Honest(
            null_is_agreement,
            {"late": LATE, "predicted": LATE[::-1].set_axis(LATE.index)},
            aligned=["late", "predicted"],
        ),
        "late: null (NA) in row 3: returns",
    ),
    (
        Honest(nanoseconds, {"departs": DEPARTS}, each="departs"),
        "departs: nanoseconds: returns",
    ),
    (
        Honest(wall_clock, {"departs": DEPARTS}, each="departs"),
        "departs: times of another zone: returns",
    ),
    (
        Honest(hours_between, {"departs": DEPARTS}, each="departs"),
        "departs: the hour that a clock change repeats: returns",
    ),
    (Honest(divides_by_none, {"delay": DELAY}), "delay: no row: stumbles"),
    (Honest(none_is_nothing, {"delay": DELAY}), "delay: no row: returns"),
    (Honest(needs_two_groups, {"delay": DELAY}), "delay: all rows equal: raises"),
    (Honest(needs_two_groups, {"delay": DELAY}), "delay: one row: raises"),
    (of_names(letters, "delay", "altitude"), "names: a str: returns"),
    (of_names(letters, "z", "y", "x", "a"), "names: a set: returns"),
    (of_names(asks_twice, "delay", "altitude"), "names: a generator: returns"),
    (
        Honest(first_rows, {"flights": FLIGHTS}),
        "flights: other order of rows: returns",
    ),
    (
        Honest(infinity_passes, {"delay": [3.0, 9.0, 8.0]}),
        "delay: infinity in row 1: returns",
    ),
    (
        Honest(takes_less_than_nothing, {"frame": FLIGHTS, "least": 3}),
        "least: a negative number: returns",
    ),
    (
        Honest(as_float, {"flights": FLIGHTS}),
        "flights.flight: integers beyond 2**53: returns",
    ),
    (Honest(counts_calls, {"frame": FLIGHTS}), "twice the same call: returns"),
    (Honest(counts_calls, {"frame": FLIGHTS}), "the same call in threads: returns"),
    (Honest(writes_into, {"frame": FLIGHTS}), "the arguments afterwards: returns"),
]


@pytest.mark.parametrize(
    ("honest", "fault"), PLANTED, ids=lambda each: getattr(each, "name", None)
)
def test_a_planted_fault_is_found(honest: Honest, fault: str) -> None:
    verdict = judge(honest)

    assert [each for each in verdict.faults if each.startswith(fault)]
    assert verdict.held == verdict.total - len(verdict.faults)


def test_an_entry_that_excuses_nothing_is_a_fault() -> None:
    excuse = Otherwise("delay: no such input", "It was once needed.")

    (fault,) = judge(Honest(spread, {"delay": DELAY}, otherwise=[excuse])).faults

    assert fault == "Otherwise('delay: no such input') excuses no input: remove it"


def test_an_entry_excuses_an_answer_and_counts() -> None:
    excuse = Otherwise("flights: other order*", "The first rows are what is asked for.")

    before = judge(Honest(first_rows, {"flights": FLIGHTS}))
    after = judge(Honest(first_rows, {"flights": FLIGHTS}, otherwise=[excuse]))

    assert len(before.faults) == len(after.faults) + 1
    assert (before.otherwise, after.otherwise) == (0, 1)
    assert after.held == before.held + 1


def test_an_entry_excuses_no_error_that_names_nothing() -> None:
    excuse = Otherwise("delay: *", "Anything goes.")

    faults = judge(Honest(divides_by_none, {"delay": DELAY}, otherwise=[excuse])).faults

    assert "delay: no row: stumbles with ZeroDivisionError: division by zero" in faults
    assert all("stumbles" in each or "raises" in each for each in faults)


@pytest.mark.parametrize(
    "demand",
    [
        Otherwise("flights.delay: null*", "It's early.", at=False),
        Otherwise("flights.delay: null*", "It's early.", answer=FLIGHTS["delay"] > 99),
    ],
    ids=["value", "answer"],
)
def test_an_entry_with_an_answer_demands_it(demand: Otherwise) -> None:
    infinity = Otherwise("*infinity*", "An endless delay is late.")

    faults = judge(
        Honest(
            is_late,
            {"flights": FLIGHTS},
            each="flights",
            otherwise=[demand, infinity],
        )
    ).faults

    assert len(faults) == 6
    assert all(each.startswith("flights.delay: null (") for each in faults)


def test_an_entry_needs_a_reason() -> None:
    with pytest.raises(ValueError, match=r"^x: reason must explain why"):
        Otherwise("x", " ")


def refuses(delay: Sequence[float], *, message: str) -> float:
    if len(delay) != 3:
        raise ValueError(message)
    return 1.0


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("delay must hold three numbers", True),
        ("delays must hold three numbers", False),
        ("it must hold three numbers", False),
    ],
)
def test_an_error_must_name_the_argument(message: str, named: bool) -> None:
    honest = Honest(refuses, {"delay": [1.0, 2.0, 3.0], "message": message})

    faults = [each for each in judge(honest).faults if "one row" in each]

    assert (faults == []) == named


def test_an_honest_call_that_fails_is_a_fault() -> None:
    verdict = judge(Honest(refuses, {"delay": [1.0], "message": "delay"}))

    assert verdict.faults == ["the honest call raises ValueError: delay"]
    assert (verdict.held, verdict.total) == (0, 1)


SHARE = '''
"""Shares."""


def share(delays):
    """Return the share of late flights."""
    if not delays:
        raise ValueError("delays must hold a flight")
    return sum(delay > 15 for delay in delays) / len(delays)
'''
CALLS = """
from handbook.cli import main
from handbook.proof.hostile.declare import Honest
from snippets.part.share import share

HONEST = [Honest(share, {"delays": [3, 16, 40]})]
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in {
        "mkdocs.yml": "",
        "snippets/__init__.py": "",
        "snippets/part/__init__.py": "",
        "snippets/part/share.py": SHARE,
        "tests/hostile/part/share.py": CALLS,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_prints_a_line_for_each_fault_and_counts(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hostile"]) == 1

    *faults, last = capsys.readouterr().out.splitlines()
    start = "tests/hostile/part/share.py: share: delays: "
    assert (
        f"{start}a generator: raises TypeError: object of type 'generator'"
        in "".join(faults)
    )
    assert all(each.startswith(start) for each in faults)
    held, total = map(int, re.findall(r"\d+", last))
    assert last == f"part.share: holds on {held} of {total} hostile inputs"
    assert total - held == len(faults)


def test_a_unit_is_judged_again_only_when_something_changed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["hostile"])
    first = capsys.readouterr().out
    (kept,) = (book / ".cache/handbook/hostile").iterdir()
    before = kept.stat().st_mtime_ns

    main(["hostile"])
    assert capsys.readouterr().out == first
    assert kept.stat().st_mtime_ns == before

    snippet = book / "snippets/part/share.py"
    snippet.write_text(
        SHARE.replace("if not delays", "delays = [*delays]\n    if not delays")
    )
    main(["hostile"])
    assert "a generator" in first
    assert "a generator" not in capsys.readouterr().out


def test_calls_that_cannot_be_read_are_reported(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = book / "tests/hostile/part/share.py"
    calls.write_text(CALLS.replace("import share", "import shares"))
    assert main(["hostile", "part.share"]) == 1
    assert "cannot import name 'shares'" in capsys.readouterr().out

    calls.unlink()
    assert main(["hostile", "part.share"]) == 1
    assert "tests/hostile/part/share.py: not there" in capsys.readouterr().out

    assert main(["hostile", "part.shar"]) == 2
    assert "did you mean part.share?" in capsys.readouterr().err
