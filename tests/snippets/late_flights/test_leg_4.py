"""The package prepares, learns, predicts, and finds planted faults."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow  # noqa: F401  convert_dtypes(dtype_backend="pyarrow") needs it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.late_flights.leg_4.checks import CHECKS, Steps, faults_found, future_seen
from snippets.late_flights.leg_4.command import fit, main, risk
from snippets.late_flights.leg_4.tables import (
    EDGES,
    known,
    late,
    minutes,
    weather_known,
)

OURS = Steps(label=late, columns=known, split=lambda table: table["day"] >= 3)


def hours(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts), utc=True))


@pytest.fixture(scope="module")
def reports() -> pd.DataFrame:
    clock = pd.date_range("2013-02-01", "2013-02-05", freq="h", tz="UTC")
    sky = pd.DataFrame({"origin": "EWR", "time_hour": clock})
    wind = np.arange(len(sky)) * 7 % 30.0  # a different value each hour
    return sky.assign(
        precip=0.01, visib=10.0, wind_speed=wind, humid=50.0, pressure=1012.0
    )


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    clock = pd.date_range("2013-02-01 06:00", "2013-02-04 22:00", freq="h", tz="UTC")
    table = pd.DataFrame({"origin": "EWR", "carrier": "UA", "time_hour": clock})
    delay = np.tile([15.0, 16.0, -5.0, np.nan], len(table))[: len(table)]
    table = table.assign(arr_delay=delay, dep_delay=delay, arr_time=delay)
    table = table.assign(dep_time=delay, air_time=delay, minute=30, flight=1)
    local = table["time_hour"].dt.tz_convert("America/New_York")
    return table.assign(hour=local.dt.hour, day=local.dt.day)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_becomes_its_minutes_after_midnight(hour: int, minute: int) -> None:
    assert list(minutes(pd.Series([100 * hour + minute]))) == [60 * hour + minute]


def test_a_null_clock_stays_null_and_midnight_may_be_2400() -> None:
    found = minutes(pd.Series([517.0, None, 2400.0]))

    assert found.tolist()[::2] == [317, 1440]
    assert found.isna().tolist() == [False, True, False]


@pytest.mark.parametrize("clock", [575, 2401, -1, 1260])
def test_an_invalid_clock_is_refused(clock: int) -> None:
    with pytest.raises(ValueError, match=f"^clock must read HHMM, got {clock}$"):
        minutes(pd.Series([clock]))


def test_a_flight_over_15_minutes_late_or_never_arrived_is_late() -> None:
    table = pd.DataFrame({"arr_delay": [15.0, 15.5, None, -3.0]})

    assert late(table).tolist() == [False, True, True, False]
    assert late(table, after=-3).tolist() == [True, True, True, False]


def test_a_flight_gets_the_report_whose_hour_has_ended(
    reports: pd.DataFrame,
) -> None:
    asked = pd.DataFrame(
        {"origin": "EWR", "time_hour": hours("2013-02-01 18:00", "2013-02-01 18:00")}
    ).assign(minute=[0, 1])
    # Decided at 16:00 and 16:01: the report of 15:00 is known after 16:00.
    wind = reports.set_index("time_hour")["wind_speed"]
    steps = [
        np.digitize(
            wind[pd.Timestamp(f"2013-02-01 {hour}:00", tz="UTC")], EDGES["wind_speed"]
        )
        for hour in (14, 15)
    ]

    assert weather_known(asked, reports)["wind_speed"].tolist() == steps
    assert steps[0] != steps[1]


def test_flights_in_any_order_get_their_own_report(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    in_time, turned = flights[::3], flights[::-3]
    expected = weather_known(flights, reports)

    assert weather_known(in_time, reports).equals(expected.loc[in_time.index])
    assert weather_known(turned, reports).equals(expected.loc[turned.index])


def test_a_report_three_hours_old_is_used_but_an_older_one_is_not(
    reports: pd.DataFrame,
) -> None:
    old = reports[reports["time_hour"] <= pd.Timestamp("2013-02-01 10:00", tz="UTC")]
    asked = pd.DataFrame({"origin": "EWR", "time_hour": hours("2013-02-01 16:00")})
    found = [weather_known(asked.assign(minute=m), old)["visib"][0] for m in (0, 1)]

    assert found == [4, -1]


def test_two_flights_by_hand(reports: pd.DataFrame) -> None:
    asked = pd.DataFrame(
        {
            "origin": ["EWR", "JFK"],
            "carrier": ["UA", "B6"],
            "hour": [21, 21],
            "minute": [0, 0],
            # Friday evening in New York, but already Saturday in London.
            "time_hour": hours("2013-02-02 02:00", "2013-02-02 02:00").array,
        },
        index=[7, 3],
    )
    foggy = reports.assign(visib=0.5, precip=0.05)
    found = known(asked, foggy)

    assert list(found.columns) == ["origin", "carrier", "hour", "weekday", *EDGES]
    assert found.index.tolist() == [7, 3]
    assert found["weekday"].tolist() == [4, 4]
    assert found["visib"].tolist() == [0, -1]
    assert found["precip"].tolist() == [2, -1]
    assert found["humid"].tolist() == [1, -1]
    assert found["pressure"].tolist() == [2, -1]


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("precip", [0, 0.02, 0.1]),
        ("visib", [1, 3, 6, 9]),
        ("wind_speed", [5, 10, 15, 20, 25]),
        ("humid", [40, 60, 80, 90]),
        ("pressure", [1005, 1010, 1015, 1020, 1025]),
    ],
)
def test_a_step_begins_at_its_edge(
    name: str, edges: list[float], reports: pd.DataFrame
) -> None:
    few = reports[: len(edges)]
    asked = few[["origin", "time_hour"]].assign(minute=1)
    asked["time_hour"] += pd.Timedelta("3h")
    at = weather_known(asked, few.assign(**{name: edges}))
    below = weather_known(asked, few.assign(**{name: np.array(edges) - 0.001}))

    assert at[name].tolist() == list(range(1, len(edges) + 1))
    assert below[name].tolist() == list(range(len(edges)))


def test_the_model_ranks_known_carriers_and_ignores_a_new_one() -> None:
    columns = pd.DataFrame({"carrier": ["UA", "B6"] * 50})
    model = fit(columns, columns["carrier"] == "UA")
    found = risk(model, pd.DataFrame({"carrier": ["UA", "B6", "ZZ"]}, index=[5, 6, 7]))

    assert found[5] > found[7] > found[6]


def test_the_model_learns_from_flights_spread_over_the_past() -> None:
    columns = pd.DataFrame({"carrier": ["UA"] * 50 + ["B6"] * 50})
    model = fit(columns, pd.Series([True, True, False, False] * 25), rows=50)

    assert list(model[0].categories_[0]) == ["B6", "UA"]
    assert model[1].n_iter_[0] >= 1


def test_the_model_learns_from_some_twenty_thousand_flights() -> None:
    columns = pd.DataFrame({"carrier": ["UA", "B6"] * 20_000})
    model = fit(columns, pd.Series([True, True, False, False] * 10_000))

    assert list(model[0].categories_[0]) == ["UA"]


@pytest.mark.parametrize(
    ("columns", "label", "got"),
    [
        (
            pd.DataFrame({"hour": []}),
            pd.Series([], dtype=bool),
            "label must have both kinds of flight among the rows taken",
        ),
        (
            pd.DataFrame({"hour": [1, 2]}),
            pd.Series([True]),
            "label must have one for each row of columns, got 2 and 1",
        ),
        (
            pd.DataFrame({"hour": [1, 2]}),
            pd.Series([True, None]),
            "label must have one for each row of columns, got 2 and 2",
        ),
        (
            pd.DataFrame({"hour": [1, None]}),
            pd.Series([True, False]),
            "columns must hold no null",
        ),
    ],
    ids=["no flight", "a label too few", "a null label", "a null column"],
)
def test_a_model_without_data_is_refused(
    columns: pd.DataFrame, label: pd.Series, got: str
) -> None:
    with pytest.raises(ValueError, match=f"^{got}$"):
        fit(columns, label)


def test_the_command_writes_the_results_of_the_functions(
    flights: pd.DataFrame,
    reports: pd.DataFrame,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables = {"past": flights[:60], "ask": flights[60:], "weather": reports}
    words = ["--out", str(tmp_path / "risk.csv")]
    for name, table in tables.items():
        table.to_parquet(tmp_path / name)
        words += [f"--{name}", str(tmp_path / name)]

    assert main(words) == 0
    answer = pd.read_csv(tmp_path / "risk.csv")
    model = fit(known(flights[:60], reports), late(flights[:60]))
    expected = risk(model, known(flights[60:], reports)).round(4)
    assert answer["risk"].tolist() == expected.tolist()
    assert list(answer) == ["time_hour", "origin", "carrier", "flight", "risk"]
    assert capsys.readouterr().out == (
        f"{len(answer)} flights, {answer['risk'].mean():.1%} expected late\n"
    )


def test_the_command_prints_its_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    assert left.value.code == 0
    output = capsys.readouterr().out
    assert [" ".join(line.split()) for line in output.splitlines() if line] == [
        "usage: late-flights [-h] --past PAST --ask ASK --weather WEATHER --out OUT",
        "Learn from a table of past flights, and write the risk of each flight asked "
        "about.",
        "options:",
        "-h, --help show this help message and exit",
        "--past PAST Parquet: flights that are over, in the order of time",
        "--ask ASK Parquet: flights that have yet to leave",
        "--weather WEATHER Parquet: reports of both times",
        "--out OUT CSV: the table to write",
    ]


def test_a_missing_option_ends_with_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--past", "past"])

    assert left.value.code == 2
    assert capsys.readouterr().err.endswith(
        "the following arguments are required: --ask, --weather, --out\n"
    )


def changed(table: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    seen = known(table, reports)
    table["hour"] = 0
    return seen


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ({"label": lambda t: late(t.dropna())}, "no flight is lost"),
        ({"columns": lambda t, r: known(t.dropna(), r)}, "no flight is lost"),
        (
            {"label": lambda t: t["arr_delay"] > 15},
            "a flight that never arrived is late",
        ),
        ({"label": lambda t: late(t, after=14)}, "a flight that never arrived is late"),
        ({"label": lambda t: late(t, after=16)}, "a flight that never arrived is late"),
        ({"columns": changed}, "the input stays as it is"),
        (
            {"columns": lambda t, r: known(t, r).assign(x=t["dep_delay"])},
            "the future changes nothing",
        ),
        (
            {"columns": lambda t, r: weather_known(t, r, lead=pd.Timedelta("0h"))},
            "the future changes nothing",
        ),
        (
            {"split": lambda t: t["day"] <= 3},
            "the test is later than what is learned",
        ),
    ],
)
def test_each_check_finds_its_fault(
    fault: dict[str, object], claim: str, flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    assert claim in faults_found(replace(OURS, **fault), flights, reports)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "column", ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]
)
def test_each_column_that_is_recorded_later_is_the_future(
    column: str, flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    leak = replace(OURS, columns=lambda t, r: known(t, r).assign(x=t[column]))

    assert faults_found(leak, flights, reports) == ["the future changes nothing"]


NOON = pd.Timestamp("2013-02-01 17:00", tz="UTC")


def test_a_null_that_is_known_only_later_is_the_future(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    tails = flights.copy()
    tails["tailnum"] = ["N1", None] * (len(flights) // 2) + ["N1"]

    def leak(table: pd.DataFrame, sky: pd.DataFrame) -> pd.DataFrame:
        return known(table, sky).assign(no_tail=table["tailnum"].isna())

    assert future_seen(leak, tails, reports, now=NOON) == ["no_tail"]


def test_the_columns_that_saw_the_future_are_named(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    def own_hour(table: pd.DataFrame, sky: pd.DataFrame) -> pd.DataFrame:
        return weather_known(table, sky, lead=pd.Timedelta("-1h"))

    assert future_seen(known, flights, reports, now=NOON) == []
    assert "wind_speed" in future_seen(own_hour, flights, reports, now=NOON)


def test_a_moment_without_a_time_zone_is_refused(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    with pytest.raises(ValueError, match=r"^now must have a time zone, got 2013"):
        future_seen(known, flights, reports, now=NOON.tz_localize(None))


def test_a_column_that_cannot_be_made_in_time_has_seen_the_future(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    def some(table: pd.DataFrame, sky: pd.DataFrame) -> pd.DataFrame:
        return known(table, sky).join(table[["air_time"]].dropna(axis=1, how="all"))

    assert future_seen(some, flights, reports, now=NOON) == ["air_time"]


def test_test_rows_of_the_last_training_hour_are_not_later(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    two_an_hour = flights.loc[flights.index.repeat(2)].reset_index(drop=True)
    within = replace(OURS, split=lambda t: t.index.to_series() > 10)
    after = replace(OURS, split=lambda t: t.index.to_series() > 11)

    assert faults_found(after, two_an_hour, reports) == []
    assert faults_found(within, two_an_hour, reports) == [
        "the test is later than what is learned"
    ]


def test_an_honest_pipeline_passes_every_check(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    assert faults_found(OURS, flights, reports) == []


def test_steps_that_raise_fail_every_check(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    broken = Steps(label=len, columns=len, split=len)  # type: ignore[arg-type]

    found = faults_found(broken, flights, reports)
    assert len(found) == len(CHECKS)
    claim = "the test is later than what is learned"
    assert found[-1].startswith(f"{claim}: cannot tell, KeyError: ")


def test_a_model_learns_from_a_row_at_least() -> None:
    with pytest.raises(ValueError, match=r"^rows must be 1 or more, got 0$"):
        fit(pd.DataFrame({"hour": [1, 2]}), pd.Series([True, False]), rows=0)


def test_no_flight_has_no_risk() -> None:
    columns = pd.DataFrame({"hour": [6, 21]})

    assert risk(fit(columns, pd.Series([True, False])), columns[:0]).tolist() == []


TYPES = ["NumPy", "convert_dtypes()", "pyarrow", "object", "nanoseconds", "zone"]


def _in(table: pd.DataFrame, types: str) -> pd.DataFrame:
    """Return the same table in other types."""
    times = table["time_hour"].dt
    return {
        "NumPy": table,
        "convert_dtypes()": table.convert_dtypes(),
        "pyarrow": table.convert_dtypes(dtype_backend="pyarrow"),
        "object": table.astype(object),
        "nanoseconds": table.assign(time_hour=times.as_unit("ns")),
        "zone": table.assign(time_hour=times.tz_convert("Asia/Kathmandu")),
    }[types]


@pytest.mark.parametrize("types", TYPES)
def test_tables_of_any_type_give_the_same_answers(
    types: str, flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    ours, theirs = known(flights, reports), known(_in(flights, types), reports)

    assert theirs.astype(object).eq(ours.astype(object)).all(axis=None)
    assert known(flights, _in(reports, types)).equals(ours)
    assert late(_in(flights, types)).equals(late(flights))
    clock = pd.Series([517.0, 2400.0])
    frame = _in(flights.head(2).assign(clock=clock.array), types)
    assert minutes(frame["clock"]).tolist() == [317, 1440]


def test_a_month_that_is_there_twice_is_answered_twice(
    flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    twice = pd.concat([flights, flights])

    found = known(twice, reports)

    assert found.equals(pd.concat([known(flights, reports)] * 2))


@pytest.mark.parametrize("column", ["origin", "time_hour", "minute"])
def test_a_null_that_joins_nothing_is_refused_by_name(
    column: str, flights: pd.DataFrame, reports: pd.DataFrame
) -> None:
    nulls = flights.assign(**{column: flights[column].where(flights.index > 0)})

    with pytest.raises(ValueError, match=rf"^flights\.{column} must hold no null"):
        known(nulls, reports)
    if column != "minute":
        nulls = reports.assign(**{column: reports[column].where(reports.index > 0)})
        with pytest.raises(ValueError, match=rf"^reports\.{column} must hold no null"):
            known(flights, nulls)
