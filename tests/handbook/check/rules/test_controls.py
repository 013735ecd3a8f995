"""HB304: which tables can have controls."""

from pathlib import Path

import pandas as pd
import pytest

from handbook.book.book import Book
from handbook.check.rules import controls

DELAYS = Path("docs/explore/delays.md")
FOLD = """
??? example "The grid"

    ```python
    print(grid)
    ```

    <!--pytest-codeblocks:expected-output-->

    ```text
"""
GRID = pd.DataFrame(
    {"load": [1, 1, 2, 2], "servers": [1, 2, 1, 2], "minutes": [3, 4, 5, 6]}
)


def found(root: Path, text: str, columns: str) -> list[str]:
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    fold = f"{FOLD}{lines}    ```\n\n    <!--handbook:try {columns}-->\n"
    with (root / DELAYS).open("a", encoding="utf-8") as page:
        page.write(fold)
    return [problem.message for problem in controls.find(Book(root))]


def test_one_row_for_each_combination_is_right(small: Path) -> None:
    assert found(small, GRID.to_string(index=False), "load, servers") == []


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (GRID.to_string(index=False), "load", "two rows have the same load"),
        (GRID.to_string(index=False), "load, server", "has no column 'server'"),
        (GRID.to_string(index=False), "load, servers, minutes", "no column is left"),
        (
            GRID[:3].to_string(index=False),
            "load, servers",
            "have 4 combinations, and the table has 3 rows",
        ),
        ("4 minutes", "load", "no table is above"),
        (GRID.set_index("load").to_string(), "load", "no table is above"),
    ],
)
def test_a_table_that_cannot_have_controls_is_named(
    small: Path, text: str, columns: str, message: str
) -> None:
    [problem] = found(small, text, columns)

    assert message in problem
