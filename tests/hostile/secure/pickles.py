"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import hashlib
import io
import pickle
from fractions import Fraction
from pathlib import Path

from sklearn.linear_model import LinearRegression

from handbook.proof.hostile.declare import Honest
from snippets.secure.pickles.loaders import (
    AllowListUnpickler,
    load_allowed,
    load_pinned,
    to_skops,
)
from snippets.secure.pickles.payload import harmless_payload
from snippets.secure.pickles.scan import imports

PICKLED = pickle.dumps(Fraction(1, 3))
ALLOWED = ["fractions.Fraction", "builtins.int"]

HONEST = [
    Honest(
        AllowListUnpickler,
        lambda: {"file": io.BytesIO(PICKLED), "allowed": ALLOWED},
    ),
    Honest(
        AllowListUnpickler.find_class,
        lambda: {
            "self": AllowListUnpickler(io.BytesIO(PICKLED), ALLOWED),
            "module": "fractions",
            "name": "Fraction",
        },
    ),
    Honest(load_allowed, {"pickled": PICKLED, "allowed": ALLOWED}),
    Honest(
        load_pinned,
        {"pickled": PICKLED, "sha256": hashlib.sha256(PICKLED).hexdigest()},
    ),
    Honest(to_skops, {"model": LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])}),
    Honest(harmless_payload, {"pickled": PICKLED, "marker": Path("marker")}),
    Honest(imports, {"pickled": PICKLED}),
]
