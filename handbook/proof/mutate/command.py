"""Measure the units that changed since they were measured, and report on all."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.base.words import suggest
from handbook.book.layout import find_root
from handbook.proof.mutate.judge import (
    Excuses,
    count,
    excused,
    faults,
    read_excuses,
    score,
)
from handbook.proof.mutate.mutants import mutants
from handbook.proof.mutate.record import Result, Survivor, keep_result, read_results
from handbook.registry.model import hash_of, hashes
from handbook.registry.units import Source, find_units

__all__ = ["call", "mutate"]

_SETTINGS = """\
[pytest]
addopts = --import-mode=importlib
filterwarnings = error
"""


class _FailedError(Exception):
    """A trial could not be held; the message says why."""


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return mutate(Path.cwd(), arguments.names)


def mutate(start: Path, names: Sequence[str]) -> int:
    """Measure units, print each survivor and a line for each, give the exit status.

    What was measured with the same module and the same test is not measured again, so
    that a run that was stopped goes on where it was.

    Parameters
    ----------
    start : Path
        A folder of the book.
    names : sequence of str
        Of the units; all if empty.

    Raises
    ------
    WrongUse
        If there is no such unit, a list is malformed, or the system cannot fork.
    """
    if not hasattr(os, "fork"):
        raise WrongUse("`handbook mutate` forks a process a mutant: this system cannot")
    root = find_root(start)
    try:
        sources = Files(root)
        units, versions = find_units(sources), hashes(sources)
        results, excuses = read_results(root), read_excuses(root)
    except ValueError as error:
        raise WrongUse(str(error)) from error
    failures, chosen = [], {}
    for name in _choose(units, names):
        files, tests = units[name]
        if not tests:
            failures.append(f"{name}: it has no test")
            continue
        key = versions[name], hash_of(tests[0].text.encode())
        kept = results.get(name)
        if kept is None or (kept.hash, kept.tests) != key:
            try:
                results[name] = _measure(name, key, files, tests[0], root)
            except _FailedError as error:
                failures.append(f"{name}: {error}")
                continue
            keep_result(root, name, results[name], units)
        chosen[name] = results[name]
        _tell(name, results[name], excuses)
    whole = not names and not failures
    failures += faults(chosen, excuses, whole=whole)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def _choose(units: Mapping[str, object], names: Sequence[str]) -> Iterator[str]:
    for name in names or units:
        if name not in units:
            hint = suggest(name, units, ask="did you mean", cutoff=0.5)
            raise WrongUse(f"there is no snippet {name}{hint}")
        yield name


def _measure(
    name: str,
    key: tuple[str, str],
    files: Sequence[Source],
    test: Source,
    root: Path,
) -> Result:
    part = Path("snippets", name.partition(".")[0])
    changed = [
        mutant
        for source in files
        for mutant in mutants(source.path.relative_to(part).as_posix(), source.text)
    ]
    began = time.monotonic()
    survivors = []
    with tempfile.TemporaryDirectory(prefix="handbook-mutate-") as folder:
        _copy([*files, test], part, root, Path(folder))
        trial = {
            "test": test.path.as_posix(),
            "mutants": [
                {
                    "path": (part / mutant.change.file).as_posix(),
                    "function": mutant.change.function,
                    "source": mutant.source,
                }
                for mutant in changed
            ],
        }
        with closing(_verdicts(trial, Path(folder))) as verdicts:
            for done, killed in enumerate(verdicts):
                if not killed:
                    mutant = changed[done]
                    survivors.append(Survivor(mutant.line, mutant.change))
                _progress(f"{name}: {done + 1} of {len(changed)} mutants")
    _progress("")
    return Result(
        *key,
        len(changed),
        round(time.monotonic() - began),
        tuple(sorted(survivors, key=lambda each: (each.change.file, each))),
    )


def _copy(sources: Sequence[Source], part: Path, root: Path, folder: Path) -> None:
    """Lay out the unit, its test and the packages around it, and nothing else."""
    (folder / "pytest.ini").write_text(_SETTINGS, encoding="utf-8")
    (folder / "tmp").mkdir()
    for source in sources:
        path = folder / source.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, encoding="utf-8", newline="")
    for package in (part.parent, part):
        module = package / "__init__.py"
        (folder / module).write_bytes((root / module).read_bytes())


def _verdicts(trial: Mapping[str, object], folder: Path) -> Generator[bool]:
    """Hold a trial in a process of its own; of each mutant, tell whether it was killed.

    Raises
    ------
    _FailedError
        If the trial ends before its last mutant.
    """
    surroundings = {
        "OMP_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # no test needs one: half of the time
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(folder),  # for what a test starts
        "TMPDIR": str(folder / "tmp"),
    }
    orders, errors = folder / "trial.json", folder / "errors.txt"
    orders.write_text(json.dumps(trial), encoding="utf-8")
    with (
        orders.open("rb") as standard_input,
        errors.open("wb") as standard_error,
        subprocess.Popen(
            [sys.executable, "-m", "handbook.proof.mutate.trial"],
            cwd=folder,
            env={**os.environ, **surroundings},
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=standard_error,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101  for mypy: it is a pipe
        try:
            for line in process.stdout:
                yield json.loads(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        said = errors.read_text(encoding="utf-8", errors="replace").strip()
        raise _FailedError(f"its trial failed\n{said}")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _tell(name: str, result: Result, excuses: Excuses) -> None:
    reasons = excuses.get(name, ())
    part = name.partition(".")[0]
    for survivor in result.survivors:
        change = survivor.change
        if excused(change, reasons):
            continue
        where = f"snippets/{part}/{change.file}:{survivor.line}"
        print(f"{where}: no test notices this in {change.function or 'the module'}")
        for mark, lines in (("-", change.before), ("+", change.after)):
            for line in lines.splitlines():
                print(f"    {mark} {line}")
    counts = count(result, reasons)
    print(
        f"{name}: {counts.killed} of {counts.total} mutants killed, "
        f"{score(counts):.1f} %, {counts.excused} excused",
        flush=True,
    )
