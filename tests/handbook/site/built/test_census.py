"""Each block of text that the site shows is on a page, in a module or a notebook."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.site.built.census import census

SNIPPET = '''"""Count."""

__all__ = ["LIMIT", "Counter", "count"]

LIMIT = 3


class Counter:
    def add(self):
        return 1


def count(things):
    """Count things.

    Examples
    --------
    >>> count([1])
    1
    """
    return len(things)
'''
PAGE = """# Count

::: snippets.part.count.count

```python
from snippets.part.count import count
```

=== "Tab"

    ```python
    one = count([1])
    ```

````markdown
```python
inert
```
````
"""


def _count(book: Book) -> Book:
    """Write a start page, a page, a snippet and its test into a book."""
    for folder in ("docs/part", "snippets/part", "tests/snippets/part"):
        (book.root / folder).mkdir(parents=True)
    (book.root / "docs/index.md").write_text("# Start\n")
    (book.root / "docs/part/count.md").write_text(PAGE)
    (book.root / "snippets/__init__.py").touch()
    (book.root / "snippets/part/__init__.py").touch()
    (book.root / "snippets/part/count.py").write_text(SNIPPET)
    test = "from snippets.part.count import LIMIT, Counter, count\n"
    (book.root / "tests/snippets/part/test_count.py").write_text(test)
    return book


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, small_book: Callable[[Path], Book]
) -> Book:
    """The book as MkDocs builds it, with the site's Markdown but without its theme."""
    book = _count(small_book(tmp_path_factory.mktemp("book")))
    config = book.root / "mkdocs.yml"
    markdown = (
        config.read_text()
        .partition("\nmarkdown_extensions:\n")[2]
        .partition("\nwatch:")[0]
    )
    config.write_text(
        "site_name: T\ntheme: {name: mkdocs}\n"
        "plugins:\n  - mkdocstrings: {handlers: {python: {paths: [.]}}}\n"
        f"markdown_extensions:\n{markdown}"
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=book.root, check=True)
    return book


@pytest.fixture
def counted(built: Book, tmp_path: Path) -> Book:
    shutil.copytree(built.root, tmp_path / "book")
    return Book(tmp_path / "book")


@pytest.fixture
def site(counted: Book) -> Path:
    return counted.root / "site"


def test_every_block_of_the_site_is_accounted_for(counted: Book, site: Path) -> None:
    assert census(counted, site) == []


@pytest.mark.parametrize("language", ["python", "py", "pycon", "text", "console"])
def test_a_block_that_no_page_has_is_reported(
    counted: Book, site: Path, language: str
) -> None:
    page = site / "part" / "count" / "index.html"
    stray = (
        f'<div class="language-{language} highlight">'
        "<pre><code>stray</code></pre></div>"
    )
    page.write_text(page.read_text().replace("</body>", f"{stray}</body>"))

    assert [str(problem) for problem in census(counted, site)] == [
        f"docs/part/count.md:1: the site shows a block of {language} "
        "that no fence and no embed accounts for: 'stray'"
    ]


def test_a_block_that_is_shown_twice_is_reported(counted: Book, site: Path) -> None:
    page = site / "part" / "count" / "index.html"
    twin = '<div class="language-python highlight"><pre>one = count([1])</pre></div>'
    page.write_text(page.read_text().replace("</body>", f"{twin}</body>"))

    assert len(census(counted, site)) == 1


def test_a_fence_that_the_site_lost_is_reported(counted: Book, site: Path) -> None:
    page = site / "part" / "count" / "index.html"
    page.write_text(page.read_text().replace("language-python", "language-text"))

    problems = map(str, census(counted, site))
    assert [each.split(" ")[0] for each in problems if "not show" in each] == [
        "docs/part/count.md:5:",
        "docs/part/count.md:11:",
    ]


def test_a_page_that_the_site_does_not_have_is_reported(
    counted: Book, site: Path
) -> None:
    (site / "part" / "count" / "index.html").unlink()

    assert [str(problem) for problem in census(counted, site)] == [
        "docs/part/count.md:1: the site does not have this page: add it to nav"
    ]


def test_a_page_that_only_the_site_has_is_counted(counted: Book, site: Path) -> None:
    (site / "alien.html").write_text(
        '<div class="language-py highlight"><pre>x</pre></div>'
    )

    assert [problem.path for problem in census(counted, site)] == [Path("alien.html")]


@pytest.mark.parametrize(
    "block",
    [
        "<pre>stray</pre>",
        '<pre data-fence="0">stray</pre>',
        "<xmp>stray</xmp>",
        "<textarea>stray</textarea>",
        '<div class="doc-signature highlight language-python"><pre>stray</pre></div>',
        # What an embed shows is Python.
        '<div class="highlight language-text"><pre>return len(things)</pre></div>',
    ],
)
def test_a_block_without_a_language_is_reported(
    counted: Book, site: Path, block: str
) -> None:
    page = site / "part" / "count" / "index.html"
    page.write_text(page.read_text().replace("</body>", f"{block}</body>"))

    [problem] = census(counted, site)
    assert "that no fence and no embed accounts for" in problem.message


def test_a_text_that_the_site_lost_is_reported(counted: Book, site: Path) -> None:
    page = site / "part" / "count" / "index.html"
    page.write_text(page.read_text().replace("inert", "other"))

    assert [str(problem).split(": ")[:2] for problem in census(counted, site)] == [
        [
            "docs/part/count.md:1",
            "the site shows a block of markdown that no fence and "
            "no embed accounts for",
        ],
        ["docs/part/count.md:15", "the site does not show this fence"],
    ]


NOTEBOOK = "# %%\nprint('<late>')\n\n# %% [markdown]\n# Read it.\n"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["<late>\n"]}


def test_a_notebook_accounts_for_its_cells_and_their_outputs(
    counted: Book, site: Path
) -> None:
    notebook = counted.root / "docs/late_flights/leg-1.py"
    notebook.parent.mkdir()
    notebook.write_text(NOTEBOOK)
    executed = {"cells": [{"cell_type": "code", "outputs": [OUTPUT]}]}
    notebook.with_suffix(".ipynb").write_text(json.dumps(executed))
    shown = (
        '<div class="highlight-ipynb hl-python"><pre>print(&#39;&lt;late&gt;&#39;)\n'
        "</pre></div><pre>&lt;late&gt;</pre>"
    )
    html = site / "late_flights/leg-1/index.html"
    html.parent.mkdir(parents=True)

    html.write_text(shown)
    assert census(Book(counted.root), site) == []
    html.write_text(f"{shown}<pre>stray</pre>")
    [problem] = census(Book(counted.root), site)
    assert problem.path == Path("docs/late_flights/leg-1.py")
