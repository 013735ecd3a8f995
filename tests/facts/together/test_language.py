"""What the page states about mornings without an answer, and about its tables."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from handbook.book.glossary import anchor
from snippets.data import flights, late, weather
from snippets.together import language_before
from snippets.together.language.terms import TERMS

COLUMNS = ["temp", "wind_speed", "precip", "visib", "hour"]
PAGE = Path(__file__).parents[3] / "docs/together/language.md"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    hours = weather()[["origin", "time_hour", *COLUMNS[:4]]]
    made = flights().merge(
        hours, on=["origin", "time_hour"], how="left", validate="m:1"
    )
    return made.assign(late=late(made))


@pytest.fixture(scope="module")
def autumn(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["month"] > 8]


@pytest.fixture(scope="module")
def model(table: pd.DataFrame) -> Pipeline:
    known = table[table["month"] <= 8].dropna(subset=COLUMNS)
    made = make_pipeline(StandardScaler(), LogisticRegression())
    return made.fit(known[COLUMNS], known["late"])


def test_tested_scores_flights_that_the_model_does_not_answer(
    model: Pipeline, autumn: pd.DataFrame
) -> None:
    assert round(language_before.tested(model, autumn, COLUMNS), 3) == 0.788
    with pytest.raises(ValueError, match="contains NaN"):
        model.predict(autumn[COLUMNS])


def test_always_on_time_is_right_for_785_in_1000_of_the_same_flights(
    autumn: pd.DataFrame,
) -> None:
    known = autumn.dropna(subset=COLUMNS)

    assert f"{1 - known['late'].mean():.1%}" == "78.5%"


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


def test_the_first_10000_flights_are_the_first_days_of_january(
    table: pd.DataFrame,
) -> None:
    first = table.head(10_000)

    assert f"{len(first):,}" == "10,000"
    assert set(first["month"]) == {1}
    assert first["late"].mean() < table["late"].mean()


def test_the_page_has_a_row_for_each_term() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for term in TERMS:
        link = f"../reference/glossary.md#{anchor(term.term)}"
        row = f"| [{term.term}]({link}) | {term.scientist} | {term.engineer} |\n"
        assert page.count(row) == 1, term
