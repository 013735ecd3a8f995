"""The files that `handbook generate` writes from the book, and what writes each.

The pages among them are also in `handbook.book.layout.GENERATED`, with the file that
people edit instead. A new page needs a line there and one here.
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
    NEWS_PAGE,
    RULES_PAGE,
    kind_of,
    source_of,
)
from handbook.book.page import GLOSSARY
from handbook.book.topics import TOPICS
from handbook.registry.model import Registry
from handbook.site import landing
from handbook.site.pages import catalogue, coverage, glossary, news, previews, rules
from handbook.site.template_data import Facts, as_template

__all__ = ["FILES", "REGISTRY"]

REGISTRY = Path("docs/registry.json")
"""The registry that `handbook add` reads from the site."""


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


def _news(book: Book, registry: Registry) -> str:
    changes = read_changes(book.root, ["docs", "snippets"]) if book.commit else None
    return news.render(changes, book.heads, registry)


def _rules(_: Book, __: Registry) -> str:
    return rules.render_rules()


def _previews(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, GLOSSARY):
        return None
    return previews.render(book.terms.values())


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
    NEWS_PAGE: _news,
    DATA_PAGE: _data,
    GLOSSARY_PAGE: _glossary,
    Path("docs/assets/terms.js"): _previews,
    COVERAGE_PAGE: _coverage,
    Path("theme/overrides/generated.html"): _for_pages,
    Path("theme/templates/python/material/generated.html.jinja"): _for_cards,
}
"""For each file, the function that returns its content from the book and the registry.

It returns None if the source of the file is missing or broken: then the file stays as
it is.
"""


def _is_sound(book: Book, path: Path) -> bool:
    return all(problem.path != path for problem in book.broken)


def _uses(
    book: Book, key: Literal["terms", "topics"]
) -> dict[str, list[tuple[str, str]]]:
    """Return the chapters of each name: title, and address from docs/reference/."""
    found = defaultdict(list)
    for head in book.heads:
        if kind_of(head.path) != "reference":
            for name in head.names(key):
                found[name].append((head.title, f"../{source_of(head.path)}"))
    return dict(found)
