"""Write what MkDocs reads and nobody edits: code, reference pages, notebooks.

A file is written only if its content differs, so a preview reloads only what changed.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from handbook.base.files import write_if_changed
from handbook.base.progress import Progress
from handbook.book.book import Book
from handbook.book.layout import find_root
from handbook.registry.model import Registry, build
from handbook.run.engine import run_notebooks
from handbook.site.scripts import render_scripts
from handbook.site.written import FILES, REGISTRY

__all__ = ["call", "generate"]


def call(_: argparse.Namespace) -> int:
    """Run the command."""
    return 1 if generate(Book(find_root(Path.cwd()))) else 0


def generate(book: Book) -> list[str]:
    """Write published code, reference pages and executed notebooks to `docs/`.

    Parameters
    ----------
    book : Book
        The book.

    Returns
    -------
    list of str
        The problems, which are printed, too: files of the book that are broken, and
        cells of notebooks that fail.
    """
    # A missing list is not reported here: the build reports it if nav names its page.
    problems = [str(each) for each in book.broken if book.files.has(each.path)]
    if not book.has_config:  # and so no page can be read
        print("\n".join(problems), file=sys.stderr)
        return problems
    problems += _publish_code(book)
    try:
        registry = build(book.files)
    except (OSError, ValueError) as error:
        problems.append(str(error))
        registry = _published(book)
    for path, render in FILES.items():
        if (content := render(book, registry)) is not None:
            write_if_changed(book.root / path, content)
    for problem in problems:
        print(problem, file=sys.stderr)
    return problems + _execute_notebooks(book)


def _published(book: Book) -> Registry:
    """Return the last generated registry, which stays while a source is broken."""
    if not (book.root / REGISTRY).exists():
        return Registry({}, {})
    return Registry.from_json((book.root / REGISTRY).read_text("utf-8"))


def _execute_notebooks(book: Book) -> list[str]:
    """Execute the notebooks, and print and return their problems."""
    executed = []
    with Progress(len(book.notebooks)) as progress:
        paths = [notebook.path for notebook in book.notebooks]
        for notebook in run_notebooks(paths, files=book.files):
            executed.append(notebook)
            progress.step(notebook.path, cached=notebook.cached)
    problems = [
        f"{problem}\n{notebook.traceback}".rstrip()
        for notebook in executed
        for problem in notebook.problems
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return problems


def _publish_code(book: Book) -> list[str]:
    """Write modules, tests and scripts, and delete those that no longer exist."""
    root = book.root
    folder = root / "docs/code"
    sources = [*root.glob("snippets/*/**/*.py"), *root.glob("tests/snippets/**/*.py")]
    published = {
        folder / path: book.files.read(path)
        for path in (source.relative_to(root) for source in sources)
    }
    problems = []
    try:
        published |= {
            folder / "scripts" / path: content
            for path, content in _scripts(book).items()
        }
    except ValueError as error:
        problems.append(str(error))
    for copy in folder.rglob("*.py"):
        if copy not in published:
            copy.unlink()
    for copy, content in published.items():
        write_if_changed(copy, content)
    return problems


def _scripts(book: Book) -> Mapping[PurePosixPath, bytes]:
    """Return a script for each chapter, if the book is a package to install."""
    is_package = book.files.has(Path("pyproject.toml"))
    if not is_package:
        return {}
    address = book.config.get("site_url")
    return render_scripts(book, f"{address.rstrip('/')}/") if address else {}
