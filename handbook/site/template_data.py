"""Compute what the site shows about pages and units in addition to their own text.

The templates of pages and of cards include it as Jinja files that set one variable,
`book` or `units`. So no plugin has to compute anything during a build.
"""

import json
import math
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement

from handbook.base.pins import Lock
from handbook.book.book import Book
from handbook.book.front_matter import FrontMatter
from handbook.book.imports import Reader
from handbook.book.layout import GENERATED, address_of, kind_of, source_of
from handbook.book.length import CODE, PROSE, Length, minutes, read_lengths
from handbook.book.notebook import code_cells
from handbook.book.source import PageSource
from handbook.registry.model import Registry
from handbook.site import wheel
from handbook.site.pages.catalogue import proof_words

__all__ = ["LEGIBLE", "Facts", "as_template"]

LEGIBLE = 9
"""The least height of a figure's labels on any screen, in CSS pixels."""

_REFERENCE = Path(".python-version")
_LINK = re.compile(r"\]\((?P<path>[^()\s:#]+)")
_LETTERS = re.compile(r"font-size: ([\d.]+)px")
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"')
_MARKDOWN = re.compile(r"^# %%[^\n]*\[(?:markdown|md)\][^\n]*\n((?:#.*\n?)*)", re.M)


def as_template(name: str, value: object) -> str:
    """Return a Jinja template that sets one variable and shows nothing."""
    # Jinja reads JSON, except that it writes `none` for `null`.
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{{% set null = none %}}\n{{% set {name} = {text} %}}\n"


class Facts:
    """The facts about one book that its templates show.

    Parameters
    ----------
    source : Book
        The book, with what `handbook generate` has published below docs/.
    registry : Registry
        What the book offers to copy.
    """

    def __init__(self, source: Book, registry: Registry) -> None:
        self.source, self.registry = source, registry
        self.pages = {_source(page.path): page for page in source.pages}
        self.notebooks = {
            _source(notebook.path): source.files.text(notebook.path)
            for notebook in source.notebooks
        }

    def book(self) -> dict[str, Any]:
        """Return what the templates of pages read.

        Returns
        -------
        dict
            `pages`, by source path below docs/ (`explore/nulls.md`): `title`,
            `minutes`, `description`, `mountain`, `owner` and `reviewed` (empty where
            the page has none), `needs` and `used_by` (lists of title, address from the
            site's root, and, of the latter, kind: chapter, leg or pathway),
            `printed_by` (name and version; empty if no output is shown), `script`
            (address, or empty), `figures` (by file name: width, height and the least
            width at which every label is legible, in CSS pixels), `units` (those that
            the page's cards show, as `units` returns them).
            `pace`: the `words` and `lines` that people read in a minute. `commit`: the
            hash of the book's commit in eight digits, empty without history. `sources`:
            the file that people edit, by the path of the page generated from it.
            `wheel`: the address of the wheel that `handbook add` comes in, empty if
            there is none.
        """
        pages: dict[str, Any] = {
            name: self._page(name, page) for name, page in sorted(self.pages.items())
        }
        for name, text in sorted(self.notebooks.items()):
            words = sum(len(cell.split()) for cell in _MARKDOWN.findall(text))
            lines = sum(_lines(code) for code, _ in code_cells(text))
            pages[name] = {
                "title": self._heads[name].title,
                "description": self._heads[name].description,
                "minutes": minutes(words, lines),
                "mountain": "",
                "owner": "",
                "reviewed": "",
                "needs": [],
                "used_by": self._used_by(name),
                "printed_by": self._printed_by([code for code, _ in code_cells(text)]),
                "script": "",
                "figures": {},
                "units": [],
            }
        pace = {"words": PROSE, "lines": CODE}
        commit = self.source.commit
        offered = (self.source.root / "pyproject.toml").exists()
        return {
            "pages": pages,
            "pace": pace,
            "commit": commit.hash if commit else "",
            "sources": {
                page.as_posix(): source.as_posix() for page, source in GENERATED.items()
            },
            "wheel": f"code/{wheel.filename(self.source.root)}" if offered else "",
        }

    def units(self) -> dict[str, Any]:
        """Return what the template of cards reads.

        Returns
        -------
        dict
            By the dotted name of a module: `name` of its unit, `proved` (the date, or
            empty), `tests` (their number), `with` (the receipt in words), `projects`
            (`python`, `system` and `versions` of each project in which it was proved),
            `recalled` (the reason if this version is recalled, or empty), `earlier`
            (`date` and `reason` of other recalled versions), `requires` (packages with
            versions), `files` (addresses, tests last). Modules that belong to no unit
            are left out.
        """
        return self._units

    @cached_property
    def _units(self) -> dict[str, dict[str, Any]]:
        registry = self.registry
        found = {}
        for name, unit in registry.snippets.items():
            own = registry.recalled.get(unit.hash)
            receipt = unit.receipt
            packages = [Requirement(each).name for each in unit.requires]
            facts = {
                "name": name,
                "proved": receipt.date if receipt else "",
                "tests": receipt.tests if receipt else 0,
                "with": proof_words(receipt, packages) if receipt else [],
                "projects": [
                    asdict(project) for project in (receipt.proved if receipt else ())
                ],
                "recalled": own.reason if own else "",
                "earlier": [
                    {"date": recall.date, "reason": recall.reason}
                    for version, recall in sorted(registry.recalled.items())
                    if recall.name == name and version != unit.hash
                ],
                "requires": list(unit.requires),
                "files": [*unit.files, *unit.tests],
            }
            for path in unit.files:
                module = Path(path).relative_to("code").with_suffix("")
                dotted = ".".join(part for part in module.parts if part != "__init__")
                found[dotted] = facts
        return found

    def _page(self, name: str, page: PageSource) -> dict[str, Any]:
        head = page.head.values
        script = Path("code/scripts", name).with_suffix(".py")
        shows_output = any(fence.fate == "expected" for fence in page.page.fences)
        return {
            "title": page.head.title,
            "description": page.head.description,
            "minutes": self._lengths[page.path].minutes,
            **{
                key: str(head.get(key) or "")
                for key in ("mountain", "owner", "reviewed")
            },
            "needs": [
                self._link(self._named[need])
                for need in page.head.names("needs")
                if need in self._named
            ],
            "used_by": self._used_by(name),
            "printed_by": self._printed_by(
                block.code for block in page.page.chapter.blocks if shows_output
            ),
            "script": script.as_posix()
            if (self.source.root / "docs" / script).exists()
            else "",
            "figures": _sizes((self.source.root / page.path).parent / "figures", name),
            "units": self._shown(page),
        }

    def _shown(self, page: PageSource) -> list[dict[str, Any]]:
        """Return the units that a page's cards show, each once."""
        shown: dict[str, dict[str, Any]] = {}
        for embed in page.page.embeds:
            module = embed.symbol.rpartition(".")[0]
            if unit := self._units.get(module):
                shown.setdefault(unit["name"], unit)
        return list(shown.values())

    def _used_by(self, name: str) -> list[dict[str, str]]:
        """Return the chapters that need a page, and legs or pathways with a link."""
        users = []
        for user, head in self._heads.items():
            kind = kind_of(head.path)
            leads = kind in {"leg", "pathway"}
            needs = head.names("needs") if user in self.pages else ()
            if user != name and (
                name in map(self._named.get, needs)
                or (leads and name in self._links[user])
            ):
                users.append(self._link(user) | {"kind": kind if leads else "chapter"})
        return users

    def _printed_by(self, blocks: Iterable[str]) -> list[dict[str, str]]:
        """Return what printed the output on the reference: packages, then Python."""
        blocks, files = list(blocks), self.source.files
        if not blocks or not files.has(_REFERENCE):
            return []
        python = files.text(_REFERENCE).split()[0]
        names = {
            name.partition(".")[0] for name in self._reader.imports(blocks).packages
        }
        # The first pin is that of the package, the others of what it requires.
        pins = {next(iter(self._lock.pinned([name]).items())) for name in names}
        packages = [
            {"name": name, "version": version}
            for name, pin in sorted(pins)
            for version in _on_the_reference(pin, python)
        ]
        return [*packages, {"name": "Python", "version": python}]

    def _link(self, name: str) -> dict[str, str]:
        return {
            "title": self._heads[name].title,
            "address": address_of(PurePosixPath(name)),
        }

    @cached_property
    def _heads(self) -> dict[str, FrontMatter]:
        """The front matter of each page, in the order of the table of contents."""
        found = {_source(head.path): head for head in self.source.heads}
        order = {name: place for place, (name, _) in enumerate(self.source.nav)}
        names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
        return {name: found[name] for name in names}

    @cached_property
    def _named(self) -> dict[str, str]:
        """The source of each page, by its name in `needs`: `explore/nulls`."""
        return {posixpath.splitext(name)[0]: name for name in self._heads}

    @cached_property
    def _links(self) -> dict[str, set[str]]:
        texts = self.notebooks | {name: page.text for name, page in self.pages.items()}
        return {
            name: {
                posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                for path in _LINK.findall(text)
            }
            for name, text in texts.items()
        }

    @cached_property
    def _lengths(self) -> dict[Path, Length]:
        return read_lengths(self.source)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.source.root)

    @cached_property
    def _lock(self) -> Lock:
        return Lock(self.source.files)


def _on_the_reference(pins: str, python: str) -> Iterator[str]:
    """Yield the version that the lock has for Linux and a Python, if it has one."""
    reference = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.99",  # later than any real patch release
        "python_version": python,
        "sys_platform": "linux",
    }
    for pin in pins.split(" | "):
        requirement, _, marker = pin.partition(" ; ")
        _, _, version = requirement.partition("==")
        if version and (not marker or Marker(marker).evaluate(reference)):
            yield version.strip()


def _sizes(folder: Path, page: str) -> dict[str, list[int]]:
    """Return the width, the height and the least legible width of each figure.

    All are in CSS pixels.
    """
    sizes = {}
    for path in sorted(folder.glob(f"{Path(page).stem}-*.svg")):
        drawing = path.read_text("utf-8")
        if match := _SIZE.search(drawing):
            # An inch has 96 pixels in the browser and 72 points in Matplotlib.
            width, height = (float(side) * 96 / 72 for side in match.groups())
            letters = [float(size) * 96 / 72 for size in _LETTERS.findall(drawing)]
            least = width * LEGIBLE / min([*letters, width])
            sizes[path.name] = [round(width), round(height), math.ceil(least)]
    return sizes


def _lines(code: str) -> int:
    return sum(bool(line.strip()) for line in code.split("\n"))


def _source(path: Path) -> str:
    return source_of(path).as_posix()
