"""The data sheet, compared with the files: every field, every number in its text."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from snippets import data

FOLDER = Path(data.__file__).parent
SHEET = tomllib.loads((FOLDER / "sheet.toml").read_text(encoding="utf-8"))
TABLES: dict[str, dict[str, Any]] = SHEET["tables"]
COLUMNS = [(table, column) for table in TABLES for column in TABLES[table]["columns"]]
CLOCKS = ["dep_time", "sched_dep_time", "arr_time", "sched_arr_time"]
NEW_YORK = "America/New_York"
MILES = 3958.8  # the Earth's mean radius
MPH = 1.15078  # a knot, as the package converts it
# Airports that OpenFlights' list for the United States lacks: Puerto Rico and the
# Virgin Islands.
ATLANTIC = dict.fromkeys(["BQN", "PSE", "SJU", "STT"], "America/Puerto_Rico")

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return {name: pd.read_parquet(FOLDER / f"{name}.parquet") for name in TABLES}


def minutes(clock: pd.Series) -> pd.Series:
    return clock // 100 * 60 + clock % 100


def taxiing(tables: Tables) -> pd.Series:
    """Return the minutes from gate to gate beyond `air_time`, by local clocks."""
    zones = tables["airports"].set_index("faa")["tzone"].to_dict() | ATLANTIC
    flown = tables["flights"].dropna(subset="air_time")
    left = flown["time_hour"] + pd.to_timedelta(
        flown["minute"] + flown["dep_delay"], unit="min"
    )
    beyond: list[pd.Series] = []
    for zone, group in flown.groupby(flown["dest"].map(zones)):
        local = left[group.index].dt.tz_convert(zone)
        gate_to_gate = minutes(group["arr_time"]) - local.dt.hour * 60 - local.dt.minute
        beyond.append(gate_to_gate % 1440 - group["air_time"])
    together: pd.Series = pd.concat(beyond)
    return together


# The sheet's fields -------------------------------------------------------------------


def test_each_table_has_a_loader_and_each_label_a_function() -> None:
    labels = [label for table in TABLES.values() for label in table.get("labels", [])]

    assert sorted([*TABLES, *labels]) == sorted(data.__all__)


@pytest.mark.parametrize("table", TABLES)
def test_file_has_the_hash_in_the_sheet(table: str) -> None:
    content = (FOLDER / TABLES[table]["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == TABLES[table]["sha256"]
    assert TABLES[table]["file"] == f"{table}.parquet"


@pytest.mark.parametrize("table", TABLES)
def test_rows_and_order_of_columns(tables: Tables, table: str) -> None:
    assert len(tables[table]) == TABLES[table]["rows"]
    assert list(tables[table]) == list(TABLES[table]["columns"])


@pytest.mark.parametrize("table", TABLES)
def test_key_is_unique_known_and_minimal(tables: Tables, table: str) -> None:
    frame, key = tables[table], TABLES[table]["key"]

    assert not frame.duplicated(key).any()
    assert frame[key].notna().all(axis=None)
    for column in key if len(key) > 1 else []:
        assert frame.duplicated([other for other in key if other != column]).any(), (
            column
        )


@pytest.mark.parametrize(
    ("table", "tempting"),
    [(t, k) for t in TABLES for k in TABLES[t].get("not_a_key", [])],
)
def test_columns_that_are_not_a_key_repeat(
    tables: Tables, table: str, tempting: dict[str, Any]
) -> None:
    assert tables[table].duplicated(tempting["columns"]).sum() == tempting["repeats"]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_type_and_nulls_of_a_column(tables: Tables, table: str, column: str) -> None:
    series, described = tables[table][column], TABLES[table]["columns"][column]

    assert str(series.dtype) == described["type"]
    assert series.isna().sum() == described["nulls"]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_range_of_a_column(tables: Tables, table: str, column: str) -> None:
    series, described = tables[table][column], TABLES[table]["columns"][column]

    if str(series.dtype) == "str":
        assert "range" not in described
    else:
        assert [series.min(), series.max()] == described["range"]


@pytest.mark.parametrize(
    ("table", "column"),
    [(t, c) for t, c in COLUMNS if "values" in TABLES[t]["columns"][c]],
)
def test_values_of_a_category(tables: Tables, table: str, column: str) -> None:
    assert (
        sorted(tables[table][column].unique())
        == TABLES[table]["columns"][column]["values"]
    )


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_column_is_described_by_known_fields(table: str, column: str) -> None:
    described = TABLES[table]["columns"][column]

    assert set(described) >= {"type", "unit", "nulls", "meaning"}
    assert set(described) <= {
        "type",
        "unit",
        "nulls",
        "meaning",
        "zone",
        "range",
        "values",
    }
    assert described["meaning"].endswith(".")


# Time zones and clocks ----------------------------------------------------------------


@pytest.mark.parametrize("table", ["flights", "weather"])
def test_every_time_column_has_its_zone(table: str) -> None:
    zones = {
        name: column.get("zone") for name, column in TABLES[table]["columns"].items()
    }
    local = dict.fromkeys(
        ["year", "month", "day", "hour", "minute", *CLOCKS[:2]], NEW_YORK
    )
    expected = local | dict.fromkeys(CLOCKS[2:], "destination") | {"time_hour": "UTC"}

    assert zones == {name: expected.get(name) for name in zones}


@pytest.mark.parametrize("table", ["flights", "weather"])
def test_time_hour_is_utc_and_the_hour_is_new_yorks(tables: Tables, table: str) -> None:
    frame = tables[table]
    local = frame["time_hour"].dt.tz_convert(NEW_YORK)

    for part in ("year", "month", "day", "hour"):
        assert (getattr(local.dt, part) == frame[part]).all(), part
    assert (frame["time_hour"] == frame["time_hour"].dt.floor("h")).all()


@pytest.mark.parametrize(
    ("month", "day", "utc"),
    [
        (3, 10, {0: [5], 1: [6], 3: [7], 4: [8]}),  # from 2:00 to 3:00
        (11, 3, {1: [5, 6], 2: [7], 3: [8], 4: [9]}),  # from 2:00 to 1:00
    ],
)
def test_clocks_change_as_in_new_york(
    tables: Tables, month: int, day: int, utc: dict[int, list[int]]
) -> None:
    night = tables["weather"].query("month == @month and day == @day and hour < 5")

    for _, airport in night.groupby("origin"):
        hours = airport["time_hour"].dt.hour.groupby(airport["hour"]).agg(list)
        assert hours.to_dict() == utc


def test_arrival_clocks_are_the_destinations(tables: Tables) -> None:
    beyond = taxiing(tables)

    assert beyond.between(5, 235).all()
    assert len(beyond) == tables["flights"]["air_time"].notna().sum()


@pytest.mark.parametrize("clock", CLOCKS)
def test_clocks_are_written_hhmm(tables: Tables, clock: str) -> None:
    times = tables["flights"][clock].dropna()

    assert (times % 100 < 60).all()
    assert times.between(1, 2400).all()


@pytest.mark.parametrize("end", ["dep", "arr"])
def test_delay_is_actual_less_scheduled_in_minutes(tables: Tables, end: str) -> None:
    known = tables["flights"].dropna(subset=f"{end}_delay")
    late = minutes(known[f"{end}_time"]) - minutes(known[f"sched_{end}_time"])

    assert ((late - known[f"{end}_delay"]) % 1440 == 0).all()


def test_hour_and_minute_equal_the_schedule(tables: Tables) -> None:
    flights = tables["flights"]

    assert (
        flights["hour"] * 100 + flights["minute"] == flights["sched_dep_time"]
    ).all()


def test_tz_is_the_offset_in_winter(tables: Tables) -> None:
    known = tables["airports"].dropna(subset="tzone")
    winter = pd.Timestamp("2013-01-15", tz="UTC")

    for zone, group in known.groupby("tzone"):
        offset = winter.tz_convert(str(zone)).utcoffset()
        assert (pd.to_timedelta(group["tz"], unit="h") == offset).all(), zone


# Units --------------------------------------------------------------------------------


def test_temperatures_are_fahrenheit_and_humidity_percent(tables: Tables) -> None:
    """The humidity is computed in °C, by Alduchov and Eskridge (1996)."""
    known = tables["weather"].dropna(subset=["temp", "dewp", "humid"])
    air, dew = ((known[column] - 32) / 1.8 for column in ("temp", "dewp"))
    humidity = 100 * np.exp(
        17.625 * dew / (243.04 + dew) - 17.625 * air / (243.04 + air)
    )

    assert (humidity - known["humid"]).abs().median() < 0.1


@pytest.mark.parametrize("column", ["wind_speed", "wind_gust"])
def test_winds_are_whole_knots_in_mph(tables: Tables, column: str) -> None:
    knots = tables["weather"][column].dropna() / MPH

    assert np.allclose(knots, knots.round())


def test_distance_is_in_statute_miles(tables: Tables) -> None:
    places = tables["airports"].set_index("faa")[["lat", "lon"]] * (np.pi / 180)
    routes = tables["flights"].drop_duplicates(["origin", "dest"])
    routes = routes[routes["dest"].isin(places.index)]
    (lat, lon), (to_lat, to_lon) = (
        places.loc[routes[end]].to_numpy().T for end in ("origin", "dest")
    )
    half = np.sin((to_lat - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    great_circle = 2 * MILES * np.arcsin(np.sqrt(half))

    assert np.allclose(great_circle, routes["distance"], rtol=0.03)


def test_air_time_is_in_minutes(tables: Tables) -> None:
    flown = tables["flights"].dropna(subset="air_time")
    mph = flown["distance"] / flown["air_time"] * 60

    assert mph.between(70, 710).all()


def test_height_is_in_feet(tables: Tables) -> None:
    """Denver, the mile-high city, is just above 5,280 feet."""
    heights = tables["airports"].set_index("faa")["alt"]

    assert heights["DEN"] == 5431


# The text: every number in it is computed here ----------------------------------------


def numbers(text: str) -> list[float]:
    """Return the numbers of a text in order, without code and codes such as N201AA."""
    prose = re.sub(r"`[^`]*`", "", text)
    return [
        float(n.replace(",", ""))
        for n in re.findall(r"(?<!\w)\d[\d,]*(?:\.\d+)?(?!\w)", prose)
    ]


def verdict(t: Tables) -> Iterable[float]:
    return [len(t["flights"]), t["flights"]["year"].max()]


def zones_trap(t: Tables) -> Iterable[float]:
    flown = t["flights"].dropna(subset="air_time")
    under_way = (minutes(flown["arr_time"]) - minutes(flown["dep_time"])) % 1440
    return [(under_way < flown["air_time"]).sum()]


def hhmm_trap(t: Tables) -> Iterable[float]:
    before, after = pd.Series([559]), pd.Series([600])
    assert (minutes(after) - minutes(before)).item() == 1
    return [before.item(), after.item(), t["flights"]["dep_time"].max()]


def key_trap(t: Tables) -> Iterable[float]:
    return [
        t["flights"].duplicated(["year", "month", "day", "carrier", "flight"]).sum()
    ]


def order_trap(t: Tables) -> Iterable[float]:
    month = t["flights"]["month"]
    order = month[month != month.shift()].tolist()
    assert order[4:] == list(range(2, 10))
    return [*order[:5], order[-1]]


def domestic(t: Tables) -> Iterable[float]:
    destinations = set(t["flights"]["dest"])
    assert destinations - set(ATLANTIC) <= set(t["airports"]["faa"])
    return [len(destinations), 14, 234]  # the last two are the perimeter rule's


def cancelled(t: Tables) -> Iterable[float]:
    flights = t["flights"]
    never = flights[flights["dep_time"].isna()]
    assert (
        never[["dep_delay", "arr_time", "arr_delay", "air_time"]].isna().all(axis=None)
    )
    assert never["tailnum"].isna().sum() == flights["tailnum"].isna().sum()
    return [len(never), never["tailnum"].isna().sum()]


def untimed(t: Tables) -> Iterable[float]:
    flights = t["flights"]
    lost = flights[flights["dep_time"].notna() & flights["arr_delay"].isna()]
    assert (flights["air_time"].isna() == flights["arr_delay"].isna()).all()
    return [len(lost), lost["arr_time"].isna().sum(), lost["arr_time"].notna().sum()]


def midnight(t: Tables) -> Iterable[float]:
    at = (t["flights"][CLOCKS] == 2400).sum()
    assert not (t["flights"][CLOCKS] == 0).any(axis=None)
    assert at["sched_dep_time"] == at["sched_arr_time"] == 0
    return [2400, 0, at["dep_time"], at["arr_time"]]


def next_day(t: Tables) -> Iterable[float]:
    late = t["flights"].query("dep_delay > 0")
    below = late["dep_time"] < late["sched_dep_time"]
    across = minutes(late["sched_dep_time"]) + late["dep_delay"] > 1440
    assert (below == across).all()
    return [below.sum()]


def zones(t: Tables) -> Iterable[float]:
    beyond = taxiing(t)
    return [beyond.min(), beyond.max(), len(beyond)]


def no_weather(t: Tables) -> Iterable[float]:
    hours = t["weather"][["origin", "time_hour"]]
    joined = t["flights"].merge(hours, how="left", indicator=True)
    alone = joined[joined["_merge"] == "left_only"]
    return [len(alone), (alone["time_hour"] > hours["time_hour"].max()).sum()]


def unknown_planes(t: Tables) -> Iterable[float]:
    known = t["flights"].dropna(subset="tailnum")
    absent = known[~known["tailnum"].isin(t["planes"]["tailnum"])]
    fleets = absent["carrier"].isin(["AA", "MQ"])
    return [
        absent["tailnum"].nunique(),
        known["tailnum"].nunique(),
        len(absent),
        fleets.sum(),
    ]


def unknown_airports(t: Tables) -> Iterable[float]:
    absent = t["flights"][~t["flights"]["dest"].isin(t["airports"]["faa"])]
    assert set(absent["dest"]) == set(ATLANTIC)
    return [absent["dest"].nunique(), len(absent)]


def local_hop(t: Tables) -> Iterable[float]:
    hops = t["flights"][t["flights"]["dest"].isin(["EWR", "JFK", "LGA"])]
    hop = hops.iloc[0]
    assert (hop["origin"], hop["dest"], hop["month"]) == ("EWR", "LGA", 7)
    assert pd.isna(hop["dep_time"])
    return [len(hops), hop["distance"], hop["day"], hop["hour"], hop["minute"]]


def two_distances(t: Tables) -> Iterable[float]:
    distances = t["flights"].groupby(["origin", "dest"])["distance"].nunique()
    several = distances[distances > 1]
    assert list(several.index) == [("EWR", "EGE"), ("JFK", "EGE")]
    return [len(several), len(distances), several.max()]


def wind(t: Tables) -> Iterable[float]:
    first, second = t["weather"].nlargest(2, "wind_speed").to_dict("records")
    assert (first["origin"], first["month"]) == ("EWR", 2)
    speeds = [round(row["wind_speed"], 2) for row in (first, second)]
    return [
        first["day"],
        first["hour"],
        speeds[0],
        round(first["wind_speed"] / MPH),
        speeds[1],
    ]


def clocks(t: Tables) -> Iterable[float]:
    local = ["origin", "month", "day", "hour"]
    twice = t["weather"][t["weather"].duplicated(local)]
    assert set(twice["month"]) == {11}
    hour, day = twice["hour"].iloc[0], twice["day"].iloc[0]
    autumn = t["weather"].query("month == 11 and day == 3")["hour"]
    spring = t["weather"].query("month == 3 and day == 10")["hour"]
    assert set(range(24)) - set(autumn) == {0}
    assert set(range(24)) - set(spring) == {2}
    assert (twice["hour"] == hour).all()
    return [10, 2, day, hour, day, 0]


def end(t: Tables) -> Iterable[float]:
    last = t["weather"]["time_hour"].max()
    new_year = pd.Timestamp("2014-01-01", tz=NEW_YORK)
    local = last.tz_convert(NEW_YORK)
    assert (local.month, local.year) == (12, 2013)
    return [local.day, local.hour, (new_year - last) / pd.Timedelta("1h") - 1]


def gaps(t: Tables) -> Iterable[float]:
    missing, ends = {}, set()
    for origin, hours in t["weather"].groupby("origin")["time_hour"]:
        span = pd.date_range(hours.min(), hours.max(), freq="h")
        missing[origin] = len(span) - len(hours)
        ends.add(hours.max())
    assert len(ends) == 1
    return [sum(missing.values()), missing["EWR"], missing["JFK"], missing["LGA"]]


def calm(t: Tables) -> Iterable[float]:
    weather = t["weather"]
    still = weather[weather["wind_dir"] == 0]
    return [
        0,
        len(still),
        still["wind_speed"].max(),
        360,
        (weather["wind_dir"] == 360).sum(),
    ]


def gusts(t: Tables) -> Iterable[float]:
    null, speed = t["weather"]["wind_gust"].isna(), t["weather"]["wind_speed"]
    medians = [round(float(speed[rows].median()), 2) for rows in (null, ~null)]
    return [null.sum(), len(null), *medians]


def sensor(t: Tables) -> Iterable[float]:
    dead = t["weather"][t["weather"][["temp", "dewp", "humid"]].isna().any(axis=1)]
    row = dead.iloc[0]
    assert row[["temp", "dewp", "humid"]].isna().all()
    assert (row["origin"], row["month"]) == ("EWR", 8)
    return [len(dead), row["day"], row["hour"]]


def ceiling(t: Tables) -> Iterable[float]:
    visib = t["weather"]["visib"]
    return [visib.max(), (visib == visib.max()).sum(), visib.max()]


def built(t: Tables) -> Iterable[float]:
    return [t["planes"]["year"].isna().sum(), (t["planes"]["year"] == 0).sum()]


def wrong_match(t: Tables) -> Iterable[float]:
    single = t["planes"].query("engines == 1").set_index("tailnum")
    matched = t["flights"][t["flights"]["tailnum"].isin(single.index)]
    flown = matched[matched["tailnum"] == "N201AA"]
    odd = single.to_dict("index")["N201AA"]
    assert odd["manufacturer"] == "CESSNA"
    assert set(flown["carrier"]) == {"AA"}
    counts = [len(single), odd["engines"], len(matched), len(flown)]
    return [*counts, int(odd["model"]), odd["seats"]]


def makers(t: Tables) -> Iterable[float]:
    counts = t["planes"]["manufacturer"].value_counts()
    douglas = counts[counts.index.str.startswith("MCDONNELL DOUGLAS")]
    return [counts["AIRBUS"], counts["AIRBUS INDUSTRIE"], len(douglas), *douglas]


def speed(t: Tables) -> Iterable[float]:
    return [t["planes"]["speed"].notna().sum(), len(t["planes"])]


def misplaced(t: Tables) -> Iterable[float]:
    """Check which airports are outside the box around all the states."""
    places = t["airports"].set_index("faa")
    outside = places.query("lon > 0 or lat > 71.5").index
    assert set(outside) == {"DVT", "MYF", "EEN", "SYA"}
    lat, lon = places["lat"].round(2), places["lon"].round(2)
    return [len(outside) - 1, lon["DVT"], lon["MYF"], lat["EEN"], lon["SYA"]]


def nowhere(t: Tables) -> Iterable[float]:
    places = t["airports"].set_index("faa")
    china = places[places["tzone"] == "Asia/Chongqing"]
    unknown = places[places["tzone"].isna()]
    assert set(china.index) == {"DVT", "MYF"}
    assert set(unknown.index) == {"EEN", "LRO", "YAK"}
    assert set(china["tz"]) == {8}
    return [8, len(unknown)]


def arizona(t: Tables) -> Iterable[float]:
    phoenix = t["airports"].query("tzone == 'America/Phoenix'")
    return [(phoenix["dst"] == "A").sum(), len(phoenix)]


def stations(t: Tables) -> Iterable[float]:
    return [t["airports"]["name"].str.contains("Amtrak").sum()]


def sizes(t: Tables) -> Iterable[float]:
    counts = t["flights"]["carrier"].value_counts()
    assert set(counts.index) == set(t["airlines"]["carrier"])
    assert (counts.index[0], counts.index[-1]) == ("UA", "OO")
    return [len(counts), counts.iloc[0], counts.iloc[-1]]


def twins(t: Tables) -> Iterable[float]:
    texts = t["python_topics"].set_index("topic")["text"]
    assert texts["else"] == texts["if"]
    assert texts.duplicated().sum() == 1
    return [len(texts["if"])]


def nested(t: Tables) -> Iterable[float]:
    texts = t["python_topics"].set_index("topic")["text"].to_dict()
    inside = {
        name
        for name, text in texts.items()
        for other in texts
        if other != name and text.split("\n", 3)[-1].strip() in texts[other]
    }
    assert "for" in inside
    return [len(inside)]


def lengths(t: Tables) -> Iterable[float]:
    length = t["python_topics"].set_index("topic")["text"].str.len()
    assert (length.idxmax(), length.idxmin()) == ("specialnames", "await")
    return [length.max(), length.sum(), length.min()]


TEXTS = {
    ("verdict", ""): SHEET["verdict"],
    **{("trap", trap["title"]): trap["text"] for trap in SHEET["traps"]},
    **{(t, name): text for t in TABLES for name, text in TABLES[t]["oddities"].items()},
    **{(t, "description"): TABLES[t]["description"] for t in TABLES},
}
COMPUTED: dict[tuple[str, str], Callable[[Tables], Iterable[float]]] = {
    ("verdict", ""): verdict,
    ("trap", "Clocks in three zones"): zones_trap,
    ("trap", "Clocks written HHMM"): hhmm_trap,
    ("trap", "A flight number that is no key"): key_trap,
    ("trap", "Rows out of order"): order_trap,
    ("flights", "description"): lambda t: set(t["flights"]["year"]),
    ("flights", "domestic"): domestic,
    ("flights", "cancelled"): cancelled,
    ("flights", "untimed"): untimed,
    ("flights", "midnight"): midnight,
    ("flights", "next_day"): next_day,
    ("flights", "zones"): zones,
    ("flights", "no_weather"): no_weather,
    ("flights", "unknown_planes"): unknown_planes,
    ("flights", "unknown_airports"): unknown_airports,
    ("flights", "local_hop"): local_hop,
    ("flights", "two_distances"): two_distances,
    ("weather", "description"): lambda t: [
        1,
        *list(end(t))[:1],
        t["weather"]["year"].max(),
    ],
    ("weather", "wind"): wind,
    ("weather", "clocks"): clocks,
    ("weather", "end"): end,
    ("weather", "gaps"): gaps,
    ("weather", "calm"): calm,
    ("weather", "gusts"): gusts,
    ("weather", "sensor"): sensor,
    ("weather", "ceiling"): ceiling,
    ("planes", "description"): lambda _: [],
    ("planes", "year"): built,
    ("planes", "wrong_match"): wrong_match,
    ("planes", "makers"): makers,
    ("planes", "speed"): speed,
    ("airports", "description"): lambda _: [],
    ("airports", "misplaced"): misplaced,
    ("airports", "zones"): nowhere,
    ("airports", "arizona"): arizona,
    ("airports", "stations"): stations,
    ("airlines", "description"): lambda _: [],
    ("airlines", "sizes"): sizes,
    ("python_topics", "description"): lambda _: [],
    ("python_topics", "versions"): lambda _: [],
    ("python_topics", "twins"): twins,
    ("python_topics", "nested"): nested,
    ("python_topics", "sizes"): lengths,
}


def test_each_text_has_a_computation() -> None:
    assert sorted(TEXTS) == sorted(COMPUTED)


@pytest.mark.parametrize("place", TEXTS, ids="-".join)
def test_every_number_in_the_text_agrees_with_the_files(
    tables: Tables, place: tuple[str, str]
) -> None:
    assert numbers(TEXTS[place]) == list(COMPUTED[place](tables))


def test_planes_are_the_tail_numbers_that_flew(tables: Tables) -> None:
    assert set(tables["planes"]["tailnum"]) <= set(tables["flights"]["tailnum"])


def test_numbers_of_a_text_exclude_codes() -> None:
    assert numbers(
        "N201AA flew 1,048.36 mph at 1:06, `2400` and 9E aside, 3 times."
    ) == [
        1048.36,
        1,
        6,
        3,
    ]
