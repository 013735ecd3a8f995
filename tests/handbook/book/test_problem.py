"""Problems are written and sorted in one way, whichever command found them."""

from pathlib import Path

import pytest

from handbook.book.problem import Edit, Problem
from handbook.check.report import write

PAGE = Path("docs/a.md")


@pytest.mark.parametrize(
    ("problem", "text", "github"),
    [
        (
            Problem(PAGE, 2, "it fails"),
            "docs/a.md:2: it fails",
            "::error file=docs/a.md,line=2::it fails",
        ),
        (
            Problem(PAGE, 2, "write it", "HB012"),
            "docs/a.md:2: HB012 write it",
            "::error file=docs/a.md,line=2,title=HB012::write it",
        ),
        (
            Problem(PAGE, 2, "write it", "HB012", fix=Edit(0, 1, "")),
            "docs/a.md:2: HB012 write it (fix with --fix)",
            "::error file=docs/a.md,line=2,title=HB012::write it (fix with --fix)",
        ),
    ],
    ids=["of a run", "of a rule", "fixable"],
)
def test_a_problem_is_one_line(problem: Problem, text: str, github: str) -> None:
    assert (write(problem, "text"), write(problem, "github")) == (text, github)


def test_problems_are_sorted_by_file_line_and_rule() -> None:
    first, *others = ordered = [
        Problem(PAGE, 2, "b"),
        Problem(PAGE, 2, "c"),
        Problem(PAGE, 2, "b", "HB001"),
        Problem(PAGE, 2, "a", "HB002"),
        Problem(PAGE, 10, "a"),
        Problem(Path("docs/b.md"), 1, "a", "HB001"),
    ]

    assert sorted([*others, first]) == ordered
