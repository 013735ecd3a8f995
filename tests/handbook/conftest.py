"""Small books in a temporary folder."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from handbook.book.book import Book

ROOT = Path(__file__).parents[2]
FILES = {
    "mkdocs.yml": """\
site_name: Two chapters
nav:
  - Two Mountains: index.md
  - explore/delays.md
  - cross/clocks.md
  - Reference:
      - reference/glossary.md
      - The world outside: https://example.org
markdown_extensions:
  - admonition
  - attr_list
  - pymdownx.details
  - pymdownx.superfences
""",
    ".gitignore": ".cache/\n",
    "docs/index.md": """\
---
description: Two chapters.
---

# Two chapters
""",
    "docs/explore/delays.md": """\
---
description: Count the late flights before you average them.
mountain: explore
topics: {A20: the-share}
terms: [median]
needs: []
owner: data-science
reviewed: 2026-11-20
---

# How late is late? <!--handbook:allow HB403: one page of a book for tests-->

**Count the late flights before you average them.**

::: snippets.explore.delays_before.mean_delay

::: snippets.explore.delays.share_late

Half of all flights are later than the [*median*](../reference/glossary.md#median).

```python
from snippets.explore.delays import share_late

print(share_late([3, 16, 40]))
```

<!--pytest-codeblocks:expected-output-->

```text
0.67
```

```python
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([3, 16, 40])
figure.savefig("figures/delays-days.svg")
```

## The share

![Three flights, two of them late.](figures/delays-days.svg)
""",
    "docs/explore/figures/delays-days.svg": "<svg></svg>\n",
    "snippets/__init__.py": "",
    "snippets/explore/__init__.py": "",
    "snippets/explore/delays.py": '''\
"""Count the late flights."""

from collections.abc import Sequence

__all__ = ["share_late"]

LATE = 15  # minutes


def share_late(delays: Sequence[float]) -> float:
    """Return the share of late flights.

    Parameters
    ----------
    delays : sequence of float
        Minutes.

    Returns
    -------
    float in [0, 1]
        The share.

    Raises
    ------
    ValueError
        If there is no flight.
    """
    if not delays:
        raise ValueError("delays must hold at least one flight")
    return round(sum(delay > LATE for delay in delays) / len(delays), 2)
''',
    "snippets/explore/delays_before.py": '''\
"""Average what has no middle."""

from snippets.explore.delays import LATE

print(LATE)


def mean_delay(delays):
    return sum(delays) / len(delays)
''',
    "tests/snippets/explore/test_delays.py": """\
from snippets.explore.delays import share_late


def test_two_of_three_are_late() -> None:
    assert share_late([3, 16, 40]) == 0.67
""",
    "tests/facts/explore/test_delays.py": """\
from snippets.explore.delays_before import mean_delay


def test_no_flight_has_the_mean_delay() -> None:
    assert mean_delay([0, 40]) == 20
""",
    "docs/cross/clocks.md": """\
---
description: Read a clock that a person wrote.
mountain: cross
topics: {A21: the-clock}
terms: []
needs: [explore/delays]
owner: data-science
reviewed: 2026-11-21
---

# What time is `2400`? <!--handbook:allow HB403: one page of a book for tests-->

**Read a clock that a person wrote.**

::: snippets.cross.clocks.read.minutes

```python
from snippets.cross.clocks.read import minutes

print(minutes(2400))
```

<!--pytest-codeblocks:expected-output-->

```text
1440
```

## The clock
""",
    "snippets/cross/__init__.py": "",
    "snippets/cross/clocks/__init__.py": '"""Clocks."""\n',
    "snippets/cross/clocks/parts.py": '''\
"""Take a clock apart."""

__all__ = []


def _split(clock: int) -> tuple[int, int]:
    return divmod(clock, 100)
''',
    "snippets/cross/clocks/read.py": '''\
"""Read a clock that a person wrote."""

from .parts import _split

__all__ = ["minutes"]


def minutes(clock: int) -> int:
    """Return the minutes since midnight.

    Parameters
    ----------
    clock : int
        HHMM.

    Returns
    -------
    int
        Minutes, 1440 for 2400.
    """
    hours, rest = _split(clock)
    return 60 * hours + rest
''',
    "tests/snippets/cross/test_clocks.py": """\
from snippets.cross.clocks.read import minutes


def test_midnight_ends_the_day() -> None:
    assert minutes(2400) == 1440
""",
    "docs/reference/glossary.yml": """\
- term: median
  definition: Half of all values are below the median.
  heard: The median flight is two minutes early.
""",
    "docs/reference/topics.yml": """\
covered_at_least: 2
topics:
  - id: A20
    topic: Know what the data can say
    source: article
    at: paragraph 20
  - id: A21
    topic: Know what the data cannot say
    source: article
    at: paragraph 21
  - id: A22
    topic: Stop
    source: article
    at: paragraph 22
""",
}


@pytest.fixture
def book(tmp_path: Path) -> "Book":
    """A book without pages, with the site's own Markdown."""
    return _empty(tmp_path)


@pytest.fixture(scope="session")
def small_book() -> "Callable[[Path], Book]":
    """Return a function that makes such a book in a folder that tests can share."""
    return _empty


def _empty(folder: Path) -> "Book":
    # Imported here, since the copier's tests run in the base install, too.
    from handbook.book.book import Book  # noqa: PLC0415

    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "docs").mkdir()
    return Book(folder.resolve())


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the book once, commit it and read its pages."""
    # As above.
    from handbook.book.book import Book  # noqa: PLC0415
    from handbook.check.command import find_all  # noqa: PLC0415

    root = tmp_path_factory.mktemp("template").resolve()
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    commit(root, "2026-11-22")
    find_all(Book(root))  # fills the cache, which each copy gets
    return root


@pytest.fixture
def small(template: Path, tmp_path: Path) -> Path:
    """A copy of the book to plant faults in."""
    return Path(shutil.copytree(template, tmp_path / "book")).resolve()


def commit(root: Path, day: str) -> None:
    """Commit all changes, dated on a day."""
    who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": f"{day}T12:00:00Z"}
    environment = os.environ | {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in who.items()
    }
    git = shutil.which("git") or "git"
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run([git, *command], cwd=root, env=environment, check=True)
