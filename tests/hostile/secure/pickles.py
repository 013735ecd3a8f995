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
    Honest(imports, {"pickled": PICKLED}),
    Honest(
        to_skops,
        {
            "model": LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]),
            "trusted": ["sklearn.tree._tree.Tree"],
        },
        otherwise=[
            Otherwise(inputs, "skops names each array in the file by its address")
            for inputs in (
                "trusted: a generator",
                "trusted: a tuple",
                "trusted: a set",
                "twice the same call",
                "the same call in threads",
            )
        ],
    ),
    Honest(
        pinned,
        {"data": PICKLED, "sha256": hashlib.sha256(PICKLED).hexdigest()},
    ),
]
