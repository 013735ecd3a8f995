import pytest

from handbook.book.book import Book
from handbook.check.ledger import read_ledger

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


@pytest.fixture
def counted(book: Book) -> Book:
    return _count(book)


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


def _embed(book: Book, symbol: str) -> str:
    (book.root / "docs/part/count.md").write_text(f"# T\n\n::: {symbol}\n")
    return str(read_ledger(Book(book.root))[0])


def test_every_fence_and_embed_is_listed_with_its_test(counted: Book) -> None:
    test = "tests/snippets/part/test_count.py"

    assert [str(entry) for entry in read_ledger(counted)] == [
        "docs/part/count.md:3  snippets.part.count.count  shown, "
        "snippets/part/count.py:13  " + test,
        "docs/part/count.md:5  fence  runs  docs/part/count.md::line 6",
        "docs/part/count.md:11  fence  runs  docs/part/count.md::line 12",
    ]


@pytest.mark.parametrize(
    ("symbol", "line"),
    [("count.LIMIT", 5), ("count.Counter", 8), ("count.Counter.add", 9), ("count", 1)],
)
def test_every_symbol_can_be_embedded(counted: Book, symbol: str, line: int) -> None:
    assert f"shown, snippets/part/count.py:{line}  tests/" in _embed(
        counted, f"snippets.part.{symbol}"
    )


@pytest.mark.parametrize("form", [":::{}", "## ::: {}", "##::: {}"])
def test_an_embed_is_listed_however_it_is_written(counted: Book, form: str) -> None:
    page = f"# T\n\n{form.format('snippets.part.count.count')}\n"
    (counted.root / "docs/part/count.md").write_text(page)

    assert [(entry.line, entry.what) for entry in read_ledger(counted)] == [
        (3, "snippets.part.count.count")
    ]


@pytest.mark.parametrize("folder", ["tests/snippets/part", "tests/facts/part"])
def test_the_code_before_is_covered_by_the_test_of_its_chapter(
    counted: Book, folder: str
) -> None:
    (counted.root / "snippets/part/count_before.py").write_text("def tally(): ...\n")
    (counted.root / folder).mkdir(parents=True, exist_ok=True)
    (counted.root / folder / "test_count.py").write_text("tally()\n")

    assert f"count_before.py:1  {folder}/test_count.py" in _embed(
        counted, "snippets.part.count_before.tally"
    )


def test_the_data_package_has_its_test_in_its_own_folder(counted: Book) -> None:
    for folder in ("snippets/data", "tests/snippets/data"):
        (counted.root / folder).mkdir()
    (counted.root / "snippets/data/__init__.py").write_text("def flights(): ...\n")
    (counted.root / "tests/snippets/data/test_data.py").write_text("flights()\n")

    assert "tests/snippets/data/test_data.py" in _embed(
        counted, "snippets.data.flights"
    )


def test_a_symbol_that_no_test_names_is_reported(counted: Book) -> None:
    (counted.root / "tests/snippets/part/test_count.py").write_text("import snippets\n")

    assert _embed(counted, "snippets.part.count.count").endswith("  NO TEST")


def test_an_embed_of_a_missing_symbol_is_reported(counted: Book) -> None:
    assert "not in snippets/part/count.py  NO TEST" in _embed(
        counted, "snippets.part.count.gone"
    )
    assert "not in snippets/__init__.py  NO TEST" in _embed(
        counted, "snippets.gone.gone"
    )
    assert "not found  NO TEST" in _embed(counted, "gone.gone")


def test_a_refused_fence_is_listed(counted: Book) -> None:
    (counted.root / "docs/part/count.md").write_text("```py\none = 1\n```\n")

    (entry,) = read_ledger(counted)
    assert str(entry) == "docs/part/count.md:1  fence  refused  NO TEST"
