"""Measure the units that changed since the last measurement, and report on all."""

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
from handbook.proof.mutate.record import Result, Survivor, read_results, write_result
from handbook.registry.model import hash_of, hashes
from handbook.registry.units import Source, find_units

__all__ = ["call", "mutate"]

_SETTINGS = """\
[pytest]
addopts = --import-mode=importlib
filterwarnings = error
"""


class _TrialError(Exception):
    """A trial failed; the message is the reason."""


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return mutate(Path.cwd(), arguments.names)


def mutate(start: Path, names: Sequence[str]) -> int:
    """Measure units, print their survivors and a summary line, return the exit status.

    A unit is not measured again while its modules and its test stay the same. So an
    interrupted run continues where it stopped.

    Parameters
    ----------
    start : Path
        A folder of the book.
    names : sequence of str
        The names of the units; all units if empty.

    Raises
    ------
    WrongUse
        If there is no such unit, a list is malformed, or the system cannot fork.
    """
    if not hasattr(os, "fork"):
        message = "forks a process for each mutant: this system cannot fork"
        raise WrongUse(f"`handbook mutate` {message}")
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
            except _TrialError as error:
                failures.append(f"{name}: {error}")
                continue
            write_result(root, name, results[name], units)
        chosen[name] = results[name]
        _report(name, results[name], excuses)
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
    unit, tests = key
    return Result(
        hash=unit,
        tests=tests,
        total=len(changed),
        seconds=round(time.monotonic() - began),
        survivors=tuple(sorted(survivors, key=lambda each: (each.change.file, each))),
    )


def _copy(sources: Sequence[Source], part: Path, root: Path, folder: Path) -> None:
    """Copy only the unit, its test and the packages that contain them."""
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
    """Run a trial in a new process; yield for each mutant whether it was killed.

    Raises
    ------
    _TrialError
        If the trial ends before its last mutant.
    """
    variables = {
        "OMP_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # tests need none, and it takes half
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(folder),  # for processes that a test starts
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
            env={**os.environ, **variables},
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
        printed = errors.read_text(encoding="utf-8", errors="replace").strip()
        raise _TrialError(f"its trial failed\n{printed}")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _report(name: str, result: Result, excuses: Excuses) -> None:
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
