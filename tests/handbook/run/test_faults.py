"""Each page in faults/ has one fault, and its front matter has the expected message.

These pages are the runner's specification. All are in one book, so that a fault that
hides another one is noticed.
"""

import ast
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from mkdocs.utils.meta import get_data

from handbook.base.files import Files
from handbook.book import directives, fences
from handbook.book.book import Book
from handbook.run.command import runnable
from handbook.run.compare import compare
from handbook.run.engine import Limits, run_chapters

HERE = Path(__file__).parent
FAULTS = sorted((HERE / "faults").glob("*.md"))
# Low limits, so that the pages that exceed them end soon.
LIMITS = Limits(
    block_seconds=3,
    patience=1,
    memory=200 * 2**20,
    output=2**18,
    closing_seconds=0.5,
)


# No known page gets these messages; they are there for cases that nobody thought of.
NEVER_SEEN = {"close the fence above, or fix the indentation"}


def _front_matter(page: Path) -> dict[str, Any]:
    matter: dict[str, Any] = get_data(page.read_text(encoding="utf-8"))[1]
    return matter


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The output of a run for each page: `LINE: MESSAGE`, the message's first line."""
    root = tmp_path_factory.mktemp("faults").resolve()
    shutil.copy(HERE.parents[2] / "mkdocs.yml", root)
    shutil.copytree(HERE / "faults", root / "docs" / "faults")
    (root / "snippets").mkdir()
    (root / "snippets" / "__init__.py").touch()
    for page in FAULTS:
        for name, content in _front_matter(page).get("files", {}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, encoding="utf-8")
    book = Book(root)
    pages = book.read(book.find()[0])
    problems = [problem for page in pages for problem in page.problems]
    for result in run_chapters(
        runnable(pages), files=Files(root), cache=False, limits=LIMITS
    ):
        problems += [
            finding.problem for finding in compare(result, root=root, reference=True)
        ]
    messages: dict[str, str] = {}
    for problem in sorted(problems):
        first = re.sub(r"\bpython[\d.]+\b", "python", problem.message.split("\n")[0])
        first = re.sub(r"\d+\.\d(?= s of processor| processes)", "N", first)
        messages[problem.path.stem] = (
            f"{messages.get(problem.path.stem, '')}{problem.line}: {first}\n"
        )
    return messages


@pytest.mark.parametrize("page", FAULTS, ids=[page.stem for page in FAULTS])
def test_a_fault_is_reported_with_its_line_and_its_fix(
    page: Path, reported: dict[str, str]
) -> None:
    assert reported.get(page.stem, "") == _front_matter(page)["expect"]


def _sentences(module: ModuleType) -> Iterator[str]:
    """Return the messages of a module: its texts with several words in a row."""
    tree = ast.parse(inspect.getsource(module))
    nodes = list(ast.walk(tree))
    documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (
        n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    for node in texts:
        if id(node) not in documents and re.search(r"([a-z]+ ){3}", str(node.value)):
            yield str(node.value)


def test_some_page_gets_each_message(reported: dict[str, str]) -> None:
    messages = {each for module in (fences, directives) for each in _sentences(module)}
    output = "\n".join(reported.values())

    assert len(messages) > 20
    assert {each for each in messages if each not in output} == NEVER_SEEN
