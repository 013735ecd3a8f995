"""Receipts prove that a copy runs; recalls list versions that turned out to be wrong.

Both are files below snippets/. People write the recalls, `handbook prove` the receipts.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handbook.base.files import write_whole
from handbook.base.schema import Table, read_toml

__all__ = [
    "HASH",
    "NAME",
    "RECALLED",
    "RECEIPTS",
    "Mutants",
    "Proof",
    "Recall",
    "Receipt",
    "read_recalls",
    "read_receipts",
    "write_receipts",
]

HASH = re.compile(r"sha256:[0-9a-f]{64}")
"""A SHA-256, as in registry.json and in the files below snippets/."""
NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""The name of a unit: `explore.nulls`."""

RECALLED = Path("snippets/recalled.toml")
RECEIPTS = Path("snippets/receipts.toml")

_HEAD = """\
# What `handbook prove` measured, by the hash of the snippet. It alone writes this file.
"""


@dataclass(frozen=True, slots=True)
class Recall:
    """A version of a unit that nobody should use any more.

    Attributes
    ----------
    name : str
        The name of the unit: `explore.nulls`.
    reason : str
        What is wrong with it, for people who have it.
    mended_by : str
        The hash of the version that fixes it.
    date : str
        When it was recalled: `2026-11-22`.
    """

    name: str
    reason: str
    mended_by: str
    date: str

    @classmethod
    def read(cls, value: object, where: str) -> "Recall":
        """Read a recall.

        Raises
        ------
        ValueError
            If a field is missing or malformed.
        """
        fields = Table(value, where)
        reason = fields.text("reason")
        if not reason.strip():
            raise ValueError(f"{where}: reason must say what is wrong")
        return cls(
            fields.text("name", NAME),
            reason,
            fields.text("mended_by", HASH),
            fields.day(),
        )


@dataclass(frozen=True, slots=True)
class Mutants:
    """The results of mutation testing: small wrong changes to the unit.

    Attributes
    ----------
    killed, total : int
        How many its test detected, and how many there were.
    excused : int
        How many of the others are accepted, each for a stated reason.
    """

    killed: int
    total: int
    excused: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A project where the test of the copy passed.

    Attributes
    ----------
    python, system : str
        What it ran on: `3.12.1`, `Linux x86_64`.
    versions : mapping of str to str
        The versions of the packages that the unit and its test declare.
    """

    python: str
    system: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The measurements of a unit with exactly these bytes.

    Attributes
    ----------
    name : str
        The name of the unit: `explore.nulls`.
    date : str
        The day when it was measured: `2026-11-22`.
    tests : int
        How many tests there were; all passed.
    seconds : float
        How long they took, with the newest versions.
    proved : tuple of Proof
        The projects where they passed, the newest versions first.
    mutants : Mutants or None
        None if they were not yet counted for these bytes.
    """

    name: str
    date: str
    tests: int
    seconds: float
    proved: tuple[Proof, ...]
    mutants: Mutants | None = None

    @classmethod
    def read(cls, value: object, where: str) -> "Receipt":
        """Read a receipt.

        Raises
        ------
        ValueError
            If a field is missing or malformed.
        """
        fields = Table(value, where)
        counts = fields.values.get("mutants")
        return cls(
            name=fields.text("name", NAME),
            date=fields.day(),
            tests=fields.field("tests", int),
            seconds=fields.field("seconds", float),
            proved=tuple(_proof(each, where) for each in fields.field("proved", list)),
            mutants=None if counts is None else _mutants(counts, where),
        )

    def as_table(self) -> dict[str, Any]:
        """Return its fields for JSON and TOML, without mutants if none were counted."""
        fields = asdict(self)
        if self.mutants is None:
            del fields["mutants"]
        return fields


def read_recalls(root: Path) -> dict[str, Recall]:
    """Read the recalls of snippets/recalled.toml, by hash.

    Raises
    ------
    ValueError
        If the file is malformed; the message names the place.
    """
    return {
        _key(key, RECALLED): Recall.read(value, f"{RECALLED.as_posix()}: {key}")
        for key, value in read_toml(root, RECALLED).items()
    }


def read_receipts(root: Path) -> dict[str, Receipt]:
    """Read the receipts of snippets/receipts.toml, by hash.

    Raises
    ------
    ValueError
        If the file is malformed; the message names the place.
    """
    return {
        _key(key, RECEIPTS): Receipt.read(value, f"{RECEIPTS.as_posix()}: {key}")
        for key, value in read_toml(root, RECEIPTS).items()
    }


def write_receipts(root: Path, receipts: Mapping[str, Receipt]) -> None:
    """Write snippets/receipts.toml, sorted by name, so that its diffs stay small."""
    by_name = sorted(receipts.items(), key=lambda item: (item[1].name, item[0]))
    body = "\n".join(_lines(key, receipt) for key, receipt in by_name)
    write_whole(root / RECEIPTS, f"{_HEAD}\n{body}")


def _lines(key: str, receipt: Receipt) -> str:
    # tomli_w would write ten lines for each proof; here each proof is a line.
    fields = receipt.as_table()
    proofs = "".join(f"    {_inline(proof)},\n" for proof in fields.pop("proved"))
    lines = "".join(f"{name} = {_inline(value)}\n" for name, value in fields.items())
    return f'["{key}"]\n{lines}proved = [\n{proofs}]\n'


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{k} = {_inline(v)}' for k, v in value.items())} }}"
    return json.dumps(value)  # short texts and numbers look the same in TOML and JSON


def _key(key: str, path: Path) -> str:
    if not HASH.fullmatch(key):
        message = f'a table must be named ["sha256:..."], 64 hex digits, got {key!r}'
        raise ValueError(f"{path.as_posix()}: {message}")
    return key


def _proof(value: object, where: str) -> Proof:
    fields = Table(value, f"{where}: an item of proved")
    versions = fields.field("versions", dict)
    if not all(isinstance(each, str) for each in versions.values()):
        raise ValueError(f"{where}: versions must be texts, got {versions!r:.60}")
    return Proof(fields.text("python"), fields.text("system"), versions)


def _mutants(value: object, where: str) -> Mutants:
    counts = Table(value, f"{where}: mutants")
    return Mutants(*(counts.field(key, int) for key in ("killed", "total", "excused")))
