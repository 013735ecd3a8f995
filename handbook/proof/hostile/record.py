"""Judge units in child processes, and remember the results until something changes."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbook.base.cache import Store, cache_folder, digest
from handbook.base.files import Files
from handbook.book.layout import Stem
from handbook.registry.model import hashes
from handbook.registry.receipts import Hostile

__all__ = ["Judged", "declaration", "inputs_key", "judge_units"]

_KIT = Path(__file__).parent
_LOCK = Path("requirements.lock")
_LINES = 20  # of an error: its end gives the reason


@dataclass(frozen=True, slots=True)
class Judged:
    """How a unit did on the hostile inputs of its functions.

    Attributes
    ----------
    name : str
        The name of the unit.
    counts : Hostile
        How many inputs there were, and on how many it holds.
    faults : tuple of str
        A line for each of the others.
    """

    name: str
    counts: Hostile
    faults: tuple[str, ...]


def declaration(name: str) -> Path:
    """Return where a unit's honest calls are: `tests/hostile/explore/nulls.py`."""
    return Stem(*name.split(".")).hostile


def judge_units(root: Path, names: Sequence[str]) -> Iterator[Judged]:
    """Yield how each unit did; what did not change since the last time is remembered.

    Parameters
    ----------
    root : Path
        The book's root.
    names : sequence of str
        The names of units.
    """
    files = Files(root)
    versions = hashes(files)
    one = functools.partial(_judge, files, versions)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(one, names)


def _judge(files: Files, versions: dict[str, str], name: str) -> Judged:
    path = declaration(name)
    if not files.has(path):
        fault = f"{path.as_posix()}: not there: declare an honest call of each function"
        return Judged(name, Hostile(0, 0, 0, ""), (fault,))
    store = Store(cache_folder(files.root) / "hostile")
    key = inputs_key(files, name)
    parts = {"unit": versions[name], "inputs": key, "Python": sys.version}
    kept = store.get(path, parts)
    if kept is None:
        kept = _try(files.root, path)
        if "verdicts" in kept:
            store.keep(path, parts, kept)
    return _judged(name, path, kept, key)


def inputs_key(files: Files, name: str) -> str:
    """Return a digest of what makes the inputs of a unit: it must be declared."""
    parts = [
        digest(files.read(declaration(name))),
        digest("\n".join(_pins(files))),
        _kit(),
    ]
    return f"sha256:{digest(' '.join(parts))}"


def _pins(files: Files) -> list[str]:
    """Return the lines of the lock without comments, which say who needs a package."""
    lines = files.text(_LOCK).splitlines() if files.has(_LOCK) else []
    return [line for line in lines if not line.lstrip().startswith("#")]


def _try(root: Path, path: Path) -> dict[str, Any]:
    variables = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "handbook.proof.hostile.trial", path.as_posix()],
        cwd=root,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        return {"error": "\n".join(done.stderr.strip().splitlines()[-_LINES:])}
    return {"verdicts": json.loads(done.stdout.splitlines()[-1])}


def _judged(name: str, path: Path, kept: dict[str, Any], key: str) -> Judged:
    where = path.as_posix()
    if "error" in kept:
        fault = f"{where}: its trial failed\n{kept['error']}"
        return Judged(name, Hostile(0, 0, 0, key), (fault,))
    verdicts = kept["verdicts"]
    faults = [
        f"{where}: {each['function']}: {fault}"
        for each in verdicts
        for fault in each["faults"]
    ]
    total, held, otherwise = (
        sum(each[count] for each in verdicts)
        for count in ("total", "held", "otherwise")
    )
    return Judged(name, Hostile(held, total, otherwise, key), tuple(faults))


@functools.cache
def _kit() -> str:
    sources = sorted(_KIT.rglob("*.py"))
    return digest("".join(digest(source.read_bytes()) for source in sources))
