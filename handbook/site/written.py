"""Every file that `handbook generate` writes from the book, and what it holds.

The pages among them are also in `handbook.book.layout.GENERATED`, which names for each
the file that people edit instead. A new page needs a line there and one here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from handbook.book.book import Book
from handbook.book.front_matter import FrontMatter
from handbook.book.history import read_changes
from handbook.book.layout import (
    CATALOGUE_PAGE,
    COVERAGE_PAGE,
    DATA_PAGE,
    GLOSSARY_PAGE,
    NEW_PAGE,
    RULES_PAGE,
    THUMB_PAGE,
    kind_of,
    source_of,
)
from handbook.book.page import GLOSSARY
from handbook.book.topics import TOPICS
from handbook.registry.model import Registry
from handbook.site import landing
from handbook.site.pages import (
    catalogue,
    coverage,
    glossary,
    new,
    rules,
    rules_of_thumb,
    terms,
)
from handbook.site.template_data import Facts, as_template

__all__ = ["FILES", "REGISTRY"]

REGISTRY = Path("docs/registry.json")
"""What `handbook add` reads of the site."""


def _catalogue(book: Book, registry: Registry) -> str:
    return catalogue.render(registry, catalogue.read_cards(book))


def _coverage(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, TOPICS):
        return None
    return coverage.render(book.plan.topics, _taught(book))


def _data(book: Book, _: Registry) -> str | None:
    return book.sheet or None


def _glossary(book: Book, _: Registry) -> str | None:
    if not _is_sound(book, GLOSSARY):
        return None
    return glossary.render(book.terms.values(), _taught_terms(book))


def _new(book: Book, registry: Registry) -> str:
    changes = read_changes(book.root, ["docs", "snippets"]) if book.commit else None
    return new.render(changes, book.heads, registry)


def _rules(_: Book, __: Registry) -> str:
    return rules.render()


def _rules_of_thumb(book: Book, _: Registry) -> str:
    return rules_of_thumb.render(book.rules_of_thumb)


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
    THUMB_PAGE: _rules_of_thumb,
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


def _taught_terms(book: Book) -> dict[str, list[str]]:
    """Return links from docs/reference/ to the chapters of each term."""
    found = defaultdict(list)
    for head in _chapters(book):
        for term in head.names("terms"):
            found[term].append(_link(head))
    return dict(found)


def _taught(book: Book) -> dict[str, list[str]]:
    """Return links from docs/reference/ to the sections that teach each topic."""
    found = defaultdict(list)
    for head in _chapters(book):
        for topic, section in head.topics.items():
            found[topic].append(_link(head, f"#{section}"))
    return dict(found)


def _chapters(book: Book) -> Iterator[FrontMatter]:
    return (head for head in book.heads if kind_of(head.path) != "reference")


def _link(head: FrontMatter, section: str = "") -> str:
    return f"[{head.title}](../{source_of(head.path)}{section})"
