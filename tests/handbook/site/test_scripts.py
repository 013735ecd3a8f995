"""A script has all blocks of its page, and nothing else."""

import ast
import inspect
import re
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from handbook.book.book import Book
from handbook.book.page import Page
from handbook.run.engine.job import must_raise
from handbook.site.scripts import render_scripts

ROOT = Path(__file__).parents[3]
PAGES = {
    PurePosixPath(*page.chapter.path.with_suffix(".py").parts[1:]): page
    for page in Book(ROOT).read(Book(ROOT).find()[0])
    if page.chapter.blocks and not page.chapter.alone
}
SITE_URL = "http://127.0.0.1:1/"


@pytest.fixture(scope="module")
def scripts() -> dict[PurePosixPath, str]:
    rendered = render_scripts(Book(ROOT), SITE_URL)
    return {path: code.decode() for path, code in rendered.items()}


def _header(script: str) -> dict[str, object]:
    """Return the PEP 723 block, read with the expression from the PEP."""
    (block,) = re.findall(
        r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$", script
    )
    text = re.sub(r"(?m)^# ?", "", block[0])
    return tomllib.loads(text)


def _dump(nodes: list[ast.stmt]) -> str:
    """Return the code without the indentation of docstrings, which has no meaning."""
    for node in (each for top in nodes for each in ast.walk(top)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (
            isinstance(first := node.body[0], ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            first.value.value = inspect.cleandoc(first.value.value)
    return "\n".join(ast.dump(node) for node in nodes)


def _cells(script: str) -> list[str]:
    return re.split(r"^# %%.*\n", script, flags=re.MULTILINE)[1:]


def test_each_chapter_that_runs_has_a_script(
    scripts: dict[PurePosixPath, str],
) -> None:
    assert scripts.keys() == PAGES.keys()
    assert len(scripts) > 10


@pytest.mark.parametrize(("path", "page"), PAGES.items(), ids=map(str, PAGES))
def test_the_cells_of_a_script_are_the_blocks_that_the_runner_executes(
    path: PurePosixPath, page: Page, scripts: dict[PurePosixPath, str]
) -> None:
    cells = [ast.parse(cell).body for cell in _cells(scripts[path])]
    blocks = page.chapter.blocks

    assert len(cells) == len(blocks)
    for cell, block in zip(cells, blocks, strict=True):
        inner = cell
        if must_raise(block):
            (wrapped,) = cell
            assert isinstance(wrapped, ast.Try)
            inner = wrapped.body
        assert _dump(inner) == _dump(ast.parse(block.code).body)


@pytest.mark.parametrize(("path", "page"), PAGES.items(), ids=map(str, PAGES))
def test_the_output_on_the_page_is_below_each_block(
    path: PurePosixPath, page: Page, scripts: dict[PurePosixPath, str]
) -> None:
    for cell, block in zip(_cells(scripts[path]), page.chapter.blocks, strict=True):
        if block.expected:
            shown = [
                f"# {line}".rstrip()
                for line in block.expected.text.rstrip().split("\n")
            ]
            assert cell.rstrip().endswith("\n".join(shown))


def test_the_header_names_python_the_packages_and_the_wheel(
    scripts: dict[PurePosixPath, str],
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wheel = f"two_mountains-{project['version']}-py3-none-any.whl"

    assert _header(scripts[PurePosixPath("explore/nulls.py")]) == {
        "requires-python": project["requires-python"],
        "dependencies": [
            "matplotlib>=3.10",
            "numpy>=2.2",
            "pandas>=3.0",
            "pyarrow>=20",
            f"two-mountains @ {SITE_URL}code/{wheel}",
        ],
    }


def test_a_module_that_a_block_runs_is_a_dependency(
    scripts: dict[PurePosixPath, str],
) -> None:
    header = _header(scripts[PurePosixPath("engineer/testing.py")])

    assert any(str(each).startswith("pytest") for each in header["dependencies"])  # type: ignore[attr-defined]


def _book(folder: Path, page: str) -> Book:
    for name in ("mkdocs.yml", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "docs/explore").mkdir(parents=True)
    (folder / "docs/explore/it.md").write_text(page)
    return Book(folder.resolve())


def test_a_multi_line_string_in_a_block_that_fails_is_kept(
    tmp_path: Path,
) -> None:
    page = (
        "# It\n\n```python\ntext = '''one\n  two\n'''\nraise OSError(text)\n```\n\n"
        "<!--handbook:expected-error-->\n\n```text\nOSError: one\n  two\n```\n"
    )

    script = render_scripts(_book(tmp_path, page), SITE_URL)[
        PurePosixPath("explore/it.py")
    ]

    names: dict[str, object] = {}
    exec(compile(script, "it.py", "exec"), names)  # noqa: S102  our own code
    assert names["text"] == "one\n  two\n"


def test_an_import_that_no_extra_names_is_refused(tmp_path: Path) -> None:
    book = _book(tmp_path, "# It\n\n```python\nimport nowhere_to_be_found\n```\n")

    with pytest.raises(ValueError, match=r"docs/explore/it\.md.*nowhere_to_be_found"):
        render_scripts(book, SITE_URL)
