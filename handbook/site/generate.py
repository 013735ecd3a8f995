"""Write what MkDocs reads and nobody keeps by hand: code, reference, notebooks.

Each file is written only where its content differs, so that a preview reloads no more
than what changed.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from handbook.base.files import write_if_changed
from handbook.base.progress import Progress
from handbook.book import data_sheet
from handbook.book.book import Book, find_root
from handbook.book.layout import (
    CATALOGUE_PAGE,
    COVERAGE_PAGE,
    DATA_PAGE,
    GENERATED,
    GLOSSARY_PAGE,
    NEWS_PAGE,
    RULES_PAGE,
    kind_of,
    source_of,
)
from handbook.book.page import GLOSSARY
from handbook.book.problem import Problem
from handbook.run.engine import run_notebooks

if TYPE_CHECKING:
    from handbook.book.front_matter import FrontMatter

__all__ = ["call", "generate"]


def call(_: argparse.Namespace) -> int:
    """Run the command."""
    return generate(find_root(Path.cwd()))


def generate(root: Path) -> int:
    """Write published code, reference and executed notebooks into `root / "docs"`.

    Returns
    -------
    int
        The exit status: 0, or 1 where front matter or a source of the reference is
        broken, or a cell of a notebook fails.
    """
    # Here, not above: the base install has no YAML.
    from handbook.book.front_matter import read_all  # noqa: PLC0415

    pages, notebooks = Book(root).files()
    written = [path for path in pages if path.suffix == ".md"]
    heads, broken = read_all(root, [path for path in written if path not in GENERATED])
    legs, unread = read_all(root, notebooks)
    _write_rules(root)
    problems = [
        *broken,
        *unread,
        *_publish_code(root),
        *_write_registry(root, [*heads, *legs]),
        *_write_data_sheet(root),
        *_write_reference(
            root, [head for head in heads if kind_of(head.path) != "reference"]
        ),
    ]
    _write_facts(root)
    for problem in problems:
        print(problem, file=sys.stderr)
    status = 1 if problems else 0
    executed = []
    with Progress(len(legs)) as progress:
        for notebook in run_notebooks([leg.path for leg in legs], root=root):
            executed.append(notebook)
            progress.step(notebook.path, cached=notebook.cached)
    for notebook in executed:
        for problem in notebook.problems:
            print(f"{problem}\n{notebook.traceback}".rstrip(), file=sys.stderr)
            status = 1
    return status


def _write_rules(root: Path) -> None:
    # Here, not above: the base install has none of the tools that the rules call.
    from handbook.site.pages.rules import render_rules  # noqa: PLC0415

    write_if_changed(root / RULES_PAGE, render_rules().encode())


def _write_registry(root: Path, heads: "Iterable[FrontMatter]") -> list[str]:
    """Write what `handbook add` reads of the site, the catalogue, and what is new."""
    # Here, not above: `--help` needs no package.
    from handbook.book.history import read_changes  # noqa: PLC0415
    from handbook.registry.model import build  # noqa: PLC0415
    from handbook.site.pages import catalogue, news  # noqa: PLC0415

    try:
        registry = build(root)
    except (OSError, ValueError) as error:
        return [str(error)]
    write_if_changed(root / "docs/registry.json", registry.to_json().encode())
    page = catalogue.render(registry, catalogue.read_cards(Book(root)))
    write_if_changed(root / CATALOGUE_PAGE, page.encode())
    changes = read_changes(root, ["docs", "snippets"])
    write_if_changed(root / NEWS_PAGE, news.render(changes, heads, registry).encode())
    return []


def _write_facts(root: Path) -> None:
    """Write what the templates of pages and of cards say, from what is published."""
    # Here, not above: `--help` needs no package.
    from handbook.site.landing import count  # noqa: PLC0415
    from handbook.site.template_data import Facts, as_template  # noqa: PLC0415

    facts, theme = Facts(root), root / "theme"
    book = facts.book()
    printed_by = [page["printed_by"] for page in book["pages"].values()]
    pages = as_template("book", book | {"counts": count(root, printed_by)})
    write_if_changed(theme / "overrides/generated.html", pages)
    cards = as_template("units", facts.units())
    write_if_changed(theme / "templates/python/material/generated.html.jinja", cards)


def _write_data_sheet(root: Path) -> list[str]:
    """Write the page of the data, where there is a sheet; give what is wrong."""
    sheet = root / "snippets/data/sheet.toml"
    if not sheet.exists():
        return []
    try:
        page = data_sheet.render(sheet)
    except ValueError as error:
        return [str(error)]
    write_if_changed(root / DATA_PAGE, page.encode())
    return []


def _write_reference(root: Path, heads: "Collection[FrontMatter]") -> list[Problem]:
    """Write the pages of terms and of topics, each only where its source is there."""
    # Here, not above: the base install has no YAML.
    from handbook.book.glossary import read_glossary  # noqa: PLC0415
    from handbook.book.topics import TOPICS, read_topics  # noqa: PLC0415
    from handbook.site.pages import coverage, glossary, previews  # noqa: PLC0415

    problems = []
    if (root / GLOSSARY).exists():
        terms, wrong = read_glossary(root)
        problems += wrong
        if not wrong:
            page = glossary.render(terms, _links(heads, "terms"))
            write_if_changed(root / GLOSSARY_PAGE, page.encode())
            write_if_changed(
                root / "docs/assets/terms.js", previews.render(terms).encode()
            )
    if (root / TOPICS).exists():
        plan, wrong = read_topics(root)
        problems += wrong
        if not wrong:
            page = coverage.render(plan.topics, _links(heads, "topics"))
            write_if_changed(root / COVERAGE_PAGE, page.encode())
    return problems


def _links(
    heads: "Iterable[FrontMatter]", key: Literal["terms", "topics"]
) -> dict[str, list[tuple[str, str]]]:
    """Give each name's chapters: the title, and the address from docs/reference/."""
    found = defaultdict(list)
    for head in heads:
        for name in head.names(key):
            found[name].append((head.title, f"../{source_of(head.path)}"))
    return dict(found)


def _publish_code(root: Path) -> list[str]:
    """Write modules, tests and scripts, and drop those that are gone."""
    folder = root / "docs/code"
    sources = [*root.glob("snippets/*/**/*.py"), *root.glob("tests/snippets/**/*.py")]
    published = {
        folder / source.relative_to(root): source.read_bytes() for source in sources
    }
    problems = []
    try:
        published |= {
            folder / "scripts" / path: content
            for path, content in _scripts(root).items()
        }
    except ValueError as error:
        problems.append(str(error))
    for copy in folder.rglob("*.py"):
        if copy not in published:
            copy.unlink()
    for copy, content in published.items():
        write_if_changed(copy, content)
    return problems


def _scripts(root: Path) -> dict[PurePosixPath, bytes]:
    """Make a script of each chapter, where the book is a package to install."""
    # Here, not above: the base install has no YAML.
    from mkdocs.utils.yaml import yaml_load  # noqa: PLC0415

    from handbook.site.scripts import render_scripts  # noqa: PLC0415

    with (root / "mkdocs.yml").open(encoding="utf-8") as file:
        address = yaml_load(file).get("site_url")
    if not address or not (root / "pyproject.toml").exists():
        return {}
    return render_scripts(Book(root), f"{address.rstrip('/')}/")
