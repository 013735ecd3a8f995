"""Compare the results of mutation testing with the thresholds.

Some mutants may survive. People write the reasons in snippets/survivors.toml.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.base.schema import Table, read_toml
from handbook.proof.mutate.record import Change, Result, read_results
from handbook.registry.receipts import Mutants

__all__ = [
    "Excuse",
    "Excuses",
    "count",
    "excused",
    "faults",
    "read_counts",
    "read_excuses",
    "score",
]

_EXCUSES = Path("snippets/survivors.toml")

LEAST_OF_ALL = 90  # per cent of the mutants of all units together
LEAST_OF_EACH = 80  # per cent of the mutants of each unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """The reason why some mutants may survive.

    Attributes
    ----------
    file, function : str
        As in `Change`.
    before, after : str or None
        As in `Change`. Without `after` it covers all changes of these lines; without
        both it covers all changes in the function, class or constant.
    reason : str
        Why no test can kill them, or none that is useful to a reader.
    """

    file: str
    function: str
    before: str | None
    after: str | None
    reason: str

    def covers(self, change: Change) -> bool:
        """Return whether it covers a change."""
        return (
            (self.file, self.function) == (change.file, change.function)
            and self.before in (None, change.before)
            and self.after in (None, change.after)
        )


Excuses = Mapping[str, Sequence[Excuse]]
"""The excuses of each unit, by its name."""


def read_excuses(root: Path) -> Excuses:
    """Read the excuses; return none if there is no file.

    Raises
    ------
    ValueError
        If the file is malformed, or a reason is missing or empty.
    """
    excuses = {}
    for name, items in read_toml(root, _EXCUSES).items():
        where = f"{_EXCUSES.as_posix()}: {name}"
        if not isinstance(items, list):
            raise ValueError(f'{where} must be a list of tables: [["{name}"]]')
        excuses[name] = [_excuse(item, where) for item in items]
    return excuses


def excused(change: Change, excuses: Sequence[Excuse]) -> bool:
    """Return whether one of the excuses covers a change."""
    return any(excuse.covers(change) for excuse in excuses)


def count(result: Result, excuses: Sequence[Excuse]) -> Mutants:
    """Count a unit's mutants, the killed ones, and the survivors that are excused."""
    killed = result.total - len(result.survivors)
    explained = sum(excused(each.change, excuses) for each in result.survivors)
    return Mutants(killed, result.total, explained)


def read_counts(root: Path) -> dict[tuple[str, ...], Mutants]:
    """Count the mutants of each unit, by the hashes of the unit and of its test.

    Raises
    ------
    ValueError
        If a list is malformed.
    """
    excuses = read_excuses(root)
    return {
        (result.hash, result.tests): count(result, excuses.get(name, ()))
        for name, result in read_results(root).items()
    }


def score(counts: Mutants) -> float:
    """Return the per cent of mutants that were killed; 100 if there were none."""
    return 100 * counts.killed / counts.total if counts.total else 100.0


def faults(
    results: Mapping[str, Result], excuses: Excuses, *, whole: bool
) -> Iterator[str]:
    """Yield scores below a threshold, survivors without an excuse, and useless excuses.

    Parameters
    ----------
    results : mapping of str to Result
        The current result of each unit to judge.
    excuses : mapping of str to sequence of Excuse
        The excuses of each unit.
    whole : bool
        Whether these are all units.
    """
    counts = {
        name: count(each, excuses.get(name, ())) for name, each in results.items()
    }
    for name, each in counts.items():
        if score(each) < LEAST_OF_EACH:
            yield (
                f"{name}: its tests kill {each.killed} of {each.total} mutants, "
                f"{score(each):.1f} %: the least is {LEAST_OF_EACH} %"
            )
        if unexplained := each.total - each.killed - each.excused:
            yield (
                f"{name}: {unexplained} survived without a reason: kill them, or write "
                f"in {_EXCUSES.as_posix()} why they may survive"
            )
    for name, result in results.items():
        for excuse in excuses.get(name, ()):
            if not any(excuse.covers(each.change) for each in result.survivors):
                yield (
                    f"{_EXCUSES.as_posix()}: {name}: no survivor is {_words(excuse)}: "
                    "remove the entry"
                )
    if not whole:
        return
    for name in sorted(set(excuses) - set(results)):
        yield f"{_EXCUSES.as_posix()}: there is no snippet {name}"
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


def _words(excuse: Excuse) -> str:
    where = f"in {excuse.function or 'the module'} of {excuse.file}"
    if excuse.before is None:
        return where
    if excuse.after is None:
        return f"{excuse.before!r} {where}"
    return f"{excuse.before!r} -> {excuse.after!r} {where}"


def _excuse(item: object, where: str) -> Excuse:
    fields = Table(item, f"{where}: an entry")
    if unknown := sorted(set(fields) - set(Excuse.__slots__)):
        raise ValueError(f"{where}: an entry has the unknown field {unknown[0]}")
    file, function, reason = map(fields.text, ("file", "function", "reason"))
    if not reason.strip():
        raise ValueError(f"{where}: reason must explain why no test should kill it")
    if "before" not in fields and ("after" in fields or not function):
        message = "an entry without before must name a function, and have no after"
        raise ValueError(f"{where}: {message}")
    before, after = (
        fields.text(key) if key in fields else None for key in ("before", "after")
    )
    return Excuse(
        file=file, function=function, before=before, after=after, reason=reason
    )
