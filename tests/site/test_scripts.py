"""The script of each page holds its blocks, all of them and nothing else."""

import ast
import inspect
import re
from pathlib import PurePosixPath

import pytest

from handbook.book.book import Book
from handbook.book.page import Page
from handbook.run.engine.job import must_raise
from handbook.site.scripts import render_scripts
from tests.site.host import ROOT

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


def _dump(nodes: list[ast.stmt]) -> str:
    """Give the code's meaning; the indentation of a docstring has none."""
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


def test_there_is_one_of_each_chapter_that_runs(
    scripts: dict[PurePosixPath, str],
) -> None:
    assert scripts.keys() == PAGES.keys()
    assert len(scripts) > 10


@pytest.mark.parametrize(("path", "page"), PAGES.items(), ids=map(str, PAGES))
def test_its_cells_are_the_blocks_that_the_runner_executes(
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
def test_below_each_block_stands_what_the_page_shows(
    path: PurePosixPath, page: Page, scripts: dict[PurePosixPath, str]
) -> None:
    for cell, block in zip(_cells(scripts[path]), page.chapter.blocks, strict=True):
        if block.expected:
            shown = [
                f"# {line}".rstrip()
                for line in block.expected.text.rstrip().split("\n")
            ]
            assert cell.rstrip().endswith("\n".join(shown))
