"""Store the results of mutation testing in snippets/mutants.toml."""

import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from handbook.base.files import write_whole
from handbook.base.schema import Table, read_toml

__all__ = [
    "Change",
    "Result",
    "Survivor",
    "read_results",
    "write_result",
]

_RESULTS = Path("snippets/mutants.toml")

_HEAD = """\
# What became of each snippet's mutants. `handbook mutate` alone writes this file.

"""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A change of a module, identified without line numbers.

    So it stays the same when code above it moves.

    Attributes
    ----------
    file : str
        The path below the part's folder: `nulls.py`, `honest/leaks.py`.
    function : str
        The qualified name of the function, class or constant that is changed; empty
        if there is none.
    before, after : str
        The lines that differ, without indentation.
    """

    file: str
    function: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, order=True)
class Survivor:
    """A change that no test noticed.

    Attributes
    ----------
    line : int
        The first line that differs, from 1.
    change : Change
        What was changed.
    """

    line: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The mutation testing of one unit.

    Attributes
    ----------
    hash, tests : str
        The hashes of the unit and of its test, for which the result holds.
    total : int
        How many mutants there were.
    seconds : int
        How long all of them took.
    survivors : tuple of Survivor
        The mutants that were not killed, by file and line.
    """

    hash: str
    tests: str
    total: int
    seconds: int
    survivors: tuple[Survivor, ...]


def read_results(root: Path) -> dict[str, Result]:
    """Read the results by unit; return none if there is no file.

    Raises
    ------
    ValueError
        If the file is malformed.
    """
    return {
        name: _result(value, name) for name, value in read_toml(root, _RESULTS).items()
    }


def write_result(root: Path, name: str, result: Result, units: Container[str]) -> None:
    """Write a unit's result, and remove those of units that no longer exist.

    Several processes can measure different units at the same time.

    Raises
    ------
    ValueError
        If the file is malformed.
    """
    with _locked(root / _RESULTS.parent):
        results = read_results(root) | {name: result}
        _write_results(root, {each: results[each] for each in results if each in units})


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder; wait while another process holds it."""
    import fcntl  # noqa: PLC0415  not on Windows, which cannot fork either

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_results(root: Path, results: Mapping[str, Result]) -> None:
    """Write the results, sorted by name, so that diffs stay small."""
    import tomli_w  # noqa: PLC0415  `handbook --help` needs no package

    data = {
        name: {
            "hash": result.hash,
            "tests": result.tests,
            "total": result.total,
            "killed": result.total - len(result.survivors),
            "seconds": result.seconds,
            "survivors": [
                {"line": survivor.line, **asdict(survivor.change)}
                for survivor in result.survivors
            ],
        }
        for name, result in sorted(results.items())
    }
    write_whole(root / _RESULTS, _HEAD + tomli_w.dumps(data))


def _result(value: object, name: str) -> Result:
    where = f"{_RESULTS.as_posix()}: {name}"
    fields = Table(value, where)
    survivors = []
    for item in fields.field("survivors", list):
        each = Table(item, f"{where}: a survivor")
        change = map(each.text, ("file", "function", "before", "after"))
        survivors.append(Survivor(each.field("line", int), Change(*change)))
    return Result(
        hash=fields.text("hash"),
        tests=fields.text("tests"),
        total=fields.field("total", int),
        seconds=fields.field("seconds", int),
        survivors=tuple(survivors),
    )
