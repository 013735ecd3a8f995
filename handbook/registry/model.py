"""The registry of all that people can copy: each unit, its hashes, and what it needs.

The site and the wheel contain it as `registry.json`, beside the files below `code/`.
"""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from handbook.base.files import Files
from handbook.base.schema import Table
from handbook.base.words import one_line
from handbook.book.layout import Stem
from handbook.registry.receipts import (
    HASH,
    NAME,
    Recall,
    Receipt,
    read_recalls,
    read_receipts,
)

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    # It reads the sources, and takes time to import: only building a registry needs it.
    from handbook.registry import units

__all__ = [
    "SCHEMA",
    "Chapter",
    "Recall",
    "Receipt",
    "Registry",
    "Unit",
    "build",
    "hash_of",
    "hash_of_unit",
    "hashes",
    "offer",
]

SCHEMA = 1

_FILE = re.compile(
    r"code/snippets/(?P<path>(?:[a-z_][a-z0-9_]*/)+[a-z_][a-z0-9_]*\.py)"
)
_ADDRESS = re.compile(r"(?:[A-Za-z0-9_-]+/)*")
_LINE = re.compile(r"[^\n]+")
_BELOW = "code/"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the site that shows a unit.

    Attributes
    ----------
    title : str
        Its heading: `Why is it null?`.
    address : str
        Its address below the site's root: `explore/nulls/`.
    """

    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A module, or a folder of modules, that people copy as a whole.

    Attributes
    ----------
    name : str
        `explore.nulls`.
    purpose : str
        What it is for, in one line.
    hash : str
        The hash of its files, from `hash_of_unit`: `sha256:...`.
    date : str or None
        The day of the last commit that changed its files: `2026-11-22`. None if there
        is no history.
    files, tests : mapping of str to str
        The hash of each file, by its path below the site: `code/snippets/...`.
    requires, test_requires : tuple of str
        The packages that it needs, as `pandas>=3.0`, and those that only its test
        needs.
    symbols : tuple of str
        Its public names.
    words : str
        More words for a search: titles, descriptions and terms of its chapters.
    chapters : tuple of Chapter
        The pages that show it.
    receipt : Receipt or None
        The proof that a copy runs. None until a copy with exactly these bytes was
        proved.
    """

    name: str
    purpose: str
    hash: str
    date: str | None
    files: Mapping[str, str]
    tests: Mapping[str, str]
    requires: tuple[str, ...]
    test_requires: tuple[str, ...]
    symbols: tuple[str, ...]
    words: str
    chapters: tuple[Chapter, ...]
    receipt: Receipt | None

    @property
    def part(self) -> str:
        """The folder that it is in: `explore`."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Registry:
    """All that people can copy from one version of the book.

    Attributes
    ----------
    snippets : mapping of str to Unit
        The units by name, sorted.
    recalled : mapping of str to Recall
        The recalled versions by hash.
    """

    snippets: Mapping[str, Unit]
    recalled: Mapping[str, Recall]

    def to_json(self) -> str:
        """Return the registry as JSON, with sorted keys and a newline at the end."""
        data = {
            "schema": SCHEMA,
            "snippets": {
                name: _unit_data(unit) for name, unit in self.snippets.items()
            },
            "recalled": {key: asdict(each) for key, each in self.recalled.items()},
        }
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, content: str) -> "Registry":
        """Read a registry that `to_json` returned.

        Raises
        ------
        ValueError
            If the text is anything else; the message is one line.
        """
        try:
            data = Table(json.loads(content), "registry.json")
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"registry.json is not JSON: {error}") from error
        if (schema := data.field("schema", int)) != SCHEMA:
            message = f"has schema {schema}, this command reads {SCHEMA}"
            raise ValueError(f"registry.json {message}: upgrade two-mountains")
        snippets, recalled = (
            Table(data.values.get(key), f"registry.json: {key}").values
            for key in ("snippets", "recalled")
        )
        return cls(
            {name: _read_unit(name, snippets[name]) for name in sorted(snippets)},
            {_hash(key): _read_recall(key, recalled[key]) for key in sorted(recalled)},
        )

    def precedes(self, unit: Unit, digest: str, date: str | None) -> bool:
        """Return whether a unit is an older version than one that somebody has.

        A recall says which version came later, whatever the dates are. Else the dates
        decide; two versions of the same day have no order.

        Parameters
        ----------
        unit : Unit
            The version of the source.
        digest, date : str
            The hash and the date of the other version; the date may be unknown.
        """
        if unit.hash in {digest, *self._fixes(digest)}:
            return False
        if digest in self._fixes(unit.hash):
            return True
        return unit.date is not None and date is not None and unit.date < date

    def _fixes(self, digest: str) -> list[str]:
        """Return the versions that fix a recalled one, each fixing the one before."""
        found: list[str] = []
        while (recall := self.recalled.get(digest)) and recall.mended_by not in found:
            digest = recall.mended_by
            found.append(digest)
        return found


def hash_of(content: bytes) -> str:
    """Return the hash of a file: `sha256:...`."""
    return f"sha256:{sha256(content).hexdigest()}"


def hash_of_unit(files: Mapping[str, str]) -> str:
    """Return the hash of a unit: the hash of what sha256sum prints about its files.

    Parameters
    ----------
    files : mapping of str to str
        The hash of each file, by its path below the part: `nulls.py`, `api/app.py`.
    """
    lines = (
        f"{files[path].removeprefix('sha256:')}  {path}\n" for path in sorted(files)
    )
    return hash_of("".join(lines).encode())


def build(files: Files) -> Registry:
    """Read the registry from the sources of a book.

    Parameters
    ----------
    files : Files
        The files of a book: `snippets/`, `tests/snippets/`, `docs/`, pyproject.toml.

    Raises
    ------
    ValueError
        If a source, pyproject.toml, or a list of receipts or recalls is malformed, or
        if a source imports a package that no extra names. The message names the file.
    """
    return _Building(files).registry()


def hashes(files: Files) -> dict[str, str]:
    """Return the hash of each unit by its name, and read nothing else.

    Raises
    ------
    ValueError
        If a source is not UTF-8.
    """
    from handbook.registry import units  # noqa: PLC0415

    return {
        name: _version(name, {_address(each): _hash_of_source(each) for each in own})
        for name, (own, _) in units.find_units(files).items()
    }


def offer(files: Files) -> dict[str, bytes]:
    """Return the files from which `handbook add` copies, by path: registry and code.

    Raises
    ------
    ValueError
        As `build` does.
    """
    building = _Building(files)
    code = {
        _address(source): source.text.encode()
        for modules, tests in building.units.values()
        for source in [*modules, *tests]
    }
    return {"registry.json": building.registry().to_json().encode(), **code}


class _Building:
    """The sources of a book, read once."""

    def __init__(self, files: Files) -> None:
        from handbook.registry import units  # noqa: PLC0415

        self.files = files
        self.units = units.find_units(files)
        every = [each for pair in self.units.values() for part in pair for each in part]
        self.modules = units.read_modules(files, every)
        self.chapters = units.chapters(files)
        self.dates = units.dates(files.root)
        self.receipts = read_receipts(files.root)

    def registry(self) -> Registry:
        return Registry(
            {name: self._unit(name) for name in self.units},
            read_recalls(self.files.root),
        )

    @functools.cached_property
    def packages(self) -> "units.Packages":
        """Read on first use: a book without units needs no pyproject.toml."""
        from handbook.registry import units  # noqa: PLC0415

        return units.Packages(self.files)

    def _unit(self, name: str) -> Unit:
        modules, tests = self.units[name]
        own = f"snippets.{name}"
        requires = self._required(modules, own, ["snippets"])
        for_tests = self._required(tests, own, ["snippets", "test"])
        pytest = cast("NormalizedName", "pytest")
        for_tests.add(self.packages.requirement(pytest, ["test"]))
        shown = self.chapters.get(name, [])
        files = {_address(source): _hash_of_source(source) for source in modules}
        version = _version(name, files)
        return Unit(
            name=name,
            purpose=self.modules[modules[0].path].purpose,
            hash=version,
            date=self._date(modules),
            files=files,
            tests={_address(source): _hash_of_source(source) for source in tests},
            requires=tuple(sorted(requires)),
            test_requires=tuple(sorted(for_tests - requires)),
            symbols=tuple(
                sorted({s for m in modules for s in self.modules[m.path].symbols})
            ),
            words=" ".join(chapter.words for chapter in shown),
            chapters=tuple(Chapter(each.title, each.address) for each in shown),
            receipt=self.receipts.get(version),
        )

    def _required(
        self, sources: "Sequence[units.Source]", own: str, extras: Sequence[str]
    ) -> set[str]:
        return {
            requirement
            for source in sources
            for requirement in self.packages.required(
                source.path, self.modules[source.path], own, extras
            )
        }

    def _date(self, modules: "Sequence[units.Source]") -> str | None:
        days = [self.dates.get(source.path.as_posix()) for source in modules]
        return max((each for each in days if each), default=None)


def _address(source: "units.Source") -> str:
    return f"{_BELOW}{source.path.as_posix()}"


def _hash_of_source(source: "units.Source") -> str:
    return hash_of(source.text.encode())


def _version(name: str, files: Mapping[str, str]) -> str:
    prefix = f"{_BELOW}snippets/{name.partition('.')[0]}/"
    return hash_of_unit({path.removeprefix(prefix): files[path] for path in files})


def _unit_data(unit: Unit) -> dict[str, Any]:
    data = asdict(unit) | {"part": unit.part}
    data["receipt"] = unit.receipt.as_table() if unit.receipt else None
    del data["name"]
    return data


def _read_unit(name: str, value: object) -> Unit:
    where = f"registry.json: {name!r:.60}"
    if not NAME.fullmatch(name):
        message = f"{where} is not the name of a snippet, such as explore.nulls"
        raise ValueError(message)
    data = Table(value, where)
    files = _read_files(data, name)
    unit = Unit(
        name=name,
        purpose=one_line(data.text("purpose", _LINE)),
        hash=data.text("hash", HASH),
        date=None if data.values.get("date") is None else data.day(),
        files=files,
        tests=_read_tests(data, name),
        requires=_lines(data, "requires"),
        test_requires=_lines(data, "test_requires"),
        symbols=_lines(data, "symbols"),
        words=one_line(data.text("words")),
        chapters=tuple(
            _read_chapter(each, where) for each in data.field("chapters", list)
        ),
        receipt=_read_receipt(data),
    )
    if unit.hash != _version(name, files):
        raise ValueError(f"{where}: its hash is not that of its files")
    return unit


def _lines(data: Table, key: str) -> tuple[str, ...]:
    return tuple(map(one_line, data.texts(key)))


def _read_files(data: Table, name: str) -> dict[str, str]:
    where, files = data.where, data.table("files")
    own = f"code/snippets/{name.replace('.', '/')}"
    for path in files:
        if not _FILE.fullmatch(path) or not path.startswith((f"{own}.py", f"{own}/")):
            raise ValueError(f"{where}: {path!r} is not a file of this snippet")
    if not files.values:
        raise ValueError(f"{where} has no files")
    return {path: files.text(path, HASH) for path in sorted(files)}


def _read_tests(data: Table, name: str) -> dict[str, str]:
    tests = data.table("tests")
    own = f"{_BELOW}{Stem(*name.split('.')).test.as_posix()}"
    for path in tests:
        if path != own:
            message = f"{path!r} is not the test of this snippet"
            raise ValueError(f"{data.where}: {message}")
    return {path: tests.text(path, HASH) for path in sorted(tests)}


def _read_chapter(value: object, where: str) -> Chapter:
    data = Table(value, f"{where}: a chapter")
    return Chapter(one_line(data.text("title")), data.text("address", _ADDRESS))


def _read_receipt(data: Table) -> Receipt | None:
    receipt = data.values.get("receipt")
    return None if receipt is None else Receipt.read(receipt, f"{data.where}: receipt")


def _read_recall(key: str, value: object) -> Recall:
    return Recall.read(value, f"registry.json: {key}")


def _hash(key: str) -> str:
    if not HASH.fullmatch(key):
        message = f"{key!r:.80} is not a hash: sha256:, 64 digits"
        raise ValueError(f"registry.json: {message}")
    return key
