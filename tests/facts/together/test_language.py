"""What the page states about mornings without an answer, and about its tables."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from handbook.book.glossary import anchor
from snippets.data import flights, weather
from snippets.together import language_before
from snippets.together.language.roles import NEIGHBOURS
from snippets.together.language.terms import TERMS, as_markdown

COLUMNS = ["temp", "wind_speed", "precip", "visib", "hour"]
PAGE = Path(__file__).parents[3] / "docs/together/language.md"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    hours = weather()[["origin", "time_hour", *COLUMNS[:4]]]
    return flights().merge(
        hours, on=["origin", "time_hour"], how="left", validate="m:1"
    )


@pytest.fixture(scope="module")
def autumn(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["month"] > 8]


@pytest.fixture(scope="module")
def model(table: pd.DataFrame) -> Pipeline:
    known = table[table["month"] <= 8].dropna(subset=[*COLUMNS, "arr_delay"])
    made = make_pipeline(StandardScaler(), LogisticRegression())
    return made.fit(known[COLUMNS], known["arr_delay"] > 15)


def test_tested_scores_flights_that_the_model_does_not_answer(
    model: Pipeline, autumn: pd.DataFrame
) -> None:
    assert round(language_before.tested(model, autumn, COLUMNS), 3) == 0.803
    with pytest.raises(ValueError, match="contains NaN"):
        model.predict(autumn[COLUMNS])


def test_always_on_time_is_right_for_801_in_1000_of_the_same_flights(
    autumn: pd.DataFrame,
) -> None:
    known = autumn.dropna(subset=[*COLUMNS, "arr_delay"])

    assert f"{(known['arr_delay'] <= 15).mean():.1%}" == "80.1%"


def test_eight_mornings_leave_6989_flights_without_an_answer(
    model: Pipeline, autumn: pd.DataFrame
) -> None:
    silent = []
    for _, day in autumn.groupby(["month", "day"]):
        try:
            answers = model.predict(day[COLUMNS])
        except ValueError:
            silent.append(day)
        else:
            assert len(answers) == len(day)
    unanswered = pd.concat(silent)
    no_weather = unanswered["temp"].isna().sum()

    assert len(silent) == 8
    assert autumn.groupby(["month", "day"]).ngroups == 122
    assert len(unanswered) == 6_989
    assert (no_weather, len(unanswered) - no_weather) == (1_213, 5_776)
    assert autumn[COLUMNS].isna().any(axis=1).sum() == 1_213


def test_the_first_10000_flights_are_twelve_days_of_january(
    table: pd.DataFrame,
) -> None:
    arrived = table.dropna(subset=["arr_delay"])
    first = arrived.head(10_000)

    assert f"{len(first):,}" == "10,000"
    assert f"{(arrived['arr_delay'] > 15).mean():.1%}" == "23.7%"
    assert f"{(first['arr_delay'] > 15).mean():.1%}" == "17.4%"
    assert set(first["month"]) == {1}
    assert set(first["day"]) == set(range(1, 13))


@pytest.mark.parametrize("group", ["data", "code", "hand-over", "running"])
def test_the_terms_generate_each_table_of_the_page(group: str) -> None:
    terms = [term for term in TERMS if term.group == group]
    written = as_markdown(terms, "../reference/glossary.md")

    assert f"\n\n{written}\n" in PAGE.read_text(encoding="utf-8")


def test_the_module_generates_the_table_of_neighbours() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = "".join(f"| {n.role} | {n.asks} | {n.needs} |\n" for n in NEIGHBOURS)

    assert f"|---|---|---|\n{rows}\n" in page


def test_each_anchor_is_that_of_the_glossary() -> None:
    assert [term.anchor for term in TERMS] == [anchor(term.term) for term in TERMS]
