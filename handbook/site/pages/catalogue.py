"""The page of all snippets: what each does, needs and proved, and where to get it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup
from packaging.requirements import Requirement
from packaging.version import Version

from handbook.base.words import count
from handbook.book.book import Book
from handbook.book.layout import address_of, part_order, part_title, source_of
from handbook.book.page import GLOSSARY
from handbook.book.template import fill
from handbook.registry.model import Registry
from handbook.registry.receipts import Receipt

__all__ = ["Card", "proof_words", "read_cards", "render"]

_TEMPLATE = Path(__file__).parent / "templates/catalogue.md.jinja"
_ROOT = "../../"  # the site's, from reference/catalogue/


class Card(NamedTuple):
    """A place where a page shows code of a snippet.

    Attributes
    ----------
    symbol : str
        `snippets.explore.nulls.co_missing`, which is also the card's id.
    page : str
        Its address from the site's root: `explore/nulls/`.
    """

    symbol: str
    page: str

    @property
    def name(self) -> str:
        """The name that readers see: `co_missing`."""
        return self.symbol.rpartition(".")[2]

    @property
    def address(self) -> str:
        """The link to it from the catalogue."""
        return f"{_ROOT}{self.page}#{self.symbol}"


def read_cards(book: Book) -> list[Card]:
    """Return every place where a page embeds code of a snippet."""
    pages, _ = book.find()
    return [
        Card(embed.symbol, address_of(source_of(page.chapter.path)))
        for page in book.read(path for path in pages if path != GLOSSARY)
        for embed in page.embeds
    ]


def render(registry: Registry, cards: Iterable[Card]) -> str:
    """Write the page `docs/reference/catalogue.md`.

    Parameters
    ----------
    registry : Registry
        The snippets and what was recalled.
    cards : iterable of Card
        Those of all pages, in the order of each.
    """
    shown = defaultdict(list)
    for card in cards:
        shown[".".join(card.symbol.split(".")[1:3])].append(card)
    units = registry.snippets.values()
    needs = {unit.name: _packages(unit.requires) for unit in units}
    rows = defaultdict(list)
    for name, unit in sorted(registry.snippets.items()):
        proof = proof_words(unit.receipt, needs[name]) if unit.receipt else []
        rows[unit.part].append((unit, needs[name], shown[name], proof))
    parts = [(part, part_title(part), rows[part]) for part in part_order(rows)]
    named = Counter(package for packages in needs.values() for package in packages)
    by_package = [(name, name, count) for name, count in sorted(named.items())]
    values = {
        "count": count(len(units), "snippet"),
        "parts": parts,
        "by_part": [(part, title, len(inside)) for part, title, inside in parts],
        "by_package": by_package,
        "without_packages": sum(not packages for packages in needs.values()),
        "recalled": dict(
            sorted(registry.recalled.items(), key=lambda item: item[1].date)[::-1]
        ),
        "root": _ROOT,
    }
    return fill(
        _TEMPLATE, values, filters={"prose": _prose, "short": _short}, html=True
    )


def proof_words(receipt: Receipt, packages: Sequence[str]) -> list[str]:
    """Return what a receipt proves, each thing in a few words.

    Parameters
    ----------
    receipt : Receipt
        Of the unit.
    packages : sequence of str
        Those whose versions are named.

    Returns
    -------
    list of str
        `["Python 3.11 to 3.13", "pandas 3.0.0 to 3.1.1", "12 tests"]`.
    """
    pythons = {".".join(proof.python.split(".")[:2]) for proof in receipt.proved}
    words = [f"Python {_range(pythons)}"] if pythons else []
    for package in packages:
        versions = {proof.versions.get(package, "") for proof in receipt.proved}
        if found := versions - {""}:
            words.append(f"{package} {_range(found)}")
    words.append(count(receipt.tests, "test"))
    if receipt.hostile:
        words.append(receipt.hostile.words)
    if receipt.mutants:
        killed, total = receipt.mutants.killed, receipt.mutants.total
        words.append(f"{killed} of {total} planted faults found")
    return words


def _range(versions: Iterable[str]) -> str:
    found = sorted(versions, key=Version)
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _packages(requires: Iterable[str]) -> list[str]:
    return [Requirement(each).name for each in requires]


def _prose(text: str) -> Markup:
    """Return a docstring's line as HTML: what is in backquotes becomes code."""
    marked = re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(text))
    return Markup(marked)  # noqa: S704  the text is escaped


def _short(key: str) -> str:
    return key.removeprefix("sha256:")[:12]
