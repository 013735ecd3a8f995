"""Ruff's rules and format apply to the blocks of a page, at the lines of the page."""

import shutil
from pathlib import Path

import pytest

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.check.fix import fix
from handbook.check.rules import blocks

ROOT = Path(__file__).parents[4]
PAGE = "docs/explore/delays.md"
TERMS = "docs/reference/glossary.yml"

CHAPTER = """\
# How late is late?

```python
import numpy as np

delays = np.array([3, 16, 40])
```

=== "Mean"

    ```python
    import math

    from snippets.explore.delays import share_late

    print(delays.mean(), math.pi)
    ```

```python
def check(answer):
    "Fail where the answer is wrong."
    ...


assert share_late(delays) == 0.67
```

```python
def check(answer):
    assert answer


check(True)
```
"""

GLOSSARY = """\
- term: median
  definition: Half of all values are below the median.
  example: |
    import statistics

    print(statistics.median([1, 2, 9]))
  prints: |
    2
- term: mode
  definition: The mode is the value that is there most often.
  example: |
    import statistics

    print(statistics.mode([1, 1, 9]))
  prints: |
    1
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one chapter and two terms, without findings from ruff."""
    return write(tmp_path.resolve())


def write(root: Path) -> Path:
    for name, text in {
        "mkdocs.yml": "markdown_extensions: [pymdownx.superfences, pymdownx.tabbed]\n",
        "snippets/explore/delays.py": '"""Delays."""\n',
        PAGE: CHAPTER,
        TERMS: GLOSSARY,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def plant(book: Path, path: str, old: str, new: str) -> list[Problem]:
    """Change a file, and return the findings in it."""
    text = (book / path).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (book / path).write_text(text.replace(old, new), encoding="utf-8")
    return list(blocks.find(Book(book)))


def test_blocks_are_one_module_with_what_a_page_may_do(book: Path) -> None:
    """Late imports, prints, asserts, starters, and redefined names are fine."""
    assert list(blocks.find(Book(book))) == []


FAULTS: dict[str, tuple[str, str, str, str]] = {
    # The old text, the new one, ruff's finding, and the start of its line.
    "an import that no block uses": (
        "import numpy as np\n",
        "import numpy as np\nimport pandas as pd\n",
        "HB301 F401",
        "import pandas",
    ),
    "an unused import in a tab": (
        "import math",
        "import os, math",
        "HB301 E401",
        "    import",
    ),
    "a name that no block above defines": (
        "print(delays.mean(), math.pi)",
        "print(delay, math.pi)",
        "HB301 F821",
        "    print",
    ),
    "a variable that a function does not use": (
        "    assert answer",
        "    other = 1",
        "HB301 F841",
        "    other",
    ),
    "a bare except": (
        "check(True)",
        "try:\n    check(True)\nexcept:\n    print(1)",
        "HB301 E722",
        "except:",
    ),
    "imports out of order": (
        "    import math\n\n    from snippets.explore.delays import share_late\n",
        "    from snippets.explore.delays import share_late\n    import math\n",
        "HB301 I001",
        "    from snippets",
    ),
    "code that Python cannot parse": (
        "check(True)",
        "check(True",
        "HB301 invalid",
        "```",
    ),
    "a line too long": (
        "check(True)",
        "check(True)  # " + "late " * 16,
        "HB301 E501",
        "check(True)",
    ),
    "a block that ruff formats differently": (
        "check(True)",
        "check( True )",
        "HB302",
        "check( True )",
    ),
    "such a block in a tab, at its first line that differs": (
        "    print(delays.mean(), math.pi)",
        "    print(delays.mean(),math.pi)",
        "HB302",
        "    print",
    ),
}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Problem]]:
    """The findings in a book with each fault on its own page."""
    root = write(tmp_path_factory.mktemp("faults").resolve())
    for number, (old, new, _, _) in enumerate(FAULTS.values()):
        assert CHAPTER.count(old) == 1
        page = root / f"docs/explore/fault-{number}.md"
        page.write_text(CHAPTER.replace(old, new), encoding="utf-8")
    findings: dict[str, list[Problem]] = {}
    for finding in blocks.find(Book(root)):
        findings.setdefault(finding.path.stem, []).append(finding)
    return findings


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_line_of_the_page(
    reported: dict[str, list[Problem]], name: str
) -> None:
    old, new, message, line = FAULTS[name]
    lines = CHAPTER.replace(old, new).split("\n")

    findings = reported[f"fault-{list(FAULTS).index(name)}"]

    found = [(f"{f.rule} {f.message}", lines[f.line - 1]) for f in findings]
    assert len({at for _, at in found}) == 1, found
    assert found[0][0].startswith(message)
    assert found[0][1].startswith(line)


def test_the_next_term_cannot_use_the_names_of_a_term(book: Path) -> None:
    _, *second = GLOSSARY.split("- term")
    assert "import statistics\n\n" in second[1]

    [finding] = plant(
        book, TERMS, second[1], second[1].replace("import statistics\n\n    ", "")
    )

    assert (finding.path, finding.line) == (Path(TERMS), 12)
    assert finding.message.startswith("F821")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import numpy as np\n", "import numpy as np\nimport os\n"),
        ("    import math\n", "    import math\n    import os\n"),
        (
            "    import math\n\n    from snippets.explore.delays import share_late\n",
            "    from snippets.explore.delays import share_late\n    import math\n",
        ),
        ("check(True)", "check( True )"),
        ("    print(delays.mean(), math.pi)", "    print( delays.mean(),math.pi )"),
        ("    assert answer\n\n\n", "    assert answer\n\n"),
    ],
    ids=["unused", "unused in a tab", "order in a tab", "format", "in a tab", "lines"],
)
def test_fix_restores_the_page(book: Path, old: str, new: str) -> None:
    findings = plant(book, PAGE, old, new)
    assert findings

    for _ in range(4):
        fix(Book(book), findings)
        findings = list(blocks.find(Book(book)))

    assert (book / PAGE).read_text(encoding="utf-8") == CHAPTER


def test_fix_restores_the_terms(book: Path) -> None:
    findings = plant(
        book, TERMS, "print(statistics.median(", "print( statistics.median("
    )
    assert [(f.line, f.rule) for f in findings] == [(6, "HB302")]

    fix(Book(book), findings)

    assert (book / TERMS).read_text(encoding="utf-8") == GLOSSARY


def test_a_fix_in_two_blocks_keeps_the_lines_between(book: Path) -> None:
    """Ruff changes the import in the first block, and the name in the second."""
    plant(book, PAGE, "import numpy", "import datetime\n\nimport numpy")

    findings = plant(
        book, PAGE, "    print(delays", "    print(datetime.timezone.utc, delays"
    )
    fix(Book(book), findings)

    wanted = CHAPTER.replace("import numpy", "import datetime\n\nimport numpy")
    wanted = wanted.replace("print(delays", "print(datetime.UTC, delays")
    assert (book / PAGE).read_text(encoding="utf-8") == wanted


def test_an_unsafe_fix_is_left_to_the_author(book: Path) -> None:
    findings = plant(book, PAGE, "    assert answer", "    other = 1")

    assert [(f.rule, f.fix) for f in findings] == [("HB301", None)]


def test_settings_that_ruff_cannot_read_are_a_usage_error(book: Path) -> None:
    (book / "pyproject.toml").write_text("[tool.ruff]\nline-lenght = 88\n")

    with pytest.raises(WrongUse, match="line-lenght"):
        list(blocks.find(Book(book)))


def test_another_setting_runs_ruff_again(book: Path) -> None:
    assert plant(book, PAGE, "check(True)", "check(True)  # late") == []
    settings = book / "pyproject.toml"
    settings.write_text(
        settings.read_text().replace("line-length = 88", "line-length = 12")
    )

    assert {f.rule for f in blocks.find(Book(book))} == {"HB301", "HB302"}
