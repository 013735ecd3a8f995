"""An estimator that scikit-learn accepts, and what a caller may expect of a model.

Source: scikit-learn's guide "Developing scikit-learn estimators", version 1.7.
"""

import inspect
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["DelayModel", "GroupRate", "defined_in", "unmet"]


@runtime_checkable
class DelayModel(Protocol):
    """What the service calls. A class that has it needs no common parent."""

    classes_: NDArray[Any]

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the probability of each class, of shape (n, len(classes_))."""
        ...


class GroupRate(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped
    """Predict the share of each class among the training rows that look the same.

    A row unlike any in training gets the shares of all rows. With no parameter to tune
    and nothing to converge, it is a baseline that fits into every scikit-learn tool.
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> "GroupRate":  # noqa: N803
        """Learn the shares; a second call forgets the first.

        Parameters
        ----------
        X : array-like of shape (n, k)
            Numbers without nulls: hours, months, codes. Equal rows are a group.
        y : array-like of shape (n,)
            The classes, of any type.

        Returns
        -------
        GroupRate
            The object itself, as scikit-learn asks for.

        Raises
        ------
        TypeError, ValueError
            If there is no row, a null, infinity, `y` is not made of classes, or the
            two have different indexes or lengths.
        """
        X, y = self._checked(X, y)  # noqa: N806
        self.classes_, codes = np.unique(y, return_inverse=True)
        groups, place = np.unique(X, axis=0, return_inverse=True)
        counts = np.zeros((len(groups), len(self.classes_)))
        np.add.at(counts, (place.ravel(), codes), 1)
        shares = counts / counts.sum(axis=1, keepdims=True)
        self.prior_ = counts.sum(axis=0) / counts.sum()
        self.rates_ = dict(zip(map(tuple, groups), shares, strict=True))
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the shares of the group of each row, of shape (n, len(classes_))."""
        check_is_fitted(self)
        try:
            rows = validate_data(self, X, reset=False)
        except ValueError as error:
            raise ValueError(f"X: {error}") from error
        return np.array([self.rates_.get(tuple(row), self.prior_) for row in rows])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the most frequent class of the group of each row."""
        shares = self.predict_proba(X)
        return self.classes_[shares.argmax(axis=1)]

    def _checked(self, X: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: N803
        pandas = isinstance(X, pd.DataFrame) and isinstance(y, pd.Series)
        if pandas and len(X) == len(y) and not X.index.equals(y.index):
            raise ValueError("X and y must have the same index, in the same order")
        try:
            rows, labels = validate_data(self, X, y)
            if labels.dtype == "O":
                labels = np.array(labels.tolist())  # True and False are booleans again
            check_classification_targets(labels)
        except (TypeError, ValueError) as error:
            raise type(error)(f"X and y: {error}") from error
        return rows, labels


def unmet(model: type, protocol: type) -> list[str]:
    """Return what a class lacks of a protocol: methods, and names of their arguments.

    It also compares the arguments, which `isinstance` with a protocol does not.

    Parameters
    ----------
    model : type
        The class, not an object of it.
    protocol : type
        A class with the methods that a caller uses.

    Returns
    -------
    list of str
        A sentence for each method that is missing or differs, in alphabetical order.
    """
    found = []
    for name, wanted in sorted(vars(protocol).items()):
        if name.startswith("_") or not inspect.isfunction(wanted):
            continue
        own = getattr(model, name, None)
        if not callable(own):
            found.append(f"no method {name}")
        elif (names := [*inspect.signature(own).parameters]) != (
            expected := [*inspect.signature(wanted).parameters]
        ):
            found.append(f"{name} takes {names}, not {expected}")
    return found


def defined_in(cls: type) -> dict[str, str]:
    """Return the class that defines each public method of a class, by the method.

    Parameters
    ----------
    cls : type
        The class that you read.

    Returns
    -------
    dict of str to str
        In alphabetical order; of several definitions, the one that runs.
    """
    owners = {
        name: parent.__name__
        for parent in reversed(cls.__mro__)
        for name, value in vars(parent).items()
        if not name.startswith("_")
        # What Python binds to an object: functions, also decorated; not properties.
        and hasattr(value, "__get__")
        and not hasattr(value, "__set__")
    }
    return dict(sorted(owners.items()))
