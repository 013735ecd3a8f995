"""Read and write `handbook.lock`, the record of a project's copies.

The pristine bytes of the copies are in `.handbook/`. Each file there has its hash for a
name. So two branches merge without conflicts, and linters don't treat it as code.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from handbook.base.errors import WrongUse
from handbook.base.schema import Table
from handbook.copier.lines import as_lf, find_markers, rewrite_imports
from handbook.copier.project import check_path, safe_path
from handbook.registry.model import Unit, hash_of, hash_of_unit
from handbook.registry.receipts import HASH, NAME

__all__ = [
    "BASES",
    "LOCK",
    "Copy",
    "Lock",
    "pristine",
    "pristine_path",
    "read_lock",
    "version_of",
]

LOCK = "handbook.lock"
BASES = ".handbook"
_SCHEMA = 1
_HEAD = """\
# What `handbook add` copied. Commit this file and .handbook/ with the code.

"""
_LINE = re.compile(r"[^\n]+")
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_FIELDS = {"hash", "date", "source", "module", "code", "tests", "requires"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The record of a unit that was copied into the project.

    Attributes
    ----------
    name, hash, date : str
        The unit and its version: the hash, and the day of its last change upstream.
    source : str
        The address of its source, for `open_source`.
    module : str
        The name by which its test imports it: `shop.snippets.explore.nulls`.
    code, tests : str
        The folders that contain its files. `tests` is None if its test was not copied.
    requires : tuple of str
        The packages that it needs.
    files, test_files : mapping of str to str
        The hash of each pristine file, by its path below the folder.
    """

    name: str
    hash: str
    date: str | None
    source: str
    module: str
    code: str
    tests: str | None
    requires: tuple[str, ...]
    files: Mapping[str, str]
    test_files: Mapping[str, str]

    @property
    def places(self) -> dict[str, str]:
        """The hash of each pristine file, by its path in the project."""
        every = [(self.code, self.files), (self.tests, self.test_files)]
        return {
            PurePosixPath(folder, path).as_posix(): files[path]
            for folder, files in every
            if folder is not None
            for path in files
        }

    @property
    def version(self) -> str:
        """The version, in short form for people."""
        return version_of(self.hash, self.date)

    def is_behind(self, unit: Unit) -> bool:
        """Return whether upstream has another version of the unit or of its test."""
        return self.hash != unit.hash or (
            self.tests is not None
            and set(self.test_files.values()) != set(unit.tests.values())
        )

    def written(self, contents: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the content of each file in the project, by its path there.

        Parameters
        ----------
        contents : mapping of str to bytes
            The pristine files, by path below their folder, in the order of `places`.
        """
        return {
            place: rewrite_imports(content, self.name, self.module)
            for place, content in zip(self.places, contents.values(), strict=True)
        }


def version_of(digest: str, date: str | None) -> str:
    """Return a version for people to read: its day and the first digits of its hash."""
    short = digest.removeprefix("sha256:")[:8]
    return f"{date} {short}" if date else short


@dataclass(frozen=True, slots=True)
class Lock:
    """All copies of a project, by name."""

    copies: Mapping[str, Copy]

    def to_toml(self) -> bytes:
        """Return the lock as TOML: a table for each snippet, sorted by name."""
        import tomli_w  # noqa: PLC0415  only needed to write

        tables = {name: _table(self.copies[name]) for name in sorted(self.copies)}
        content = _HEAD + tomli_w.dumps({"schema": _SCHEMA, "snippets": tables})
        try:
            return content.encode()
        except UnicodeEncodeError as error:  # on Linux a path can be any bytes
            odd = content[error.start : error.end]
            raise WrongUse(f"{LOCK} cannot contain {odd!r}: not a text") from error


def read_lock(root: Path) -> Lock:
    """Read a project's lock; return an empty one if there is none.

    Raises
    ------
    WrongUse
        If it is half merged or malformed, has a later schema, or names a path outside
        the project.
    """
    safe_path(root, BASES, LOCK)
    try:
        content = safe_path(root, LOCK, LOCK).read_bytes()
    except FileNotFoundError:
        return Lock({})
    except OSError as error:
        raise WrongUse(f"{LOCK} cannot be read: {error.strerror}") from error
    if line := find_markers(as_lf(content)):
        raise WrongUse(
            f"{LOCK}:{line} is half merged: keep the tables of both sides; of a "
            "snippet in both, keep the table whose files you kept"
        )
    try:
        data = Table(tomllib.loads(content.decode()), LOCK)
        schema = data.field("schema", int)
        if schema != _SCHEMA:
            raise ValueError(
                f"{LOCK} has schema {schema}, this command reads {_SCHEMA}: "
                "upgrade two-mountains"
            )
        tables = Table(data.values.get("snippets", {}), f"{LOCK}: snippets").values
        return Lock({name: _read(name, tables[name]) for name in sorted(tables)})
    except WrongUse:
        raise
    except ValueError as error:
        message = str(error) if LOCK in str(error) else f"{LOCK} is not TOML: {error}"
        raise WrongUse(f"{message} (git has the last good one)") from error


def pristine_path(digest: str) -> str:
    """Return the path of a pristine file in the project."""
    return f"{BASES}/{digest.removeprefix('sha256:')}"


def pristine(root: Path, digest: str) -> bytes:
    r"""Read a pristine file, with lines that end in `\n`.

    Raises
    ------
    WrongUse
        If it is missing, or was changed.
    """
    path = pristine_path(digest)
    try:
        content = as_lf((root / path).read_bytes())
    except OSError as error:
        raise WrongUse(f"{path} is missing: restore it from git") from error
    if hash_of(content) != digest:
        raise WrongUse(f"{path} was changed: restore it from git")
    return content


def _table(copy: Copy) -> dict[str, Any]:
    fields = {
        "hash": copy.hash,
        "date": copy.date,
        "source": copy.source,
        "module": copy.module,
        "code": copy.code,
        "tests": copy.tests,
        "requires": list(copy.requires),
        "files": dict(sorted(copy.files.items())),
        "test_files": dict(sorted(copy.test_files.items())) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _read(name: str, value: object) -> Copy:
    where = f"{LOCK}: {name!r:.60}"
    if not NAME.fullmatch(name):
        raise ValueError(f"{where} is not the name of a snippet")
    data = Table(value, where)
    if unknown := set(data) - _FIELDS - {"files", "test_files"}:
        raise ValueError(f"{where} has unknown fields: {', '.join(sorted(unknown))}")
    copy = Copy(
        name=name,
        hash=data.text("hash", HASH),
        date=data.day() if "date" in data else None,
        source=data.text("source", _LINE),
        module=data.text("module", _MODULE),
        code=data.text("code", _LINE),
        tests=data.text("tests", _LINE) if "tests" in data else None,
        requires=data.texts("requires"),
        files=_read_hashes(data, "files", name),
        test_files=_read_hashes(data, "test_files", name)
        if "test_files" in data
        else {},
    )
    if (copy.tests is None) != (not copy.test_files):
        raise ValueError(f"{where}: tests and test_files go together")
    for place in copy.places:
        check_path(place, where)
    part = f"{name.partition('.')[0]}/"
    if copy.hash != hash_of_unit(
        {path.removeprefix(part): digest for path, digest in copy.files.items()}
    ):
        raise ValueError(f"{where}: its hash is not that of its files")
    return copy


def _read_hashes(data: Table, key: str, name: str) -> dict[str, str]:
    part = f"{name.partition('.')[0]}/"
    files = data.table(key)
    for path in files:
        if not path.startswith(part):
            raise ValueError(f"{data.where}: {path!r} is not a file of this snippet")
    return {path: files.text(path, HASH) for path in sorted(files)}
