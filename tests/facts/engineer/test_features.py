"""What the page states about the flights, and about the joins that it compares."""

import math
from datetime import timedelta
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from snippets.data import flights, late, weather
from snippets.engineer.features.asof import point_in_time
from snippets.engineer.features.late_share import late_share
from snippets.engineer.features.online import LateShare
from snippets.engineer.features.skew import replay, skew
from snippets.engineer.features_before import joined_on_the_hour

AN_HOUR = pd.Timedelta(hours=1)
VARYING = ["temp", "humid", "wind_speed", "precip", "visib", "late_share"]


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
def on_the_hour(year: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    return joined_on_the_hour(year, reports)[VARYING]


@pytest.fixture(scope="module")
def as_known(
    year: pd.DataFrame, departures: pd.DataFrame, reports: pd.DataFrame
) -> pd.DataFrame:
    table = point_in_time(year, reports, by="origin", max_age=3 * AN_HOUR)
    window = timedelta(hours=3)
    share = late_share(year, departures, window=window, late_after=15)
    return table.assign(late_share=share)[VARYING]


@pytest.fixture(scope="module")
def plan(year: pd.DataFrame) -> pd.DataFrame:
    local = year["scheduled_at"].dt.tz_convert("America/New_York")
    names = year[["origin", "dest", "carrier"]]
    return names.apply(lambda name: pd.factorize(name)[0]).assign(
        distance=year["distance"],
        weekday=local.dt.day_of_week,
        minute=local.dt.hour * 60 + local.dt.minute,
    )


class Risks(NamedTuple):
    """The risks of the autumn's flights, by three models' features."""

    timetable: np.ndarray
    served: np.ndarray
    honest: np.ndarray
    tested: np.ndarray


@pytest.fixture(scope="module")
def risks(
    year: pd.DataFrame,
    plan: pd.DataFrame,
    on_the_hour: pd.DataFrame,
    as_known: pd.DataFrame,
) -> Risks:
    past, label = (year["month"] < 10).to_numpy(), late(year).to_numpy()

    def fitted(features: pd.DataFrame) -> HistGradientBoostingClassifier:
        rows = np.flatnonzero(past)[::4]
        model = HistGradientBoostingClassifier(max_iter=40, random_state=0)
        return model.fit(plan.join(features).iloc[rows], label[rows])

    def risk(
        model: HistGradientBoostingClassifier, features: pd.DataFrame
    ) -> np.ndarray:
        return model.predict_proba(plan.join(features)[~past])[:, 1]

    with threadpool_limits(1):
        promising, nothing = fitted(on_the_hour), plan[[]]
        return Risks(
            timetable=risk(fitted(nothing), nothing),
            served=risk(promising, as_known),
            honest=risk(fitted(as_known), as_known),
            tested=risk(promising, on_the_hour),
        )


def gain(year: pd.DataFrame, one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return the interval of the difference in AUC, one less other, over weeks."""
    autumn = year[year["month"] >= 10]
    label = late(autumn).to_numpy()
    start = autumn["scheduled_at"].min()
    week = ((autumn["scheduled_at"] - start).dt.days // 7).to_numpy()
    weeks = range(week.max() + 1)
    draws = np.random.default_rng(1).integers(len(weeks), size=(1_000, len(weeks)))
    weight = np.array([np.bincount(draw, minlength=len(weeks)) for draw in draws])

    def areas(risk: np.ndarray) -> np.ndarray:
        # Pairs of a late flight of one week and a punctual one of another in order.
        punctual = [np.sort(risk[(week == at) & ~label]) for at in weeks]
        ordered, pairs = np.zeros((2, len(weeks), len(weeks)))
        for at in weeks:
            delayed = risk[(week == at) & label]
            for other_week in weeks:
                below = punctual[other_week].searchsorted(delayed, "left")
                upto = punctual[other_week].searchsorted(delayed, "right")
                ordered[at, other_week] = (below + upto).sum() / 2
                pairs[at, other_week] = len(delayed) * len(punctual[other_week])
        return np.einsum("di,ij,dj->d", weight, ordered, weight) / np.einsum(
            "di,ij,dj->d", weight, pairs, weight
        )

    low, high = np.quantile(areas(one) - areas(other), [0.025, 0.975])
    return float(low), float(high)


class TestTheScores:
    def test_a_quarter_of_the_flights_are_late(self, year: pd.DataFrame) -> None:
        assert f"{late(year).mean():.1%}" == "25.9%"

    def test_what_the_leak_promises_is_not_kept(
        self, year: pd.DataFrame, risks: Risks
    ) -> None:
        low, _ = gain(year, risks.tested, risks.served)

        assert low > 0.1

    def test_the_model_gains_0_07_to_0_09_if_trained_on_what_is_served(
        self, year: pd.DataFrame, risks: Risks
    ) -> None:
        low, high = gain(year, risks.honest, risks.served)

        assert (f"{low:.2f}", f"{high:.2f}") == ("0.07", "0.09")

    def test_as_served_the_leaky_model_is_not_better_than_the_timetable(
        self, year: pd.DataFrame, risks: Risks
    ) -> None:
        low, high = gain(year, risks.served, risks.timetable)

        assert low < 0 < high

    def test_a_null_share_means_late_on_the_hour_and_an_early_morning_as_known(
        self, year: pd.DataFrame, on_the_hour: pd.DataFrame, as_known: pd.DataFrame
    ) -> None:
        label = late(year)

        assert label[on_the_hour["late_share"].isna()].mean() == 1
        unknown = as_known["late_share"].isna()
        assert label[unknown].mean() < label.mean() / 1.5
        assert (year["hour"][unknown] <= 8).mean() > 0.95

    def test_the_riskiest_flights_as_served_are_early_and_punctual(
        self, year: pd.DataFrame, as_known: pd.DataFrame, risks: Risks
    ) -> None:
        autumn = year["month"] >= 10
        riskiest = np.argsort(-risks.served, kind="stable")[: autumn.sum() // 20]

        assert (
            as_known.loc[autumn, "late_share"].isna().to_numpy()[riskiest].mean() > 0.9
        )
        label = late(year)[autumn].to_numpy()
        assert label[riskiest].mean() < label.mean()


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


def test_duckdb_finds_the_same_report(
    year: pd.DataFrame, reports: pd.DataFrame, matched: pd.DataFrame
) -> None:
    asked = year[["origin", "decided_at"]].reset_index(names="place")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("asked", asked)
        connection.register("report", reports.reset_index(names="number"))
        number = connection.execute(
            "SELECT report.number AS number FROM asked ASOF LEFT JOIN report "
            "ON asked.origin = report.origin AND asked.decided_at > report.known_at "
            "ORDER BY asked.place"
        ).fetchnumpy()["number"]

    found = reports["known_at"].iloc[np.asarray(number, dtype=int)]
    assert (found.array == matched["known_at"]).all()


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
