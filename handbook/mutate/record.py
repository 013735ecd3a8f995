"""Keep what became of each unit's mutants, and judge it: two files below snippets/.

People write the excuses; `handbook mutate` alone writes the results.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handbook.engine.store import write_whole
from handbook.fields import field, table
from handbook.receipts import Mutants

__all__ = [
    "EXCUSES",
    "RESULTS",
    "Change",
    "Result",
    "Survivor",
    "count",
    "faults",
    "read_counts",
    "read_excuses",
    "read_results",
    "score",
    "write_results",
]

RESULTS = Path("snippets/mutants.toml")
EXCUSES = Path("snippets/survivors.toml")

LEAST_OF_ALL = 90  # per cent, of all units together
LEAST_OF_EACH = 80  # per cent, of every one

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
        The qualified name of what holds the change; empty for the module itself.
    before, after : str
        The lines that differ, without indentation.
    """

    file: str
    function: str
    before: str
    after: str

    @classmethod
    def read(cls, values: Mapping[str, Any], where: str) -> "Change":
        """Read one.

        Raises
        ------
        ValueError
            If a field is missing or is no text.
        """
        keys = ("file", "function", "before", "after")
        return cls(*(field(values, key, str, where) for key in keys))


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


Excuses = Mapping[str, Mapping[Change, str]]
"""The reasons by unit and change."""


def read_results(root: Path) -> dict[str, Result]:
    """Read the results by unit; none where there is no file.

    Raises
    ------
    ValueError
        If the file is malformed.
    """
    return {name: _result(value, name) for name, value in _load(root / RESULTS).items()}


def write_results(root: Path, results: Mapping[str, Result]) -> None:
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
    write_whole(root / RESULTS, _HEAD + tomli_w.dumps(data))


def read_excuses(root: Path) -> Excuses:
    """Read why some mutants may live; none where there is no file.

    Raises
    ------
    ValueError
        If the file is malformed, or a reason is empty.
    """
    excuses = {}
    for name, items in _load(root / EXCUSES).items():
        where = f"{EXCUSES.as_posix()}: {name}"
        if not isinstance(items, list):
            raise ValueError(f'{where} must be a list of tables: [["{name}"]]')
        excuses[name] = dict(_excuse(item, where) for item in items)
    return excuses


def count(result: Result, excuses: Mapping[Change, str]) -> Mutants:
    """Count a unit's mutants; an excused one is neither killed nor in the total."""
    excused = sum(survivor.change in excuses for survivor in result.survivors)
    killed = result.total - len(result.survivors)
    return Mutants(killed, result.total - excused, excused)


def read_counts(root: Path) -> dict[tuple[str, ...], Mutants]:
    """Count the mutants of each unit, by the hashes of the unit and of its test.

    Raises
    ------
    ValueError
        If a list is malformed.
    """
    excuses = read_excuses(root)
    return {
        (result.hash, result.tests): count(result, excuses.get(name, {}))
        for name, result in read_results(root).items()
    }


def score(counts: Mutants) -> float:
    """Give the per cent killed, 100 where there was nothing to kill."""
    return 100 * counts.killed / counts.total if counts.total else 100.0


def faults(
    results: Mapping[str, Result], excuses: Excuses, *, whole: bool
) -> Iterator[str]:
    """Say what is below the thresholds, and which excuses excuse nothing.

    Parameters
    ----------
    results : mapping of str to Result
        Of the units to judge, each of its present form.
    whole : bool
        Whether these are all units.
    """
    counts = {
        name: count(each, excuses.get(name, {})) for name, each in results.items()
    }
    for name, each in counts.items():
        if score(each) < LEAST_OF_EACH:
            yield (
                f"{name}: its tests kill {each.killed} of {each.total} mutants, "
                f"{score(each):.1f} %: the least is {LEAST_OF_EACH} %"
            )
    for name, result in results.items():
        alive = {survivor.change for survivor in result.survivors}
        for change in sorted(set(excuses.get(name, {})) - alive):
            yield (
                f"{EXCUSES.as_posix()}: {name}: no survivor is {change.before!r} -> "
                f"{change.after!r} in {change.function or 'the module'} of "
                f"{change.file}: take the entry out"
            )
    if not whole:
        return
    for name in sorted(set(excuses) - set(results)):
        yield f"{EXCUSES.as_posix()}: there is no snippet {name}"
    everything = Mutants(
        sum(each.killed for each in counts.values()),
        sum(each.total for each in counts.values()),
        sum(each.excused for each in counts.values()),
    )
    if score(everything) < LEAST_OF_ALL:
        yield (
            f"all tests kill {everything.killed} of {everything.total} mutants, "
            f"{score(everything):.1f} %: the least is {LEAST_OF_ALL} %"
        )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error


def _result(value: object, name: str) -> Result:
    where = f"{RESULTS.as_posix()}: {name}"
    values = table(value, where)
    survivors = []
    for item in field(values, "survivors", list, where):
        each = table(item, f"{where}: a survivor")
        line = field(each, "line", int, where)
        survivors.append(Survivor(line, Change.read(each, where)))
    return Result(
        field(values, "hash", str, where),
        field(values, "tests", str, where),
        field(values, "total", int, where),
        field(values, "seconds", int, where),
        tuple(survivors),
    )


def _excuse(item: object, where: str) -> tuple[Change, str]:
    values = table(item, f"{where}: an entry")
    reason = field(values, "reason", str, where)
    if not reason.strip():
        raise ValueError(f"{where}: reason must say why no test can kill it")
    return Change.read(values, where), reason
