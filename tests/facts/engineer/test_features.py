"""What the page states about the flights, and about the joins that it compares."""

import math
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from snippets.data import flights, weather
from snippets.engineer.features.asof import newest_before, point_in_time
from snippets.engineer.features.late_share import LateShare, late_share
from snippets.engineer.features.skew import replay, skew
from snippets.engineer.features_before import joined_on_the_hour

AN_HOUR = pd.Timedelta(hours=1)


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    table = flights()
    after_hour = pd.to_timedelta(table["minute"], unit="min")
    table["scheduled_at"] = table["time_hour"] + after_hour
    table["decided_at"] = table["scheduled_at"] - 2 * AN_HOUR
    delay = pd.to_timedelta(table["dep_delay"], unit="min")
    table["left_at"] = table["scheduled_at"] + delay
    return table


@pytest.fixture(scope="module")
def departures(year: pd.DataFrame) -> pd.DataFrame:
    left = year[year["left_at"].notna()]
    table = left[["origin", "left_at", "time_hour"]].assign(delay=left["dep_delay"])
    return table.assign(known_at=table["left_at"])


@pytest.fixture(scope="module")
def reports() -> pd.DataFrame:
    table = weather()
    return table.assign(known_at=table["time_hour"] + AN_HOUR)


@pytest.fixture(scope="module")
def matched(year: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    return point_in_time(year, reports, by="origin")


@pytest.fixture(scope="module")
def storm(year: pd.DataFrame) -> pd.DataFrame:
    return year.query("origin == 'EWR' and month == 8 and day == 28")


def test_the_join_on_the_hour_leaks_a_flights_own_delay() -> None:
    hour = pd.Series([pd.Timestamp("2013-08-28 18:00", tz="UTC")])
    weather = pd.DataFrame({"origin": ["EWR"], "time_hour": hour, "precip": [1.21]})
    flight = pd.DataFrame({"origin": ["EWR"], "time_hour": hour})

    shares = [
        joined_on_the_hour(flight.assign(dep_delay=delay), weather)["late_share"][0]
        for delay in (np.nan, 0.0, 112.0)
    ]

    assert shares[1:] == [0, 1]
    assert math.isnan(shares[0])


def test_ua_460_was_decided_in_dry_weather_and_left_in_the_wettest_hour(
    storm: pd.DataFrame, reports: pd.DataFrame, matched: pd.DataFrame
) -> None:
    flight = storm.query("carrier == 'UA' and flight == 460").iloc[0]
    newark = reports[reports["origin"] == "EWR"].set_index("time_hour")["precip"]

    assert (flight["sched_dep_time"], flight["dep_time"], flight["dest"]) == (
        1432,
        1624,
        "CLE",
    )
    report = matched[matched.index == flight.name].iloc[0]
    assert (report["precip"], report["hour"]) == (0, 11)
    assert newark[flight["time_hour"]] == reports["precip"].max() == 1.21


def test_the_two_joins_count_other_departures_for_ua_460(storm: pd.DataFrame) -> None:
    flight = storm.query("carrier == 'UA' and flight == 460").iloc[0]
    opens_at = flight["decided_at"] - 3 * AN_HOUR
    before = storm[storm["left_at"].between(opens_at, flight["decided_at"], "left")]
    hour = storm[storm["time_hour"].eq(flight["time_hour"])].dropna(subset="left_at")

    assert (len(before), (before["dep_delay"] > 15).sum()) == (40, 5)
    assert (len(hour), (hour["dep_delay"] > 15).sum()) == (18, 16)
    assert hour["dep_time"].agg(["min", "max"]).tolist() == [1434, 1939]
    assert flight["dep_delay"] > 15


def test_an_as_of_join_on_the_event_time_reads_an_unfinished_hour(
    year: pd.DataFrame, reports: pd.DataFrame
) -> None:
    by_event = reports.assign(known_at=reports["time_hour"])
    ends_at = point_in_time(year, by_event, by="origin")["time_hour"] + AN_HOUR
    share = (ends_at > year["decided_at"]).mean()

    assert f"{share:.0%}" == "82%"


def test_by_hand_pandas_and_duckdb_find_the_same_report(
    year: pd.DataFrame, reports: pd.DataFrame, matched: pd.DataFrame
) -> None:
    by_time = reports.sort_values("known_at")
    asked = year[["origin", "decided_at"]].sort_values("decided_at")
    pandas = pd.merge_asof(
        asked,
        by_time[["origin", "known_at"]],
        left_on="decided_at",
        right_on="known_at",
        by="origin",
        allow_exact_matches=False,
    )

    assert (pandas["known_at"].array == matched.loc[asked.index, "known_at"]).all()
    for airport, decided_at in year["decided_at"].groupby(year["origin"]):
        known = by_time.loc[by_time["origin"] == airport, "known_at"]
        found = known.iloc[newest_before(decided_at, known)]
        assert (found.array == matched.loc[decided_at.index, "known_at"]).all()


def test_an_as_of_join_hides_that_the_weather_data_ended(
    year: pd.DataFrame, reports: pd.DataFrame, matched: pd.DataFrame
) -> None:
    hour = ["origin", "time_hour"]
    same_hour = year.merge(reports[hour], on=hour, how="left", indicator=True)
    age = year["decided_at"] - matched["known_at"]
    after_the_end = year["time_hour"] > reports["time_hour"].max()
    fresh = point_in_time(year, reports, by="origin", max_age=3 * AN_HOUR)

    assert (same_hour["_merge"] == "left_only").sum() == 1_556
    assert after_the_end.sum() == 932
    assert matched["known_at"].notna().all()
    assert (age > 3 * AN_HOUR).sum() == fresh["known_at"].isna().sum() == 776
    assert round(age.max() / AN_HOUR) == 27


def test_no_flight_leaves_in_the_windy_hour_that_decides_30_flights(
    year: pd.DataFrame, reports: pd.DataFrame, matched: pd.DataFrame
) -> None:
    gale = reports.nlargest(1, "wind_speed").iloc[0]
    same_hour = year["time_hour"].eq(gale["time_hour"]) & year["origin"].eq("EWR")

    assert (gale["origin"], gale["hour"]) == ("EWR", 3)
    assert f"{gale['wind_speed']:,.0f}" == "1,048"
    assert same_hour.sum() == 0
    assert matched["wind_speed"].eq(gale["wind_speed"]).sum() == 30


def test_the_newest_pressure_is_null_for_36998_flights(matched: pd.DataFrame) -> None:
    assert matched["pressure"].isna().sum() == 36_998


def test_the_newest_departure_is_a_tie_at_49699_decisions_and_absent_at_90(
    year: pd.DataFrame, departures: pd.DataFrame
) -> None:
    minute = departures.groupby(["origin", "known_at"]).size().reset_index(name="n")
    newest = point_in_time(year, minute, by="origin")
    none = newest["n"].isna()

    assert (newest["n"] > 1).sum() == 49_699
    assert none.sum() == 90
    assert set(zip(year["month"][none], year["day"][none], strict=True)) == {(1, 1)}
    assert year["left_at"].isna().sum() == 8_255


def test_a_flight_leaves_in_the_minute_of_a_quarter_of_the_decisions(
    year: pd.DataFrame, departures: pd.DataFrame
) -> None:
    minutes = pd.MultiIndex.from_frame(departures[["origin", "left_at"]])
    asked = pd.MultiIndex.from_frame(year[["origin", "decided_at"]])

    assert round(asked.isin(minutes).mean(), 3) == 0.251


def test_a_two_hour_lag_counts_mostly_departures_after_the_decision(
    year: pd.DataFrame, departures: pd.DataFrame
) -> None:
    lagged = year[["origin", "decided_at"]].assign(
        time_hour=year["time_hour"] - 2 * AN_HOUR
    )
    asked = lagged.value_counts().reset_index(name="flights")
    counted = asked.merge(departures, on=["origin", "time_hour"])
    after = counted["left_at"] >= counted["decided_at"]
    share = counted["flights"][after].sum() / counted["flights"].sum()

    assert f"{share:.0%}" == "56%"


def test_serving_equals_training_for_every_flight_of_the_year(
    year: pd.DataFrame, departures: pd.DataFrame
) -> None:
    window = timedelta(hours=3)
    batch = late_share(year, departures, window=window, late_after=15)
    online = replay(LateShare(window=window, late_after=15), year, departures)

    assert skew(batch, online).empty
    assert batch.notna().sum() == 302_378


def test_the_autumn_has_84292_flights(year: pd.DataFrame) -> None:
    assert (year["month"] >= 10).sum() == 84_292


class TestWhatTheToolsDo:
    """DuckDB 2.0 and pandas 3, pinned here so that a change in a release shows."""

    FACTS = pd.DataFrame({"at": [1, 1], "value": ["first", "last"]})

    @pytest.mark.parametrize(("questions", "taken"), [(63, "first"), (64, "last")])
    def test_duckdb_breaks_a_tie_differently_from_64_questions_on(
        self, questions: int, taken: str
    ) -> None:
        assert self.answers("ASOF JOIN", [2] * questions) == [taken] * questions

    def test_duckdb_skips_null_times_and_drops_questions_without_an_answer(
        self,
    ) -> None:
        assert self.answers("ASOF JOIN", [2, None, 0]) == ["first"]
        assert self.answers("ASOF LEFT JOIN", [2, None, 0]) == ["first", None, None]

    def answers(self, join: str, asked: list[int | None]) -> list[str | None]:
        with duckdb.connect(config={"threads": 1}) as connection:
            frame = pd.DataFrame({"at": pd.array(asked, dtype="Int64")})
            connection.register("question", frame.reset_index(names="place"))
            connection.register("fact", self.FACTS)
            rows = connection.execute(
                f"SELECT value FROM question {join} fact ON question.at > fact.at "  # noqa: S608
                "ORDER BY place"
            ).fetchall()
        return [row[0] for row in rows]

    def test_pandas_takes_the_last_and_keeps_questions_without_an_answer(self) -> None:
        found = pd.merge_asof(pd.DataFrame({"at": [0, 2]}), self.FACTS, on="at")

        assert found["value"].isna().tolist() == [True, False]
        assert found["value"].tolist()[1] == "last"

    def test_pandas_refuses_a_null_time(self) -> None:
        with pytest.raises(ValueError, match="null values on left side"):
            pd.merge_asof(
                pd.DataFrame({"at": [np.nan]}),
                self.FACTS.astype({"at": float}),
                on="at",
            )
