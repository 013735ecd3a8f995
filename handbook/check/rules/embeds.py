"""HB02x: a page shows only what a module makes public, and each symbol has one page."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from handbook.base.words import suggest
from handbook.book.book import Book
from handbook.book.layout import DATA_PAGE, SHARED, stem_of
from handbook.book.problem import Problem
from handbook.book.source import Module
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB020",
        name="embed-exists",
        why="An embed of nothing breaks the build.",
        wrong="::: snippets.explore.nulls.co_mising",
        right="::: snippets.explore.nulls.co_missing",
    ),
    Rule(
        id="HB021",
        name="embed-public",
        why="Readers copy what a page shows, so it must be public in its module.",
        wrong="::: snippets.explore.nulls._pattern",
        right="::: snippets.explore.nulls.co_missing",
    ),
    Rule(
        id="HB022",
        name="shown-once",
        why=(
            "A symbol that is shown twice has two addresses, and links lead to either "
            "one."
        ),
        wrong="::: snippets.explore.nulls.co_missing  in two chapters",
        right="[count the patterns](../explore/nulls.md)  in the second",
    ),
    Rule(
        id="HB023",
        name="shown-somewhere",
        why="What is public in a module is for readers, so a page explains it.",
        wrong='__all__ = ["co_missing", "by_day"]  and no page shows by_day',
        right="::: snippets.explore.nulls.by_day",
    ),
    Rule(
        id="HB024",
        name="before-is-shown",
        why="Bad code is kept only so that a page can show how it fails.",
        wrong="snippets/explore/nulls_before.py, which no page shows",
        right="::: snippets.explore.nulls_before.flights_per_day",
    ),
)


class _Shown(NamedTuple):
    """A place where a page shows a symbol of a module."""

    module: Module
    names: tuple[str, ...]
    path: Path
    line: int


def find(book: Book) -> Iterator[Problem]:
    """Yield the embeds that show what they must not, and the symbols not shown."""
    modules = {module.name: module for module in book.snippets}
    shown: dict[tuple[str, ...], list[_Shown]] = defaultdict(list)
    for path, line, symbol in _embeds(book):
        if (found := _resolve(symbol, modules, path, line)) is None:
            if not book.broken:
                message = f"there is no {symbol}{_like(symbol, modules)}"
                yield Problem(path, line, message, "HB020")
        elif found.names[0] not in found.module.public:
            message = (
                f"{found.names[0]} is not in __all__ of {found.module.path.as_posix()}"
            )
            yield Problem(path, line, message, "HB021")
        else:
            shown[found.module.name, *found.names].append(found)
    for places in shown.values():
        yield from _shown_twice(places)
    if not book.broken:
        yield from _not_shown(book, {(name, symbol) for name, symbol, *_ in shown})


def _embeds(book: Book) -> Iterator[tuple[Path, int, str]]:
    for embed in book.sheet_embeds:
        yield DATA_PAGE, embed.line, embed.symbol
    for page in book.pages:
        for embed in page.page.embeds:
            yield page.path, embed.line, embed.symbol


def _resolve(
    symbol: str, modules: Mapping[str, Module], path: Path, line: int
) -> _Shown | None:
    parts = symbol.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if module := modules.get(".".join(parts[:end])):
            names = tuple(parts[end:])
            return _Shown(module, names, path, line) if _has(module, names) else None
    return None


def _has(module: Module, names: tuple[str, ...]) -> bool:
    symbol = module.defined.get(names[0])
    return symbol is not None and (
        len(names) == 1 or (len(names) == 2 and names[1] in symbol.members)
    )


def _shown_twice(places: list[_Shown]) -> Iterator[Problem]:
    """Yield a problem for each page but one; the symbol's own chapter may show it."""

    def is_elsewhere(place: _Shown) -> bool:
        return stem_of(place.path) != stem_of(place.module.path)

    first, *others = sorted(places, key=is_elsewhere)
    for place in others:
        message = (
            f"{'.'.join(place.names)} is shown at "
            f"{first.path.as_posix()}:{first.line}: link to that page"
        )
        yield Problem(place.path, place.line, message, "HB022")


def _not_shown(book: Book, shown: set[tuple[str, str]]) -> Iterator[Problem]:
    seen = {name for name, _ in shown}
    chapters = {stem_of(page.path) for page in book.pages if page.is_chapter}
    for module in book.snippets:
        stem = stem_of(module.path)
        if stem.part not in SHARED and stem not in chapters:
            continue  # HB013 reports it
        if module.is_before:
            if module.name not in seen and module.public:
                page = stem.page.as_posix()
                message = f"no page shows this: embed it in {page}, or remove it"
                yield Problem(module.path, 1, message, "HB024")
            continue
        for name in module.public:
            if (module.name, name) not in shown and name in module.defined:
                line = module.defined[name].line
                message = f"no page shows {name}: write ::: {module.name}.{name}"
                yield Problem(module.path, line, message, "HB023")


def _like(symbol: str, modules: Mapping[str, Module]) -> str:
    names = [f"{m.name}.{name}" for m in modules.values() for name in m.public]
    return suggest(symbol, names)
