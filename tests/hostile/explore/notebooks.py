"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from handbook.proof.hostile.declare import Honest, Otherwise
from snippets.explore.notebooks import out_of_order, strip, undefined, unsafe_twice

NOTEBOOK = {
    "nbformat": 4,
    "cells": [
        {"cell_type": "code", "source": "a = 1", "execution_count": 1, "outputs": []},
        {"cell_type": "markdown", "source": "Text."},
        {"cell_type": "code", "source": "a + b", "execution_count": 4, "outputs": []},
    ],
}
CELLS = ["rows = [3, 1]", "rows = sorted(rows)", "print(rows, total)"]
HONEST = [
    Honest(out_of_order, {"notebook": NOTEBOOK}),
    Honest(
        undefined,
        {"cells": CELLS},
        otherwise=[Otherwise("cells: a set", "Cells are in their order.")],
    ),
    Honest(unsafe_twice, {"cells": CELLS}),
    Honest(strip, {"notebook": NOTEBOOK}),
]
