"""Count the numbers on the landing page in the book and in its receipts."""

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from handbook.base.words import long_date
from handbook.book.book import Book
from handbook.book.layout import kind_of
from handbook.book.notebook import code_cells
from handbook.registry.model import Registry, Unit

__all__ = ["count"]


def count(
    book: Book, registry: Registry, printed_by: Sequence[Sequence[Mapping[str, str]]]
) -> dict[str, Any]:
    """Count what the book has: chapters, blocks, snippets, tests and proofs.

    Parameters
    ----------
    book : Book
        The book.
    registry : Registry
        What the book offers to copy.
    printed_by : sequence of sequence of mapping
        For each page, the `name` and `version` of what printed its output.

    Returns
    -------
    dict
        `chapters`, `legs` and `pathways`; `blocks`, the Python blocks that run, with
        those of the glossary and of notebooks; `snippets`; `tests`, the number of their
        test functions; `proved`, the number of snippets with a receipt; `pythons`, the
        Python versions that all receipts have; `printed_by`, Python and the package
        that most snippets need; `commit` and `date`, both empty without history, with
        the date in words.
    """
    pages, notebooks = book.find()
    kinds = Counter(map(kind_of, [*pages, *notebooks]))
    blocks = sum(len(page.chapter.blocks) for page in book.read(pages))
    for notebook in notebooks:
        blocks += len(code_cells(book.files.text(notebook)))
    units = registry.snippets.values()
    receipts = [unit.receipt for unit in units if unit.receipt]
    commit = book.commit
    return {
        "chapters": kinds["chapter"],
        "legs": kinds["leg"],
        "pathways": kinds["pathway"],
        "blocks": blocks,
        "snippets": len(units),
        "tests": sum(
            _test_functions(book.files.text(Path(path).relative_to("code")))
            for unit in units
            for path in unit.tests
        ),
        "proved": len(receipts),
        "pythons": _in_all(
            [{_minor(proof.python) for proof in each.proved} for each in receipts]
        ),
        "printed_by": _printed_by(printed_by, units),
        "commit": commit.hash if commit else "",
        "date": long_date(commit.date) if commit else "",
    }


def _test_functions(code: str) -> int:
    nodes = ast.walk(ast.parse(code))
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        for node in nodes
    )


def _in_all(found: list[set[str]]) -> list[str]:
    """Return the versions that are in every set, sorted."""
    return sorted(set.intersection(*found), key=Version) if found else []


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _printed_by(
    pages: Sequence[Sequence[Mapping[str, str]]], units: Iterable[Unit]
) -> list[str]:
    """Return the versions of Python and of the package that most snippets need."""
    versions = {each["name"]: each["version"] for page in pages for each in page}
    needs = Counter(Requirement(each).name for unit in units for each in unit.requires)
    names = ["Python", *(name for name, _ in needs.most_common(1))]
    return [f"{name} {versions[name]}" for name in names if name in versions]
