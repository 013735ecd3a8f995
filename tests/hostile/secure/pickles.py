"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

import hashlib
import pickle
from fractions import Fraction

from sklearn.linear_model import LinearRegression

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.secure.pickles.scan import imports
from snippets.secure.pickles.store import pinned, to_skops

PICKLED = pickle.dumps(Fraction(1, 3))

HONEST = [
    Honest(pinned, {"data": PICKLED, "sha256": hashlib.sha256(PICKLED).hexdigest()}),
    Honest(
        to_skops,
        {"model": LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])},
        otherwise=[
            Otherwise("*the same call*", "skops names arrays by where they are."),
        ],
    ),
    Honest(imports, {"pickled": PICKLED}),
]
