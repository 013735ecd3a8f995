"""What a kernel remembered is read in the file, and nothing is executed."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.explore.notebooks import out_of_order, strip, undefined, unsafe_twice


def notebook(*counts: int | None) -> dict:
    code = [
        {"cell_type": "code", "source": "x", "execution_count": n, "outputs": [n]}
        for n in counts
    ]
    text = {"cell_type": "markdown", "source": "Words."}
    return {"nbformat": 4, "cells": [text, *code, text]}


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ((), []),
        ((1, 2, 3), []),
        ((2, 3), [(1, 2)]),
        ((1, 2, 7, 8), [(3, 7)]),
        ((1, 3, 2), [(2, 3), (3, 2)]),
        ((1, None, 3), [(2, None)]),
        ((1, None, 2), [(2, None), (3, 2)]),
        ((5, 1), [(1, 5), (2, 1)]),
        ((1, 1), [(2, 1)]),
    ],
)
def test_cells_out_of_turn_are_found_at_their_place(counts, found) -> None:
    assert out_of_order(notebook(*counts)) == found


@given(cells=st.integers(0, 30))
def test_after_restart_and_run_all_nothing_is_out_of_order(cells) -> None:
    assert out_of_order(notebook(*range(1, cells + 1))) == []


@pytest.mark.parametrize("broken", [{}, {"cells": 3}, {"worksheets": []}, []])
@pytest.mark.parametrize("function", [out_of_order, strip])
def test_what_is_no_notebook_is_refused(function, broken) -> None:
    with pytest.raises(ValueError, match="notebook must have a list of cells"):
        function(broken)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["a = 1", "print(a)"], []),
        (["print(a)", "a = 1"], [(1, "a")]),
        (["b = [n for n in rows]"], [(1, "rows")]),
        (["import os.path as p, sys", "p, sys"], []),
        (["import os.path", "os"], []),
        (["from a import b as c", "b, c"], [(2, "b")]),
        (["def f(x, *y, **z):\n    w = x + y + q\n    return w"], [(1, "q")]),
        (["def f():\n    w = 1", "w"], [(2, "w")]),
        (["class A:\n    b = 1", "A, b"], [(2, "b")]),
        (["for i in range(3):\n    t = i", "i, t"], []),
        (["with open('a') as f:\n    pass", "f"], []),
        (["a, (b, *c) = 1, (2, 3)", "a, b, c"], []),
        (["f = lambda x: x + 1"], []),
        (["%%bash\nls -l", "x"], [(2, "x")]),
        (["display(1), _"], []),
    ],
)
def test_names_that_no_cell_above_defines_are_found(cells, found) -> None:
    assert undefined(cells) == found


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["rows = [1]", "rows = rows[:-1]"], [(2, "rows")]),
        (["n = 0\nn = n + 1\nn += 1"], []),
        (["n += 1"], [(1, "n")]),
        (["n = n + 1\nn = 0"], [(1, "n")]),
        (["t['a'] = t['a'] * 2"], [(1, "t['a']")]),
        (["t['a'] = t['b'] * 2"], []),
        (["t['a'] += 1"], [(1, "t['a']")]),
        (["self.n = self.n + 1"], [(1, "self.n")]),
        (["for n in range(3):\n    n = n + 1"], []),
        (["if big:\n    rows = rows[:9]"], [(1, "rows")]),
        (["def f(n):\n    n = n + 1\n    return n"], []),
        (["n: int = n + 1"], [(1, "n")]),
        (["a, b = b, a"], [(1, "a"), (1, "b")]),
        (["x = 1", "y = x", "z = x + y"], []),
        (["%matplotlib inline", "n += 1"], [(2, "n")]),
    ],
)
def test_what_a_cell_makes_from_itself_is_found(cells, found) -> None:
    assert unsafe_twice(cells) == found


@pytest.mark.parametrize("function", [undefined, unsafe_twice])
def test_one_text_is_one_cell(function) -> None:
    assert function("n += 1") == function(["n += 1"])


def test_a_stripped_notebook_has_its_code_and_no_results() -> None:
    saved = notebook(3, 1)
    before = copy.deepcopy(saved)

    clean = strip(saved)

    assert saved == before
    code = [cell for cell in clean["cells"] if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code] == ["x", "x"]
    assert all(cell["outputs"] == [] for cell in code)
    assert all(cell["execution_count"] is None for cell in code)
    assert clean["cells"][0] == saved["cells"][0]
    assert clean["nbformat"] == 4
