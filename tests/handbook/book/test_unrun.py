"""Honest code is not taken for a claim, a lost value or a magic."""

import pytest

from handbook.book.unrun import find_claims, find_shows, looks_like_python, lost_value


@pytest.mark.parametrize(
    "code",
    [
        "import shutil\nshutil.copy('a', 'b')",
        "frame.sort_values('a', inplace=True)",
        "session.merge(row)",
        "axes.set_title('x'), axes.grid()",
        "[show(row) for row in rows]",
        "rows.append(1)",
        "'a docstring'",
        "late = 1",
    ],
)
def test_what_is_done_for_its_effect_loses_no_value(code: str) -> None:
    assert lost_value(code) is None


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x = 1\nx", 2),
        ("frame.head()", 1),
        ("frame['a'].mean()", 1),
        ("a + b", 1),
        ("frame.groupby('a').size()", 1),
    ],
)
def test_a_value_that_nobody_sees_is_found(code: str, line: int) -> None:
    assert lost_value(code) == line


@pytest.mark.parametrize(
    "code",
    [
        "late = 31  # > 15 minutes: late",
        "def f(x):  # -> int\n    return x",
        'TEXT = """\n#> 3\n"""',
        "x = 1  # a comment",
        "# 3\nx = 1",
        "x = 1  # prints nothing",
        "x = 15  # minutes",
        "x = 15  # is late",
        "x = f()  # raises the limit",
        "# Output:\nx = 1",
        "# Output:\n# a table of delays\nx = 1",
    ],
)
def test_an_honest_comment_claims_nothing(code: str) -> None:
    assert list(find_claims(code)) == []


@pytest.mark.parametrize(
    "claim",
    [
        *("#> 3", "# -> 3", "# => 3", "#->3", "# 3", "# 'late'", "# [1, 2]", "# == 3"),
        *("# = 3", "# --> 3", "# ==> 3", "# >>> 3", "# ⇒ 3", "# is 3"),
        *("# evaluates to 3", "# raises ValueError"),
        *("# prints 3", "# Output: 3", "# Out[1]: 3", "# returns True"),
    ],
)
def test_a_claim_is_found_at_its_line(claim: str) -> None:
    assert list(find_claims(f'x = "don\'t"\nprint(x)  {claim}\n')) == [(2, claim)]


@pytest.mark.parametrize(
    "code",
    [
        *("del frame", "return frame", "raise ValueError('x')", "if x:\n    y = 1"),
        *("if x: run()", "match x:\n    case 1: pass", "x: int = 1", "await load()"),
        *("[x for x in y]", "  import os\n  os.a", "%matplotlib inline\nimport os"),
        *("... print(1)", "late = 1\n... print(late)"),
    ],
)
def test_python_of_any_kind_is_found(code: str) -> None:
    assert looks_like_python(code)


@pytest.mark.parametrize(
    "text",
    [
        *("late", "late\n3", "a b c", "3.5", "{'a': 1}", "a.b", "late: median"),
        *("return", "raise alarm", "await orders", "%", "...", "a\n...\nb"),
        *("  late\n  early", "50 %\n%", "... and so on", "if late, refund"),
    ],
)
def test_an_output_is_not_taken_for_python(text: str) -> None:
    assert not looks_like_python(text)


def test_an_output_below_its_title_is_a_claim() -> None:
    assert list(find_claims("print(x)\n# Output:\n# 3\n")) == [(3, "# 3")]


@pytest.mark.parametrize(
    "code",
    [
        "import matplotlib.pyplot as p; p.show()",
        "import a; plt.show()",
        "from matplotlib import pyplot as p\np.show()",
        "from matplotlib.pyplot import show\nshow()",
        "figure.show()",
    ],
)
def test_a_window_that_nobody_sees_is_found(code: str) -> None:
    assert list(find_shows(code)) == [code.count("\n") + 1]


@pytest.mark.parametrize("code", ["table.show()", "'plt.show()'", "show(1)", "plt."])
def test_another_show_is_no_window(code: str) -> None:
    assert list(find_shows(code)) == []
