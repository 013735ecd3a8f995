"""GroupRate is an estimator, and a class is compared with what its caller needs."""

from typing import Protocol

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from snippets.cross.objects import DelayModel, GroupRate, defined_in, unmet

HOURS = pd.DataFrame({"hour": [6, 6, 6, 21, 21]})
LATE = pd.Series([False, False, True, True, True])


def test_scikit_learn_accepts_it() -> None:
    results = check_estimator(GroupRate(), on_fail=None, on_skip=None)

    assert [each for each in results if each["status"] == "failed"] == []
    assert sum(each["status"] == "passed" for each in results) > 40


def test_a_group_has_the_shares_of_its_training_rows() -> None:
    model = GroupRate().fit(HOURS, LATE)

    assert model.classes_.tolist() == [False, True]
    shares = model.predict_proba(pd.DataFrame({"hour": [21, 6]}))
    np.testing.assert_allclose(shares, np.array([[0, 1], [2 / 3, 1 / 3]]))
    assert model.predict(pd.DataFrame({"hour": [21, 6]})).tolist() == [True, False]


def test_a_row_unlike_any_in_training_has_the_shares_of_all() -> None:
    model = GroupRate().fit(HOURS, LATE)

    shares = model.predict_proba(pd.DataFrame({"hour": [3]}))
    np.testing.assert_allclose(shares, [[2 / 5, 3 / 5]])


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("ab")),
        min_size=1,
        max_size=40,
    ),
    order=st.randoms(use_true_random=False),
)
def test_shares_are_those_that_pandas_counts_in_any_order(rows, order) -> None:
    order.shuffle(rows)
    frame = pd.DataFrame(rows, columns=["hour", "month", "label"])
    columns = ["hour", "month"]

    shares = (
        GroupRate().fit(frame[columns], frame["label"]).predict_proba(frame[columns])
    )

    counted = pd.crosstab([frame["hour"], frame["month"]], frame["label"])
    counted = counted.div(counted.sum(axis=1), axis=0)
    wanted = counted.loc[list(zip(frame["hour"], frame["month"], strict=True))]
    np.testing.assert_allclose(shares, wanted)


def test_true_and_false_of_type_object_are_booleans_again() -> None:
    model = GroupRate().fit(HOURS, LATE.astype(object))

    assert model.classes_.dtype == bool
    assert model.predict(HOURS).dtype == bool


def test_two_objects_share_nothing_that_they_learned() -> None:
    one = GroupRate().fit(HOURS, LATE)
    before = one.predict_proba(HOURS)
    other = clone(one).fit(HOURS, ~LATE)

    np.testing.assert_array_equal(one.predict_proba(HOURS), before)
    np.testing.assert_array_equal(other.predict_proba(HOURS), before[:, ::-1])


def test_a_second_fit_forgets_the_first() -> None:
    model = GroupRate().fit(HOURS, LATE).fit(HOURS[:3], LATE[:3])

    shares = model.predict_proba(pd.DataFrame({"hour": [21]}))
    np.testing.assert_allclose(shares, [[2 / 3, 1 / 3]])


@pytest.mark.parametrize(
    ("rows", "labels", "message"),
    [
        (HOURS, LATE[::-1], "^X and y must have the same index"),
        (HOURS, LATE.to_numpy()[:4], "X and y: .*inconsistent"),
        (HOURS.astype(float).replace(6, np.nan), LATE, "X and y: .*NaN"),
        (HOURS, LATE.astype(object).where(LATE), "X and y: .*NaN"),
        (HOURS[:0], LATE[:0], "X and y: .*0 sample"),
        (HOURS, [0.5, 1.5, 2.5, 0.25, 0.75], "X and y: .*continuous"),
    ],
)
def test_what_it_cannot_learn_from_is_refused(rows, labels, message) -> None:
    with pytest.raises(ValueError, match=message):
        GroupRate().fit(rows, labels)


@pytest.mark.parametrize("ask", [GroupRate.predict, GroupRate.predict_proba])
def test_without_a_fit_there_is_no_answer(ask) -> None:
    with pytest.raises(NotFittedError):
        ask(GroupRate(), HOURS)


@pytest.mark.parametrize("ask", [GroupRate.predict, GroupRate.predict_proba])
def test_other_columns_than_in_training_are_refused(ask) -> None:
    model = GroupRate().fit(HOURS, LATE)

    with pytest.raises(ValueError, match=r"X: .*feature"):
        ask(model, HOURS.rename(columns={"hour": "month"}))


class Model:
    def predict_proba(self, X):  # noqa: N803
        return X


class Renamed(Model):
    classes_ = (0, 1)

    def predict_proba(self, rows):
        return rows


class Nothing:
    predict_proba = 3


@pytest.mark.parametrize(
    ("model", "lacks"),
    [
        (GroupRate, []),
        (Model, []),
        (
            Renamed,
            ["predict_proba takes ['self', 'rows'], not ['self', 'X']"],
        ),
        (Nothing, ["no method predict_proba"]),
        (int, ["no method predict_proba"]),
    ],
)
def test_what_a_class_lacks_of_a_protocol_is_named(model, lacks) -> None:
    assert unmet(model, DelayModel) == lacks


def test_only_the_public_methods_of_a_protocol_are_needed() -> None:
    class Service(Protocol):
        name: str

        def start(self) -> None: ...
        def _log(self) -> None: ...
        def ask(self) -> None: ...

    assert unmet(object, Service) == ["no method ask", "no method start"]


def test_isinstance_accepts_what_unmet_names() -> None:
    assert isinstance(Renamed(), DelayModel)
    assert unmet(Renamed, DelayModel)


class Parent:
    def fit(self): ...
    def score(self): ...
    def _hidden(self): ...

    @property
    def size(self): ...

    @staticmethod
    def load(): ...


class Child(Parent):
    seen = 3

    def fit(self): ...


def test_each_method_is_found_where_it_runs() -> None:
    assert defined_in(Child) == {"fit": "Child", "load": "Parent", "score": "Parent"}
    assert list(defined_in(Child)) == ["fit", "load", "score"]
