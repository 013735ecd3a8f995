"""Write what MkDocs reads and nobody keeps by hand: code, data sheet, notebooks.

Each file is written only where its content differs, so that a preview reloads no more
than what changed.
"""

import argparse
import sys
from pathlib import Path

from handbook import data_sheet
from handbook.book import Book, find_root
from handbook.engine import run_notebooks

__all__ = ["add_parser", "generate"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `generate`."""
    parser = commands.add_parser(
        "generate", help="write what MkDocs reads, before a build"
    )
    parser.set_defaults(call=lambda _: generate(find_root(Path.cwd())))


def generate(root: Path) -> int:
    """Write published code, data sheet and executed notebooks into `root / "docs"`.

    Returns
    -------
    int
        The exit status: 0, or 1 where the data sheet or a cell of a notebook fails.
    """
    _publish_code(root)
    try:
        sheet = data_sheet.render(root / "snippets/data/sheet.toml")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    _write(root / "docs/reference/data.md", sheet.encode())
    _, notebooks = Book(root).files()
    status = 0
    for notebook in run_notebooks(notebooks, root=root):
        for problem in notebook.problems:
            print(f"{problem}\n{notebook.traceback}".rstrip(), file=sys.stderr)
            status = 1
    return status


def _publish_code(root: Path) -> None:
    """Copy the modules and tests that the cards offer, and drop those that are gone."""
    folder = root / "docs/code"
    sources = [*root.glob("snippets/*/**/*.py"), *root.glob("tests/snippets/**/*.py")]
    published = {
        folder / source.relative_to(root): source.read_bytes() for source in sources
    }
    for copy in folder.rglob("*.py"):
        if copy not in published:
            copy.unlink()
    for copy, content in published.items():
        _write(copy, content)


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
