"""Each page in faults/ has one thing wrong, and its front matter says what to tell.

They are the runner's specification. All are pages of one book, so that no fault may
hide another.
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
# As long, as much and as loud as a fault must be to be one.
LIMITS = Limits(
    block_seconds=3,
    patience=1,
    memory=200 * 2**20,
    output=2**18,
    closing_seconds=0.5,
)


# No page is known of which these are told: they guard what is not thought of.
NEVER_SEEN = {"close the fence above, or mend the indentation"}


def _front_matter(page: Path) -> dict[str, Any]:
    matter: dict[str, Any] = get_data(page.read_text(encoding="utf-8"))[1]
    return matter


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run says of each page: `LINE: MESSAGE`, the message's first line."""
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
    said: dict[str, str] = {}
    for problem in sorted(problems):
        first = re.sub(r"\bpython[\d.]+\b", "python", problem.message.split("\n")[0])
        first = re.sub(r"\d+\.\d(?= s of processor| processes)", "N", first)
        said[problem.path.stem] = (
            f"{said.get(problem.path.stem, '')}{problem.line}: {first}\n"
        )
    return said


@pytest.mark.parametrize("page", FAULTS, ids=[page.stem for page in FAULTS])
def test_a_fault_is_told_with_its_line_and_its_remedy(
    page: Path, told: dict[str, str]
) -> None:
    assert told.get(page.stem, "") == _front_matter(page)["expect"]


def _sentences(module: ModuleType) -> Iterator[str]:
    """Return what a module can say: the texts in its code with some words in a row."""
    tree = ast.parse(inspect.getsource(module))
    nodes = list(ast.walk(tree))
    documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (
        n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    for node in texts:
        if id(node) not in documents and re.search(r"([a-z]+ ){3}", str(node.value)):
            yield str(node.value)


def test_each_sentence_that_refuses_a_page_is_told_of_one(told: dict[str, str]) -> None:
    can_say = {each for module in (fences, directives) for each in _sentences(module)}
    said = "\n".join(told.values())

    assert len(can_say) > 20
    assert {each for each in can_say if each not in said} == NEVER_SEEN
