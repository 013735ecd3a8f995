"""What the page states about shared state, recomputed."""

import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.estimator_checks import check_estimator

from snippets.cross.objects import GroupRate
from snippets.cross.objects_before import SharedRate
from snippets.data import flights, late


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    table = flights()
    table["late"] = late(table)
    return table


def test_three_models_that_share_a_dict_answer_with_the_last_one(table) -> None:
    models = {
        name: SharedRate().fit(part["hour"], part["late"])
        for name, part in table.groupby("origin")
    }
    true = table.groupby(["origin", "hour"])["late"].mean()

    assert list(models) == ["EWR", "JFK", "LGA"]
    for model in models.values():
        assert model.rate(21) == true["LGA", 21]
    assert round(100 * true["LGA", 21], 1) == 35.7
    assert round(100 * true["EWR", 21], 1) == 41.3


def test_at_21_00_newark_is_highest_and_la_guardia_lowest(table) -> None:
    evening = table[table["hour"] == 21].groupby("origin")["late"].mean()

    assert evening.sort_values().index.tolist() == ["LGA", "JFK", "EWR"]


class SharedGroupRate(GroupRate):
    """GroupRate with the mistake: all objects put their rates into one dict."""

    shared: dict = {}  # noqa: RUF012

    def fit(self, X, y):  # noqa: N803
        super().fit(X, y)
        self.shared.update(self.rates_)
        self.rates_ = self.shared
        return self


def test_check_estimator_finds_the_shared_dict_in_one_check_that_does_not_name_it():
    results = check_estimator(SharedGroupRate(), on_fail=None, on_skip=None)

    [failed] = [each for each in results if each["status"] == "failed"]
    assert isinstance(failed["exception"], IndexError)


def test_mixins_of_scikit_learn_are_classes_that_one_inherits_from() -> None:
    assert GroupRate.__mro__[1:3] == (ClassifierMixin, BaseEstimator)
