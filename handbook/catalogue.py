"""The page of all snippets: what each does, needs and proved, and where to get it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import Requirement
from packaging.version import Version

from handbook.chapter import GLOSSARY
from handbook.new import PARTS

if TYPE_CHECKING:
    from handbook.book import Book
    from handbook.receipts import Recall, Receipt
    from handbook.registry import Registry, Unit

__all__ = [
    "ALONE",
    "PAGE",
    "Card",
    "page_address",
    "part_order",
    "part_title",
    "proof_words",
    "read_cards",
    "render",
]

PAGE = Path("docs/reference/catalogue.md")
"""Relative to the book's root."""

ALONE = "Python alone"
"""What a snippet needs that needs no package."""

_ROOT = "../../"  # the site's, from reference/catalogue/
_TITLES = {**PARTS, "late_flights": "Late flights"}
_HEAD = """\
---
description: Every snippet that you can take home, what it does, what it needs, and what proves it.
hide: [toc]
---

# Which code can I take?

**{count} to take into a repository of your own, each with its tests.
`handbook add NAME` writes both, and `handbook upgrade` brings a mended version later without losing your edits.**
"""  # noqa: E501
_COLUMNS = ("Snippet", "Needs", "Proof", "Explained in", "Files")
_RECALLED = ("Snippet", "Recalled", "Why", "Hash", "Mended by")


class Card(NamedTuple):
    """Where a chapter shows code of a snippet.

    Attributes
    ----------
    symbol : str
        `snippets.explore.nulls.co_missing`, which is also the card's id.
    page : str
        Its address from the site's root: `explore/nulls/`.
    """

    symbol: str
    page: str


def read_cards(book: "Book") -> list[Card]:
    """Find every place where a page embeds code of a snippet."""
    pages, _ = book.files()
    return [
        Card(embed.symbol, page_address(page.chapter.path))
        for page in book.pages([path for path in pages if path != GLOSSARY])
        for embed in page.embeds
    ]


def page_address(page: Path) -> str:
    """Give a page's address from the site's root: `explore/nulls/`."""
    below = page.relative_to("docs").with_suffix("")
    address = below.parent if below.name == "index" else below
    return "" if address == Path() else f"{address.as_posix()}/"


def render(registry: "Registry", cards: Iterable[Card]) -> str:
    """Write the page `docs/reference/catalogue.md`.

    Parameters
    ----------
    registry : Registry
        The snippets and what was recalled.
    cards : iterable of Card
        Those of all chapters, in the order of the book.
    """
    shown = defaultdict(list)
    for card in cards:
        shown[".".join(card.symbol.split(".")[1:3])].append(card)
    parts = defaultdict(list)
    for name, unit in sorted(registry.snippets.items()):
        parts[unit.part].append((name, unit))
    in_order = part_order(parts)
    head = _HEAD.format(count=_count(len(registry.snippets), "snippet"))
    lines = [
        head,
        *_form(registry, {part: len(parts[part]) for part in in_order}),
        # No search of the site wants the rows: it finds the cards themselves.
        '<table class="catalogue" role="table" data-search-exclude>',
        *_table_head(_COLUMNS),
    ]
    for part in in_order:
        title = escape(part_title(part))
        lines += [
            f'<tbody role="rowgroup" data-part="{escape(part)}">',
            '<tr class="catalogue__part" role="row">'
            f'<th scope="rowgroup" role="rowheader" colspan="{len(_COLUMNS)}">'
            f"{title}</th></tr>",
            *(_row(name, unit, shown[name]) for name, unit in parts[part]),
            "</tbody>",
        ]
    lines += ["</table>", *_recalled(registry.recalled)]
    return "\n".join(lines) + "\n"


def part_order(parts: Iterable[str]) -> list[str]:
    """Sort parts as the book does; those of another team come last."""
    found = set(parts)
    return [*(part for part in _TITLES if part in found), *sorted(found - {*_TITLES})]


def part_title(part: str) -> str:
    """Give a part's name for readers; of another team's part its folder's."""
    return _TITLES.get(part, part.replace("_", " ").capitalize())


def proof_words(receipt: "Receipt", requires: Sequence[str]) -> list[str]:
    """Say what a receipt proves, each in a few words.

    Parameters
    ----------
    receipt : Receipt
        Of the unit.
    requires : sequence of str
        The unit's requirements: `pandas>=3.0`. Of these the versions are named.

    Returns
    -------
    list of str
        `["Python 3.11 to 3.13", "pandas 3.0.0 to 3.1.1", "12 tests"]`.
    """
    pythons = {".".join(proof.python.split(".")[:2]) for proof in receipt.proved}
    words = [f"Python {_range(pythons)}"] if pythons else []
    for package in _packages(requires):
        versions = {proof.versions.get(package, "") for proof in receipt.proved}
        if found := versions - {""}:
            words.append(f"{package} {_range(found)}")
    words.append(_count(receipt.tests, "test"))
    if receipt.mutants:
        words.append(f"{receipt.mutants.killed} of {receipt.mutants.total} mutants")
    return words


def _range(versions: Iterable[str]) -> str:
    found = sorted(versions, key=Version)
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _packages(requires: Iterable[str]) -> list[str]:
    return [Requirement(each).name for each in requires]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _form(registry: "Registry", parts: Mapping[str, int]) -> Iterator[str]:
    """Write what docs/assets/catalogue.js filters by; without scripts it is hidden."""
    units = registry.snippets.values()
    needs = Counter(name for unit in units for name in _packages(unit.requires))
    alone = sum(not unit.requires for unit in units)
    yield '<form class="catalogue-filter" role="search" aria-label="Filter the snippets" autocomplete="off" data-search-exclude>'  # noqa: E501
    yield '<label>Words<input type="search" name="find" spellcheck="false"></label>'
    named = [(part, part_title(part), count) for part, count in parts.items()]
    yield _select("part", "Part", "all parts", named)
    counted = [(name, name, count) for name, count in sorted(needs.items())]
    if alone:
        counted.insert(0, ("none", ALONE, alone))
    yield _select("package", "Needs", "any package", counted)
    yield '<button type="reset">Clear</button>'
    total = _count(len(units), "snippet")
    yield f'<p class="catalogue-filter__count" role="status">{total}</p>'
    yield "</form>"


def _select(
    name: str, label: str, every: str, options: Iterable[tuple[str, str, int]]
) -> str:
    inside = "".join(
        f'<option value="{escape(value)}">{escape(title)} ({count})</option>'
        for value, title, count in options
    )
    every = f'<option value="">{every}</option>'
    return f'<label>{label}<select name="{name}">{every}{inside}</select></label>'


def _table_head(columns: Iterable[str]) -> Iterator[str]:
    cells = "".join(
        f'<th scope="col" role="columnheader">{column}</th>' for column in columns
    )
    yield f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'


def _row(name: str, unit: "Unit", cards: Sequence[Card]) -> str:
    chapters = [(each.title, _ROOT + each.address) for each in unit.chapters]
    places = [f"{_ROOT}{card.page}#{card.symbol}" for card in cards]
    home = next(iter(places + [address for _, address in chapters]), "")
    packages = _packages(unit.requires) or ["none"]
    words = " ".join([*unit.symbols, unit.words])
    return "".join(
        [
            f'<tr id="{name}" role="row" data-needs="{escape(" ".join(packages))}"'
            f' data-words="{escape(words)}">',
            f'<th scope="row" role="rowheader">{_name(name, home)}',
            f"<p>{_prose(unit.purpose)}</p>",
            _links(
                "catalogue__cards",
                "Cards",
                [
                    (card.symbol.split(".")[-1], place)
                    for card, place in zip(cards, places, strict=True)
                ],
                code=True,
            ),
            f"{_command(name)}</th>",
            _cell("Needs", _requires(unit.requires)),
            _cell("Proof", _proof(unit)),
            _cell("Explained in", _links("", "", chapters) or "no chapter yet"),
            _cell("Files", _files(name, unit)),
            "</tr>",
        ]
    )


def _name(name: str, home: str) -> str:
    part, _, stem = name.partition(".")
    code = f"<code>{part}.<wbr><b>{stem}</b></code>"
    link = f'<a class="catalogue__name" href="{home}">{code}</a>' if home else code
    title = f"Link to {name}"
    return f'{link}<a class="headerlink" href="#{name}" title="{title}">&para;</a>'


def _command(name: str) -> str:
    # The theme's own script copies what data-clipboard-text says.
    command = f"handbook add {name}"
    return (
        f'<p class="catalogue__add"><code>{command}</code>'
        f'<button type="button" data-clipboard-text="{command}" '
        f'aria-label="Copy {command}">Copy</button></p>'
    )


def _requires(requires: Iterable[str]) -> str:
    found = [f"<code>{escape(each)}</code>" for each in requires]
    return "<br>".join(found) or ALONE


def _proof(unit: "Unit") -> str:
    if unit.receipt is None:
        return '<span class="catalogue__unproved">not yet proved</span>'
    words = "<br>".join(map(escape, proof_words(unit.receipt, unit.requires)))
    return f'<b class="catalogue__proved">proved</b><br>{words}'


def _files(name: str, unit: "Unit") -> str:
    part = name.partition(".")[0]
    files = [
        (str(PurePosixPath(path).relative_to(f"code/snippets/{part}")), _ROOT + path)
        for path in unit.files
    ]
    files += [(PurePosixPath(path).name, _ROOT + path) for path in unit.tests]
    return _links("", "", files, code=True, download=True)


def _links(
    kind: str,
    name: str,
    links: Sequence[tuple[str, str]],
    *,
    code: bool = False,
    download: bool = False,
) -> str:
    """Write a list of links, each a text and an address, where there are any."""
    if not links:
        return ""
    frame = "<code>{}</code>" if code else "{}"
    items = "".join(
        f'<li><a href="{escape(address)}"{" download" if download else ""}>'
        f"{frame.format(escape(text))}</a></li>"
        for text, address in links
    )
    kinds = f' class="{kind}"' if kind else ""
    label = f' aria-label="{name}"' if name else ""
    return f"<ul{kinds}{label}>{items}</ul>"


def _cell(label: str, content: str) -> str:
    return f'<td role="cell" data-label="{label}">{content}</td>'


def _prose(text: str) -> str:
    """Write a docstring's line: what stands in back quotes is code."""
    return re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(text))


def _recalled(recalled: Mapping[str, "Recall"]) -> Iterator[str]:
    if not recalled:
        return
    yield "\n## What was recalled? { #recalled }\n"
    yield (
        "These versions were found wrong.\n"
        "`handbook status --check` fails wherever somebody has one, "
        "and `handbook upgrade` mends it.\n"
    )
    yield '<table class="catalogue" role="table" data-search-exclude>'
    yield from _table_head(_RECALLED)
    yield '<tbody role="rowgroup">'
    for key, recall in sorted(recalled.items(), key=_newest_first):
        cells = (
            recall.date,
            _prose(recall.reason),
            f'<code title="{key}">{_short(key)}</code>',
            f'<code title="{recall.mended_by}">{_short(recall.mended_by)}</code>',
        )
        name = f'<a href="#{recall.name}"><code>{recall.name}</code></a>'
        yield (
            f'<tr role="row"><th scope="row" role="rowheader">{name}</th>'
            + "".join(map(_cell, _RECALLED[1:], cells))
            + "</tr>"
        )
    yield "</tbody></table>"


def _short(key: str) -> str:
    return key.removeprefix("sha256:")[:12]


def _newest_first(item: tuple[str, "Recall"]) -> tuple[int, str]:
    return -int(item[1].date.replace("-", "")), item[0]
