"""Every file that `handbook generate` writes from the book, and what it holds.

The pages among them are also in `handbook.book.layout.GENERATED`, which names for each
the file that people edit instead. A new page needs a line there and one here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from handbook.book.book import Book
from handbook.book.history import read_changes
from handbook.book.layout import (
    CATALOGUE_PAGE,
    COVERAGE_PAGE,
    DATA_PAGE,
    GLOSSARY_PAGE,
    NEW_PAGE,
    RULES_PAGE,
    kind_of,
    source_of,
)
from handbook.book.page import GLOSSARY
from handbook.book.topics import TOPICS
from handbook.registry.model import Registry
from handbook.site import landing
from handbook.site.pages import catalogue, coverage, glossary, new, rules, terms
from handbook.site.template_data import Facts, as_template

__all__ = ["FILES", "REGISTRY"]

REGISTRY = Path("docs/registry.json")
"""What `handbook add` reads of the site."""


def _catalogue(book: Book, registry: Registry) -> str:
    return catalogue.render(registry, catalogue.read_cards(book))


def _coverage(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, TOPICS):
        return None
    return coverage.render(book.plan.topics, _uses(book, "topics"))


def _data(book: Book, _: Registry) -> str | None:
    return book.sheet or None


def _glossary(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, GLOSSARY):
        return None
    return glossary.render(book.terms.values(), _uses(book, "terms"))


def _new(book: Book, registry: Registry) -> str:
    changes = read_changes(book.root, ["docs", "snippets"]) if book.commit else None
    return new.render(changes, book.heads, registry)


def _rules(_: Book, __: Registry) -> str:
    return rules.render()


def _terms(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, GLOSSARY):
        return None
    return terms.render(book.terms.values())


def _registry(_: Book, registry: Registry) -> str:
    return registry.to_json()


def _for_pages(book: Book, registry: Registry) -> str:
    facts = Facts(book, registry).book()
    printed_by = [page["printed_by"] for page in facts["pages"].values()]
    counts = landing.count(book, registry, printed_by)
    return as_template("book", facts | {"counts": counts})


def _for_cards(book: Book, registry: Registry) -> str:
    return as_template("units", Facts(book, registry).units())


FILES: Mapping[Path, Callable[[Book, Registry], str | None]] = {
    RULES_PAGE: _rules,
    REGISTRY: _registry,
    CATALOGUE_PAGE: _catalogue,
    NEW_PAGE: _new,
    DATA_PAGE: _data,
    GLOSSARY_PAGE: _glossary,
    Path("docs/assets/terms.js"): _terms,
    COVERAGE_PAGE: _coverage,
    Path("theme/overrides/generated.html"): _for_pages,
    Path("theme/templates/python/material/generated.html.jinja"): _for_cards,
}
"""Of each file what writes it: from the book and from what the book offers to copy.

None where the source of the file is not there or is broken: what was written before
stays.
"""


def _is_sound(book: Book, path: Path) -> bool:
    return all(problem.path != path for problem in book.broken)


def _uses(book: Book, key: Literal["terms", "topics"]) -> dict[str, list[str]]:
    """Return links from docs/reference/ to each name's chapters."""
    found = defaultdict(list)
    for head in book.heads:
        if kind_of(head.path) != "reference":
            for name in head.names(key):
                found[name].append(f"[{head.title}](../{source_of(head.path)})")
    return dict(found)
