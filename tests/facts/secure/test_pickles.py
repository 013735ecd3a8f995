"""What the page states about loaders, and the attack that each of them lets in."""

import copy
import hashlib
import io
import pickle
import signal
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io
from numpy.testing._private.utils import runstring
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from snippets.secure.pickles.scan import imports
from snippets.secure.pickles.store import pinned, to_skops
from snippets.secure.pickles_before import (
    climb,
    from_list,
    from_two_packages,
    load_model,
    unless_denied,
    with_a_call,
)

CARRIERS = np.array([["UA"], ["MQ"]] * 50 + [["F9"]] * 4, dtype=object)
LATE = np.arange(len(CARRIERS)) % 3 == 0
ASKED = CARRIERS[:20]  # none of F9's
TREE = "sklearn.tree._tree.Tree"
ATTACKS = ["exec", "swapped", "NumPy", "climb", "pointer", "MQ", "F9"]


@pytest.fixture(scope="module")
def model() -> Pipeline:
    return make_pipeline(OneHotEncoder(), LogisticRegression()).fit(CARRIERS, LATE)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def code(marker: Path) -> str:
    return f"open({str(marker)!r}, 'w').close()"


@pytest.fixture
def secret() -> object:
    return object()


def load_bytes(pickled: bytes) -> Pipeline:
    return pickle.loads(pickled)  # noqa: S301  it only writes a marker


def lying(model: Pipeline, carrier: str) -> Pipeline:
    liar = copy.deepcopy(model)
    column = list(liar[0].get_feature_names_out()).index(f"x0_{carrier}")
    liar[1].coef_[0, column] -= 9
    return liar


def rewritten(file: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a skops file with each of its arrays changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith(".npy") else content)
    return written.getvalue()


@pytest.fixture
def pickles(model: Pipeline, code: str, secret: object) -> dict[str, bytes]:
    address = struct.pack("P", id(secret))
    return {
        "exec": with_a_call(model, exec, code),
        "swapped": with_a_call(model, exec, code),
        "NumPy": with_a_call(model, runstring, code, {}),
        "climb": with_a_call(model, climb(), code),
        "pointer": with_a_call(model, np.ndarray, (1,), "O", address),
        "MQ": pickle.dumps(lying(model, "MQ"), protocol=4),
        "F9": pickle.dumps(lying(model, "F9"), protocol=4),
    }


@pytest.fixture
def as_skops(model: Pipeline) -> dict[str, bytes]:
    def with_extra(function: object) -> bytes:
        carrier = copy.deepcopy(model)
        carrier.extra = function
        return bytes(skops.io.dumps(carrier))

    return {
        "exec": with_extra(exec),
        "swapped": with_extra(exec),
        "NumPy": with_extra(runstring),
        "climb": with_extra(attrgetter("fit.__globals__")),
        "pointer": rewritten(
            to_skops(model), lambda array: array.replace(b"'<f8'", b"'|O8'")
        ),
        "MQ": to_skops(lying(model, "MQ")),
        "F9": to_skops(lying(model, "F9")),
    }


@pytest.fixture
def loaders(
    model: Pipeline, pickles: dict[str, bytes], as_skops: dict[str, bytes]
) -> dict[str, Callable[[str], object]]:
    good = pickle.dumps(model, protocol=4)

    def by_hash(attack: str) -> object:
        reviewed = good if attack == "swapped" else pickles[attack]
        sha256 = hashlib.sha256(reviewed).hexdigest()
        return load_bytes(pinned(pickles[attack], sha256))

    def by_answers(attack: str) -> None:
        answers = load_bytes(pickles[attack]).predict_proba(ASKED)
        if not np.array_equal(answers, model.predict_proba(ASKED)):
            raise ValueError("other answers than before")

    return {
        "joblib": lambda attack: joblib.load(io.BytesIO(pickles[attack])),
        "pickle": lambda attack: load_bytes(pickles[attack]),
        "denied": lambda attack: unless_denied(pickles[attack]),
        "packages": lambda attack: from_two_packages(pickles[attack]),
        "allowed": lambda attack: from_list(pickles[attack], imports(good)),
        "skops": lambda attack: skops.io.loads(as_skops[attack]),
        "hash": by_hash,
        "answers": by_answers,
    }


@pytest.mark.parametrize(
    ("title", "stopped"),
    [
        ("joblib", set()),
        ("pickle", set()),
        ("denied", {"exec", "swapped"}),
        ("packages", {"exec", "swapped", "climb"}),
        ("allowed", {"exec", "swapped", "NumPy", "climb"}),
        ("skops", {"exec", "swapped", "NumPy", "climb", "pointer"}),
        ("hash", {"swapped"}),
        ("answers", {"MQ"}),
    ],
)
@pytest.mark.parametrize("attack", ATTACKS)
def test_each_loader_stops_these_attacks_and_no_others(
    attack: str,
    title: str,
    stopped: set[str],
    loaders: dict[str, Callable[[str], object]],
    marker: Path,
) -> None:
    refused = False
    try:
        loaders[title](attack)
    except (pickle.UnpicklingError, TypeError, ValueError):
        refused = True

    assert (refused and not marker.exists()) == (attack in stopped)


def test_before_the_file_runs_code_and_the_model_works_as_promised(
    tmp_path: Path, model: Pipeline, pickles: dict[str, bytes], marker: Path
) -> None:
    file = tmp_path / "model.pkl"
    file.write_bytes(pickles["exec"])

    loaded = load_model(file)

    assert (loaded.predict_proba(CARRIERS) == model.predict_proba(CARRIERS)).all()
    assert marker.exists()


def test_before_allowed_names_hand_out_an_object_by_its_address(
    model: Pipeline, pickles: dict[str, bytes], secret: object
) -> None:
    allowed = imports(pickle.dumps(model, protocol=4))

    loaded = from_list(pickles["pointer"], allowed)

    assert loaded.extra[0] is secret
    assert len(allowed) == 7


def test_the_pointer_and_both_lies_import_what_the_good_file_does(
    model: Pipeline, pickles: dict[str, bytes]
) -> None:
    honest = imports(pickle.dumps(model, protocol=4))

    assert imports(pickles["pointer"]) == honest
    assert imports(pickles["MQ"]) == imports(pickles["F9"]) == honest


def test_before_a_listed_attrgetter_lets_the_file_climb(
    model: Pipeline, pickles: dict[str, bytes], marker: Path
) -> None:
    allowed = imports(pickle.dumps(model, protocol=4))

    from_list(pickles["climb"], [*allowed, "operator.attrgetter"])

    assert marker.exists()


def test_a_bound_method_is_pickled_as_getattr() -> None:
    assert b"getattr" in pickle.dumps(Pipeline(steps=[]).get_params)


NUMBERS = np.random.default_rng(0).random((60, 2))
LABEL = NUMBERS[:, 0] > NUMBERS[:, 1]


@pytest.mark.parametrize(
    ("model", "types"),
    [
        (make_pipeline(StandardScaler(), LogisticRegression()), []),
        (SVC(), []),
        (DecisionTreeClassifier(), [TREE]),
        (RandomForestClassifier(n_estimators=2), [TREE]),
        (GradientBoostingClassifier(n_estimators=2), [TREE]),
        (
            HistGradientBoostingClassifier(max_iter=2),
            ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"],
        ),
        (
            KNeighborsClassifier(),
            [
                "sklearn.metrics._dist_metrics.EuclideanDistance64",
                "sklearn.neighbors._kd_tree.KDTree",
            ],
        ),
        (
            CalibratedClassifierCV(LogisticRegression(), cv=2),
            [
                "sklearn.calibration._CalibratedClassifier",
                "sklearn.calibration._SigmoidCalibration",
            ],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_table_names_the_types_of_the_models_that_people_save(
    model: SVC, types: list[str]
) -> None:
    file = skops.io.dumps(model.fit(NUMBERS, LABEL))

    assert skops.io.get_untrusted_types(data=file) == types


def test_the_best_model_of_a_search_needs_no_trust_and_the_search_does() -> None:
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2)
    search.fit(NUMBERS, LABEL)

    assert to_skops(search.best_estimator_)
    with pytest.raises(ValueError, match="trusted must name all types"):
        to_skops(search)


def test_a_forged_tree_loads_and_crashes_python_at_its_first_prediction(
    tmp_path: Path,
) -> None:
    def astray(array: bytes) -> bytes:
        nodes = np.load(io.BytesIO(array))
        if "left_child" not in (nodes.dtype.names or ()):
            return array
        nodes["left_child"][0] = nodes["right_child"][0] = 2**40
        written = io.BytesIO()
        np.save(written, nodes)
        return written.getvalue()

    honest = DecisionTreeClassifier(max_depth=2).fit(NUMBERS, LABEL)
    file = tmp_path / "model.skops"
    file.write_bytes(rewritten(to_skops(honest, trusted=[TREE]), astray))
    predict = f"""
import skops.io
model = skops.io.load({str(file)!r}, trusted=[{TREE!r}])
print("loaded", flush=True)
model.predict([[0.1, 0.2]])
"""

    ran = subprocess.run(
        [sys.executable, "-c", predict], capture_output=True, text=True, check=False
    )

    assert ran.stdout == "loaded\n"
    assert ran.returncode == -signal.SIGSEGV


@pytest.mark.parametrize(
    ("write", "read"),
    [(pickle.dumps, pickle.loads), (skops.io.dumps, skops.io.loads)],
    ids=["pickle", "skops"],
)
def test_a_file_of_another_version_loads_with_no_more_than_a_warning(
    write: Callable[[object], bytes],
    read: Callable[[bytes], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as older:
        older.setattr("sklearn.base.__version__", "1.2.2")
        file = write(LogisticRegression().fit(NUMBERS, LABEL))

    with pytest.warns(InconsistentVersionWarning, match=r"1\.2\.2"):
        assert isinstance(read(file), LogisticRegression)
