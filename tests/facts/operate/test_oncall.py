"""What the page on call states: its own code runs here, on incidents it never saw."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from snippets.data import late
from snippets.operate.oncall import burn_rate, coverage, triage
from tests.facts.operate.held_back_incidents import HELD_BACK, HeldBack

PAGE = (Path(__file__).parents[3] / "docs/operate/oncall.md").read_text("utf-8")
FENCE = re.compile(r"^ *```python\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
HOUR = pd.Timedelta("1h")

# The acts have longer names where they are described to whoever writes incidents.
ACTS = {
    "leave it": "leave it",
    "roll back": "roll back the release",
    "no weather": "answer without the weather",
    "last week": "fill gaps from last week's timetable",
}
MISSED = {
    "one carrier missing": "| American's flights are missing |",
    "calm at Newark": "| Newark's wind is stuck at 0 in a gale |",
    "release with a typo": "| a typo in a release and in its record |",
    "after the blizzard": "| cancelled flights leave the timetable |",
    "stamped ahead": "| weather stamped 5 hours ahead |",
}


@pytest.fixture(scope="module", autouse=True)
def in_a_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("service"))  # which writes its board
        yield


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Return the names that the page's own code defines, up to the exercise."""
    names: dict[str, Any] = {}
    for code in FENCE.findall(PAGE[: PAGE.index("## Your turn")]):
        # `handbook run` compares what these print and draw.
        if "savefig" not in code and "table +=" not in code:
            exec(textwrap.dedent(code), names)  # noqa: S102  the page's own code
    return names


@pytest.fixture(scope="module")
def nights() -> list[dict[str, str]]:
    """Return the table of the game as the page prints it, a dict per night."""
    begin = PAGE.index("Night      | You see")
    heads, *lines = PAGE[begin : PAGE.index("```", begin)].strip().splitlines()
    names = [head.strip() for head in heads.split("|")]
    cells = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in cells]


def at(page: dict[str, Any], moment: str) -> pd.Timestamp:
    return pd.Timestamp(moment, tz=page["NEW_YORK"])


def first_act(
    page: dict[str, Any], service: Any, now: pd.Timestamp
) -> tuple[bool, str]:
    """Return whether a second such board pages, and the runbook's first act."""
    pages = page["pages_on_second_board"](page["answered_share"](service, now), now)
    steps = triage(page["signals"](service, now), page["RUNBOOK"])
    return bool(pages), steps[0].act if steps else "leave it"


def hit(page: dict[str, Any], incident: HeldBack, now: pd.Timestamp) -> Any:
    """Return the service with the incident in the feeds of the day."""
    healthy = page["service_at"](now)
    today = page["days"][now.month, now.day]
    tomorrow = healthy.timetable.drop(today.index)
    release = healthy.live._replace(**incident.release)
    return healthy._replace(
        weather=incident.weather(healthy.weather),
        timetable=pd.concat([incident.timetable(today), tomorrow]),
        live=release,
        released=release,
    )


@pytest.fixture(scope="module")
def outcomes(page: dict[str, Any]) -> dict[str, tuple[bool, str]]:
    """Return what the runbook does on each held-back incident."""
    times = {incident.name: at(page, incident.now) for incident in HELD_BACK}
    return {
        incident.name: first_act(page, hit(page, incident, now), now)
        for incident, now in zip(HELD_BACK, times.values(), strict=True)
    }


@pytest.mark.parametrize("incident", HELD_BACK, ids=lambda incident: incident.name)
def test_the_runbook_does_on_held_back_incidents_what_the_page_reports(
    outcomes: dict[str, tuple[bool, str]], incident: HeldBack
) -> None:
    pages, act = outcomes[incident.name]

    right = pages == incident.wake and (not pages or ACTS[act] in incident.acts)
    assert right == (incident.name not in MISSED), (pages, act)


def test_the_page_lists_each_held_back_incident_that_was_missed() -> None:
    table = PAGE[PAGE.index("| held-back incident |") :].split("\n\n")[0]
    _, _, *lines = table.splitlines()

    assert len(HELD_BACK) == 13
    assert len(HELD_BACK) - len(MISSED) == 8
    assert len(lines) == len(MISSED)
    for line, start in zip(lines, MISSED.values(), strict=True):
        assert line.strip().startswith(start)


def test_the_runbook_does_to_the_missed_ones_what_the_page_says(
    outcomes: dict[str, tuple[bool, str]],
) -> None:
    slept = (False, "leave it")

    assert {name: outcomes[name] for name in MISSED} == {
        "one carrier missing": slept,
        "calm at Newark": slept,
        "release with a typo": slept,
        "after the blizzard": (True, "last week"),
        "stamped ahead": (True, "no weather"),
    }


def test_american_has_a_tenth_of_the_flights_that_go_missing(
    page: dict[str, Any],
) -> None:
    day = page["days"][5, 14]

    assert (day["carrier"] == "AA").mean().round(2) == 0.1


def test_no_act_leaves_less_late_or_wrong_than_the_runbook_s_first(
    page: dict[str, Any], nights: list[dict[str, str]]
) -> None:
    assert len(nights) == len(page["NIGHTS"]) == 17
    for night in nights:
        left = {act: int(night[act]) for act in page["ACTS"]}
        assert left[night["First act"]] == min(left.values()), night
        if night["First act"] != "leave it":
            assert left["leave it"] > left[night["First act"]], night


def test_one_command_is_the_right_first_act_on_16_nights(
    nights: list[dict[str, str]],
) -> None:
    assert sum(night["First act"] != "leave it" for night in nights) == 16


def test_every_fault_of_the_game_pages_and_the_storm_does_not(
    page: dict[str, Any], nights: list[dict[str, str]]
) -> None:
    for night in nights:
        [answered] = re.findall(r"^answered, %: (\d+) ", night["You see"])
        pages = page["pages_on_second_board"](int(answered) / 100, page["NOW"])
        assert pages == ("no fault" not in night["Cause"]), night


@pytest.mark.parametrize(
    ("silence", "act"),
    [
        ({"weather": lambda sky: sky[sky["origin"] != "JFK"]}, "no weather"),
        ({"weather": lambda sky: sky.head(0)}, "no weather"),
        ({"timetable": lambda table: table.head(0)}, "last week"),
    ],
    ids=["one airport's weather for three days", "the feed", "the timetable"],
)
def test_silence_pages_and_has_an_act(
    page: dict[str, Any], silence: dict[str, Any], act: str
) -> None:
    now = page["NOW"]
    healthy = page["service_at"](now)
    changes = {name: cut(getattr(healthy, name)) for name, cut in silence.items()}

    assert first_act(page, healthy._replace(**changes), now) == (True, act)


def test_an_empty_feed_moves_five_signals_and_the_first_is_the_feed_s(
    page: dict[str, Any],
) -> None:
    healthy, now = page["service_at"](page["NOW"]), page["NOW"]
    empty = healthy._replace(weather=healthy.weather.head(0))

    moved = triage(page["signals"](empty, now), page["RUNBOOK"])

    assert len(moved) == 5
    assert moved[0].signal == "readings missing"


def test_the_next_eight_hours_go_past_midnight(page: dict[str, Any]) -> None:
    now = at(page, "2013-05-14 23:00")
    board = page["write_board"](page["service_at"](now), now)
    hours = board["time_hour"].dt.tz_convert(page["NEW_YORK"]).dt.hour

    assert set(hours) == {23, 5, 6}
    assert board["chance"].notna().all()


def test_the_vectorised_year_has_the_shares_of_the_service(
    page: dict[str, Any],
) -> None:
    of_2013 = page["of_2013"]
    bad = of_2013[of_2013 < 1]
    sample = pd.concat([of_2013.sample(6, random_state=0), bad[::6]])

    for now, share in sample.items():
        found = page["answered_share"](page["service_at"](now), now)
        assert found == pytest.approx(share), now


def test_13_pages_of_2013_are_gaps_in_the_weather_and_7_thin_timetables(
    page: dict[str, Any],
) -> None:
    begins = page["pages"](page["of_2013"])
    pages = begins[begins].index
    thin = [moment for moment in pages if heard_at_all_airports(page, moment)]

    assert len(pages) == 20
    assert len(pages) - len(thin) == 13
    days = ["04 Jul", "31 Aug", "01 Sep", "28 Nov", "28 Nov", "07 Dec", "24 Dec"]
    assert [f"{moment:%d %b}" for moment in thin] == days
    assert len(thin) == 7


def heard_at_all_airports(page: dict[str, Any], now: pd.Timestamp) -> bool:
    sky = page["service_at"](now).weather
    newest = sky[sky["time_hour"] == sky["time_hour"].max()].dropna()
    fresh = now - newest["time_hour"].max() <= 2 * HOUR
    return len(newest) == 3 and bool(fresh)


def test_thin_timetables_spent_most_of_the_budget_of_the_worst_four_weeks(
    page: dict[str, Any],
) -> None:
    lost = 1 - page["of_2013"]
    end = lost.rolling(28 * 24).mean().idxmax()
    worst = lost[end - (28 * 24 - 1) * HOUR : end]
    thin = [heard_at_all_airports(page, moment) for moment in worst[worst > 0].index]

    assert round(worst.sum() / (28 * 24 * 0.01), 2) == 1.62
    assert worst[worst > 0][thin].sum() / worst.sum() > 0.5


def test_the_budget_is_6_7_hours_of_all_or_20_of_one_airport() -> None:
    hours = 28 * 24 * 0.01

    assert round(hours, 1) == 6.7
    assert int(3 * hours) == 20
    assert round(hours * 0.1 * 3) == 2  # a tenth of it


def test_one_airport_pages_on_its_second_board(page: dict[str, Any]) -> None:
    now = page["NOW"]
    share = page["answered_share"](page["broken"], now)

    assert share == pytest.approx(2 / 3)
    assert page["pages_on_second_board"](share, now)
    once = pd.Series(
        [1, 1, 1, 1, 1, share], pd.date_range(end=now, periods=6, freq="h")
    )
    assert burn_rate(once, now=now, hours=1, objective=0.99) > 14.4
    assert burn_rate(once, now=now, hours=6, objective=0.99) < 6


def test_the_silent_airport_pages_nobody_who_watches_totals(
    page: dict[str, Any],
) -> None:
    board, healthy = page["board"], page["write_board"](page["healthy"], page["NOW"])
    due = page["next_hours"](page["broken"].last_week, page["NOW"])

    assert len(board) == len(healthy) == 343
    assert board["chance"].isna().sum() == 106
    shares = coverage(board, due, by=["origin"], value="chance")
    assert shares["JFK"] == 0


def test_all_of_jfk_s_flights_should_be_listed_and_49_were_late(
    page: dict[str, Any],
) -> None:
    right = page["write_board"](page["healthy"], page["NOW"])
    jfk = right[right["origin"] == "JFK"]

    assert len(jfk) == jfk["listed"].sum() == 106
    assert late(page["year"].loc[jfk.index]).sum() == 49


def test_each_act_leaves_all_of_jfk_s_answers_late_or_wrong(
    page: dict[str, Any],
) -> None:
    now = page["NOW"]
    right = page["write_board"](page["healthy"], now)

    assert len(page["ACTS"]) == 6
    for act in page["ACTS"].values():
        assert page["late_or_wrong"](act(page["broken"]), now, right) == 106


def test_it_rained_at_jfk_and_the_fallback_cannot_know(page: dict[str, Any]) -> None:
    sky, now = page["sky"], page["NOW"]
    [reading] = sky[(sky["time_hour"] == now) & (sky["origin"] == "JFK")]["precip"]

    assert reading == 0.15
    fallback = page["write_board"](page["broken"]._replace(use_weather=False), now)
    assert not fallback["listed"].any()


def test_the_mistyped_threshold_is_0_03_for_0_3(page: dict[str, Any]) -> None:
    typo = page["NIGHTS"]["2013-10-08", "a threshold was mistyped"]

    assert typo(page["healthy"]).live.threshold == 0.03
    assert page["accepted"].threshold == 0.3


def test_every_wind_of_2013_is_whole_knots_and_no_airport_s_weather_stood_still(
    page: dict[str, Any],
) -> None:
    sky = page["sky"]
    knots = sky["wind_speed"].dropna() / 1.15078
    assert ((knots - knots.round()).abs() < 1e-3).all()

    for airport in page["AIRPORTS"]:
        rows = sky[sky["origin"] == airport]
        moved = rows[page["READINGS"]].diff().ne(0).any(axis=1)
        news = rows["time_hour"].where(moved).ffill()
        assert ((rows["time_hour"] - news) / HOUR).max() <= 9
