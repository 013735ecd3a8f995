"""Test copies of units at both ends of their version ranges, and write receipts."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.base.words import suggest
from handbook.book.layout import find_root
from handbook.proof.hostile.record import Judged, declaration, judge_units
from handbook.proof.mutate.judge import read_counts
from handbook.proof.prove.project import (
    FailedError,
    Outcome,
    copy,
    find_python,
    install,
    run_tests,
)
from handbook.registry.model import Registry, Unit, build, offer
from handbook.registry.receipts import (
    Mutants,
    Proof,
    Receipt,
    read_receipts,
    write_receipts,
)

__all__ = ["call", "prove"]

_ENDS: tuple[Literal["highest", "lowest-direct"], ...] = ("highest", "lowest-direct")
_SYSTEM = f"{platform.system()} {platform.machine()}"
_LINES = 40  # of a failing test's output: its end shows the reason


@dataclass(frozen=True, slots=True)
class _Proved:
    """The outcomes of a unit at both ends of its ranges, or its failure."""

    unit: Unit
    outcomes: tuple[Outcome, ...] = ()
    proofs: tuple[Proof, ...] = ()
    failure: str = ""


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return prove(
        Path.cwd(), arguments.names, arguments.python, write=not arguments.check
    )


def prove(
    start: Path, names: Sequence[str], pythons: Sequence[str] | None, *, write: bool
) -> int:
    """Prove units, print a line for each, and return the exit status.

    Parameters
    ----------
    start : Path
        A folder of the book.
    names : sequence of str
        The names of the units; all units if empty.
    pythons : sequence of str or None
        The versions of Python to prove them with; if None, the one that runs this.
    write : bool
        Whether to write receipts.

    Raises
    ------
    WrongUse
        If there is no such unit or no such Python, or the sources are malformed.
    """
    root = find_root(start)
    try:
        sources = Files(root)
        registry = build(sources)
        receipts = read_receipts(root)
        counts = read_counts(root)
        files = offer(sources)
        # A missing Python is not the fault of a snippet, whose receipt must stay.
        programs = [find_python(each) for each in pythons or [sys.executable]]
    except (OSError, ValueError, FailedError) as error:
        raise WrongUse(str(error)) from error
    chosen = list(_choose(registry, names))
    mutants = {
        unit.hash: counts.get((unit.hash, test))
        for unit in registry.snippets.values()
        for test in unit.tests.values()
    }
    receipts = {key: each for key, each in receipts.items() if key in mutants}
    declared = [name for name in registry.snippets if sources.has(declaration(name))]
    judged = {each.name: each for each in judge_units(root, declared)}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="handbook-prove-") as folder:
        for path, content in files.items():
            file = Path(folder, "offer", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        one = partial(_prove, folder=Path(folder), pythons=programs, judged=judged)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for proved in pool.map(one, chosen):
                print(_line(proved), flush=True)
                failed += bool(proved.failure)
                if write:
                    _update_receipt(receipts, proved)
                    write_receipts(root, _with_counts(receipts, mutants, judged))
    print(f"{len(chosen) - failed} of {len(chosen)} proved.")
    return 1 if failed else 0


def _choose(registry: Registry, names: Sequence[str]) -> Iterator[Unit]:
    for name in names or registry.snippets:
        if name not in registry.snippets:
            hint = suggest(name, registry.snippets, ask="did you mean", cutoff=0.5)
            raise WrongUse(f"there is no snippet {name}{hint}")
        yield registry.snippets[name]


def _prove(
    unit: Unit, *, folder: Path, pythons: Sequence[str], judged: Mapping[str, Judged]
) -> _Proved:
    if unit.name in judged and (faults := judged[unit.name].faults):
        return _Proved(unit, failure="\n".join([f"{unit.name}, hostile:", *faults]))
    outcomes, proofs = [], []
    for number, python in enumerate(pythons):
        for end in _ENDS:
            place = folder / f"{unit.name}-{number}-{end}"
            try:
                outcome, proof = _try(unit, end, python, folder / "offer", place)
            except FailedError as error:
                lines = str(error).splitlines()[-_LINES:]
                about = f"{unit.name}, {end} versions, {python}:"
                return _Proved(unit, failure="\n".join([about, *lines]))
            outcomes.append(outcome)
            proofs.append(proof)
    return _Proved(unit, tuple(outcomes), tuple(proofs))


def _try(
    unit: Unit,
    end: Literal["highest", "lowest-direct"],
    python: str,
    offered: Path,
    place: Path,
) -> tuple[Outcome, Proof]:
    requirements = [*unit.requires, *unit.test_requires]
    place.mkdir()
    environment = install(requirements, end, python, place / "venv")
    copy([unit.name], offered, place / "shop")
    outcome = run_tests(environment.pytest, place / "shop")
    shutil.rmtree(place)  # some environments have hundreds of megabytes
    names = sorted(canonicalize_name(Requirement(each).name) for each in requirements)
    versions = {str(name): environment.versions[name] for name in names}
    return outcome, Proof(environment.python, _SYSTEM, versions)


def _line(proved: _Proved) -> str:
    if proved.failure:
        return proved.failure
    each = ", ".join(f"{outcome.seconds:.1f} s" for outcome in proved.outcomes)
    return f"{proved.unit.name}: {proved.outcomes[0].tests} tests, {each}"


def _with_counts(
    receipts: Mapping[str, Receipt],
    mutants: Mapping[str, Mutants | None],
    judged: Mapping[str, Judged],
) -> dict[str, Receipt]:
    """Return the receipts with the latest counts for the present tests."""
    hostile = {name: each.counts for name, each in judged.items()}
    return {
        key: replace(each, mutants=mutants[key], hostile=hostile.get(each.name))
        for key, each in receipts.items()
    }


def _update_receipt(receipts: dict[str, Receipt], proved: _Proved) -> None:
    """Replace the proofs for the same Python and system; a failure drops them all."""
    key = proved.unit.hash
    old = receipts.pop(key, None)
    if not proved.failure:
        again = {(proof.python, proof.system) for proof in proved.proofs}
        others = [
            proof
            for proof in (old.proved if old else ())
            if (proof.python, proof.system) not in again
        ]
        receipts[key] = Receipt(
            name=proved.unit.name,
            date=datetime.now(UTC).date().isoformat(),
            tests=proved.outcomes[0].tests,
            seconds=round(proved.outcomes[0].seconds, 1),
            proved=(*proved.proofs, *others),
        )
