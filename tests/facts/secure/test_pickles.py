"""What the page states about a model file that does more than it should."""

import pickle
from pathlib import Path

from numpy.testing._private.utils import runstring
from sklearn.pipeline import Pipeline

from snippets.secure.pickles.payload import harmless_payload
from snippets.secure.pickles_before import load_model


def test_before_the_file_runs_what_a_stranger_wrote(tmp_path: Path) -> None:
    file, marker = tmp_path / "model.pkl", tmp_path / "marker"
    file.write_bytes(harmless_payload(pickle.dumps({"auc": 0.9}), marker))

    assert load_model(file) == {"auc": 0.9}
    assert marker.exists()


def test_numpy_has_a_function_that_runs_text() -> None:
    namespace: dict[str, int] = {}

    runstring("x = 1", namespace)

    assert namespace["x"] == 1


def test_a_bound_method_is_pickled_as_getattr() -> None:
    method = Pipeline(steps=[]).get_params

    assert b"getattr" in pickle.dumps(method)
