"""Keep what became of each unit's mutants, in snippets/mutants.toml."""

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
    "keep_result",
    "read_results",
]

_RESULTS = Path("snippets/mutants.toml")

_HEAD = """\
# What became of each snippet's mutants. `handbook mutate` alone writes this file.

"""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A mutant, named by what does not move when code elsewhere does.

    Attributes
    ----------
    file : str
        Relative to the part's folder: `nulls.py`, `honest/leaks.py`.
    function : str
        The qualified name of what holds the change: a function, a class, a constant of
        the module; empty for what has no name.
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
        Where it begins, from 1.
    """

    line: int
    change: Change


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one unit's mutants.

    Attributes
    ----------
    hash, tests : str
        The unit's hash and its test's: of others this says nothing.
    total : int
        How many mutants there were.
    seconds : int
        How long all of them took.
    survivors : tuple of Survivor
        By file and line.
    """

    hash: str
    tests: str
    total: int
    seconds: int
    survivors: tuple[Survivor, ...]


def read_results(root: Path) -> dict[str, Result]:
    """Read the results by unit; none where there is no file.

    Raises
    ------
    ValueError
        If the file is malformed.
    """
    return {
        name: _result(value, name) for name, value in read_toml(root, _RESULTS).items()
    }


def keep_result(root: Path, name: str, result: Result, units: Container[str]) -> None:
    """Put a unit's result among those of the others, and drop those of no unit.

    Other processes may measure other units meanwhile, and lose nothing.

    Raises
    ------
    ValueError
        If the file is malformed.
    """
    with _alone(root / _RESULTS.parent):
        results = read_results(root) | {name: result}
        _write_results(root, {each: results[each] for each in results if each in units})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here for the folder."""
    import fcntl  # noqa: PLC0415  not on Windows, where nothing is measured

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_results(root: Path, results: Mapping[str, Result]) -> None:
    """Write the results, sorted, so that a change is a small difference."""
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
        fields.text("hash"),
        fields.text("tests"),
        fields.field("total", int),
        fields.field("seconds", int),
        tuple(survivors),
    )
