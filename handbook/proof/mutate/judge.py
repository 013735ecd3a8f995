"""Judge what became of each unit's mutants, and why some may live.

People write the reasons, in snippets/survivors.toml.
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

LEAST_OF_ALL = 90  # per cent, of all units together
LEAST_OF_EACH = 80  # per cent, of every one


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why mutants may live.

    Attributes
    ----------
    file, function : str
        As in `Change`.
    before, after : str or None
        As in `Change`. Without `after`, for every change of these lines; without
        `before` as well, for every change in the function, class or constant.
    reason : str
        Why no test can kill them, or none that means something to a reader.
    """

    file: str
    function: str
    before: str | None
    after: str | None
    reason: str

    def covers(self, change: Change) -> bool:
        """Tell whether it is for this change."""
        return (
            (self.file, self.function) == (change.file, change.function)
            and self.before in (None, change.before)
            and self.after in (None, change.after)
        )


Excuses = Mapping[str, Sequence[Excuse]]
"""By unit."""


def read_excuses(root: Path) -> Excuses:
    """Read why some mutants may live; none where there is no file.

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
    """Tell whether one of them is for this change."""
    return any(excuse.covers(change) for excuse in excuses)


def count(result: Result, excuses: Sequence[Excuse]) -> Mutants:
    """Count a unit's mutants, and the excused among those that live."""
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
    """Give the per cent killed, 100 where there was nothing to kill."""
    return 100 * counts.killed / counts.total if counts.total else 100.0


def faults(
    results: Mapping[str, Result], excuses: Excuses, *, whole: bool
) -> Iterator[str]:
    """Say what is below the thresholds or unexplained, and what explains nothing.

    Parameters
    ----------
    results : mapping of str to Result
        Of the units to judge, each of its present form.
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
                f"{name}: {unexplained} survived without a reason: kill them, or say "
                f"why they may live in {_EXCUSES.as_posix()}"
            )
    for name, result in results.items():
        for excuse in excuses.get(name, ()):
            if not any(excuse.covers(each.change) for each in result.survivors):
                yield (
                    f"{_EXCUSES.as_posix()}: {name}: no survivor is {_words(excuse)}: "
                    "take the entry out"
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
        raise ValueError(f"{where}: an entry has no {unknown[0]}")
    file, function, reason = map(fields.text, ("file", "function", "reason"))
    if not reason.strip():
        raise ValueError(f"{where}: reason must say why no test should kill it")
    if "before" not in fields and ("after" in fields or not function):
        raise ValueError(f"{where}: an entry without before must name a function alone")
    before, after = (
        fields.text(key) if key in fields else None for key in ("before", "after")
    )
    return Excuse(file, function, before, after, reason)
