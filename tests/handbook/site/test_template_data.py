"""The data that the templates of pages and cards get."""

import json
from collections.abc import Callable
from typing import Any

import jinja2
import pytest

from handbook.book.book import Book
from handbook.registry.model import Registry, hash_of_unit
from handbook.site.template_data import Facts, as_template

HASH = "sha256:" + "a" * 64
OLDER = "sha256:" + "b" * 64
CHAPTER = """\
---
description: Count them.
mountain: explore
needs: []
owner: data-science
reviewed: 2026-11-22
---

# How late is late?

Some words.

```python
import numpy as np

from snippets.explore.delays import late

print(late(np.array([3])))
```

<!--pytest-codeblocks:expected-output-->

```text
1
```
"""
USER = """\
---
mountain: engineer
needs: [explore/delays]
---

# What did it promise?
"""
LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:00
pandas==3.1.1 \\
    --hash=sha256:00
pywin32==310 ; sys_platform == 'win32' \\
    --hash=sha256:00
six==1.17.0
    # via pandas
"""


NOTHING = Registry({}, {})


@pytest.fixture
def write(book: Book) -> Callable[..., None]:
    """Write the files of a book with a chapter, a snippet and a lock."""

    def write(files: dict[str, str]) -> None:
        for name, text in files.items():
            path = book.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    write(
        {
            "docs/explore/delays.md": CHAPTER,
            "snippets/explore/delays.py": "import pandas as pd\nimport pywin32\n",
            "requirements.lock": LOCK,
            ".python-version": "3.12\n3.11\n",
        }
    )
    return write


def page(
    book: Book, name: str = "explore/delays.md", *, registry: Registry = NOTHING
) -> dict[str, Any]:
    found: dict[str, Any] = Facts(Book(book.root), registry).book()["pages"][name]
    return found


def test_a_chapter_has_the_values_of_its_front_matter(book: Book, write: Any) -> None:
    data = page(book)

    assert data["title"] == "How late is late?"
    assert data["mountain"] == "explore"
    assert data["owner"] == "data-science"
    assert data["reviewed"] == "2026-11-22"
    assert data["needs"] == []
    assert data["script"] == ""
    assert data["minutes"] == 1


def test_a_page_that_needs_another_is_one_of_its_users(book: Book, write: Any) -> None:
    link = "[How late?](../explore/delays.md#who)"
    write(
        {
            "docs/engineer/contracts.md": USER,
            "docs/late_flights/leg-2.md": f"# Leg 2\n\n{link}\n",
            "docs/late_flights/leg-3.py": f"# %% [markdown]\n# # Leg 3\n#\n# {link}\n",
            "docs/pathways/alone.md": f"# Alone\n\n{link}\n",
            "docs/cross/other.md": f"# A chapter that only links\n\n{link}\n",
        }
    )

    users = {user["address"]: user["kind"] for user in page(book)["used_by"]}
    needs = page(book, "engineer/contracts.md")["needs"]

    assert users == {
        "engineer/contracts/": "chapter",
        "late_flights/leg-2/": "leg",
        "late_flights/leg-3/": "leg",
        "pathways/alone/": "pathway",
    }
    assert needs == [{"title": "How late is late?", "address": "explore/delays/"}]


def test_a_chapter_can_need_a_leg_that_is_a_notebook(book: Book, write: Any) -> None:
    needs = USER.replace("explore/delays", "late_flights/leg-1")
    write(
        {
            "docs/engineer/contracts.md": needs,
            "docs/late_flights/leg-1.py": "# %% [markdown]\n# # Leg 1\n",
        }
    )
    link = {"title": "Leg 1", "address": "late_flights/leg-1/"}
    user = {"title": "What did it promise?", "address": "engineer/contracts/"}

    assert page(book, "engineer/contracts.md")["needs"] == [link]
    assert page(book, "late_flights/leg-1.ipynb")["used_by"] == [
        user | {"kind": "chapter"}
    ]


@pytest.mark.parametrize("name", ["index", "README"])
def test_the_index_page_of_a_part_is_linked_at_its_address(
    book: Book, write: Any, name: str
) -> None:
    write({f"docs/engineer/{name}.md": USER})

    assert [user["address"] for user in page(book)["used_by"]] == ["engineer/"]


def test_output_is_printed_by_the_packages_that_the_reference_imports(
    book: Book, write: Any
) -> None:
    # The snippet imports pandas; only pandas needs six; pywin32 is for another system.
    assert page(book)["printed_by"] == [
        {"name": "numpy", "version": "2.5.5"},
        {"name": "pandas", "version": "3.1.1"},
        {"name": "Python", "version": "3.12"},
    ]


def test_a_page_without_output_is_printed_by_nothing(book: Book, write: Any) -> None:
    silent, _, _ = CHAPTER.replace("print", "str").partition("<!--")
    write({"docs/explore/delays.md": silent})

    assert page(book)["printed_by"] == []


def test_a_script_is_named_if_it_exists(book: Book, write: Any) -> None:
    write({"docs/code/scripts/explore/delays.py": ""})

    assert page(book)["script"] == "code/scripts/explore/delays.py"


def test_a_figure_has_its_size_in_pixels_and_shrinks_while_it_can_be_read(
    book: Book, write: Any
) -> None:
    # Letters of 6 and 12 points have 8 and 16 pixels: the smaller ones must grow to 9.
    svg = '<?xml version="1.0"?>\n<svg xmlns="" width="72.2pt" height="36pt">%s</svg>'
    text = '<text style="font-size: 12px"/><text style="font-size: 6px; fill: red"/>'
    write(
        {
            "docs/explore/figures/delays-week.svg": svg % text,
            "docs/explore/figures/delays-bare.svg": svg % "",
            "docs/explore/figures/other-week.svg": svg % text,
        }
    )

    assert page(book)["figures"] == {
        "delays-bare.svg": [96, 48, 9],
        "delays-week.svg": [96, 48, 109],
    }


def test_without_history_there_is_no_commit(book: Book, write: Any) -> None:
    assert Facts(Book(book.root), NOTHING).book()["commit"] == ""


def _registry(**unit: Any) -> str:
    nothing: dict[str, Any] = {"purpose": "Count.", "part": "explore", "words": ""}
    nothing |= {"date": None, "requires": ["pandas>=3.0"], "test_requires": []}
    nothing |= {"symbols": [], "chapters": [], "receipt": None, "hash": HASH}
    nothing |= {"tests": {"code/tests/snippets/explore/test_delays.py": HASH}}
    return json.dumps(
        {
            "schema": 1,
            "snippets": {"explore.delays": nothing | unit},
            "recalled": {
                each: {
                    "name": "explore.delays",
                    "reason": f'{when} counted "twice" & more',
                    "mended_by": "sha256:" + "c" * 64,
                    "date": "2026-11-01",
                }
                for each, when in ((HASH, "Now"), (OLDER, "Then"))
            },
        }
    )


def test_a_card_has_the_proof_and_the_recalls_of_its_unit(
    book: Book, write: Any
) -> None:

    files = {"code/snippets/explore/delays/__init__.py": HASH}
    files["code/snippets/explore/delays/late.py"] = HASH
    version = hash_of_unit({"delays/__init__.py": HASH, "delays/late.py": HASH})
    proof = {"python": "3.12.1", "system": "Linux", "versions": {"pandas": "3.0.0"}}
    receipt = {"name": "explore.delays", "date": "2026-11-22", "tests": 3}
    receipt |= {"seconds": 1.0, "proved": [proof]}
    text = _registry(files=files, receipt=receipt, hash=version)
    text = text.replace(HASH + '": {"name', version + '": {"name')

    units = Facts(book, Registry.from_json(text)).units()

    assert set(units) == {"snippets.explore.delays", "snippets.explore.delays.late"}
    data = units["snippets.explore.delays.late"]
    assert data["name"] == "explore.delays"
    assert data["proved"] == "2026-11-22"
    assert {"pandas 3.0.0", "3 tests"} <= set(data["with"])
    assert data["tests"] == 3
    assert data["projects"] == [proof]
    assert data["recalled"].startswith("Now")
    assert [recall["reason"][:4] for recall in data["earlier"]] == ["Then"]


def test_a_page_names_the_units_of_its_cards_once(book: Book, write: Any) -> None:
    files = {"code/snippets/explore/delays.py": HASH}
    embeds = "\n::: snippets.explore.delays.late\n" * 2
    before = "\n::: snippets.explore.delays_before.late\n"
    write(
        {
            "docs/explore/delays.md": CHAPTER + embeds + before,
            "snippets/explore/delays.py": "def late():\n    pass\n",
        }
    )
    text = _registry(files=files, hash=hash_of_unit({"delays.py": HASH}))

    [unit] = page(book, registry=Registry.from_json(text))["units"]

    assert unit["name"] == "explore.delays"
    assert unit["requires"] == ["pandas>=3.0"]
    assert unit["files"] == [
        "code/snippets/explore/delays.py",
        "code/tests/snippets/explore/test_delays.py",
    ]
    assert (unit["proved"], unit["tests"], unit["projects"]) == ("", 0, [])


def test_without_a_registry_cards_have_no_data(book: Book, write: Any) -> None:
    assert Facts(book, NOTHING).units() == {}


def test_a_template_returns_the_data_that_it_was_made_from() -> None:
    value: dict[str, Any] = {
        "a": ['"quoted" \\ %} {{ no }} é 🏔 ─', None, True, 1.5, {}],
        "b": "",
    }
    template = as_template("found", value)

    module: Any = jinja2.Environment().from_string(template).module  # noqa: S701  as MkDocs does

    assert module.found == value
    assert str(module).strip() == ""
