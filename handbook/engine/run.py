"""The way in: run chapters, each in its own process, and give their results as they come."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from handbook.chapter import Chapter, ChapterResult, Problem
from handbook.engine.job import Job, Limits, must_raise, unpack
from handbook.engine.key import Keys, changes
from handbook.engine.store import Store

__all__ = ["explain", "run_chapters"]

_PACKAGE_ROOT = Path(__file__).parents[2]
_SEED, _TIMEZONE = 0, "UTC"
# What a chapter may see of the surroundings of whoever runs it: no secret among it.
_KEPT = ["PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "PATHEXT", "HANDBOOK_NETWORK"]


def run_chapters(
    chapters: Sequence[Chapter],
    *,
    root: Path,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    seed: int = _SEED,
    timezone: str = _TIMEZONE,
    fork: bool | None = None,
) -> Iterator[ChapterResult]:
    """Run chapters, or read what came of them where nothing has changed since.

    Parameters
    ----------
    chapters : sequence of Chapter
        Begun in this order.
    root : Path
        The book's root: holds `docs/` and `snippets/`.
    cache : bool
        Whether results are read from the cache; they are kept there in any case. A run under
        another seed or time zone has nothing to do with it.
    jobs : int, optional
        How many run at once; as many as there are cores if None.
    limits : Limits, optional
        What one chapter may use.
    seed : int
        Of the hashes of str and bytes.
    timezone : str
        The chapters' `TZ`.
    fork : bool, optional
        Whether chapters are forked from one server that has imported what they need, or spawned
        as their reader would; decided by the system if None.

    Yields
    ------
    ChapterResult
        What was read first, the rest in the order in which they end.
    """
    root = root.resolve()
    store = Store(_memory(root))
    keys = Keys(root, store.folder)
    keeps = (seed, timezone) == (_SEED, _TIMEZONE)
    missing: list[Chapter] = []
    parts: list[tuple[dict[str, str], set[str]]] = []
    packages: set[str] = set()
    for chapter in chapters:
        key, imports = keys.of_chapter(chapter)
        if cache and keeps and (found := store.get(chapter.path, key)) is not None:
            yield unpack(found, chapter, cached=True)
            continue
        missing.append(chapter)
        parts.append((key, {str(path) for path in imports.files}))
        packages |= imports.packages
    plan = {
        "root": str(root),
        "fork": sys.platform.startswith("linux") if fork is None else fork,
        "at_once": jobs or _cores(),
        "imports": sorted(packages),
        "jobs": [Job.of(chapter, root, limits or Limits()).to_json() for chapter in missing],
    }
    for number, data in _serve(plan, _environment(root, seed, timezone)):
        chapter, (key, files) = missing[number], parts[number]
        result = unpack(data, chapter) if data else _lost(chapter)
        # Kept only if it went as it should, and loaded no module that the key does not know of.
        if keeps and data and _went_well(result) and files.issuperset(data["loaded"]):
            store.keep(chapter.path, key, data)
        yield result


def explain(chapters: Iterable[Chapter], *, root: Path) -> dict[Path, list[str]]:
    """Say of each chapter what made it run again; nothing where it would be read.

    Parameters
    ----------
    chapters : iterable of Chapter
        Of any number of pages.
    root : Path
        The book's root.

    Returns
    -------
    dict of Path to list of str
        The parts of the key that changed since the page's last good run.
    """
    root = root.resolve()
    store = Store(_memory(root))
    keys = Keys(root, store.folder)
    reasons = {}
    for chapter in chapters:
        key, _ = keys.of_chapter(chapter)
        hit = store.get(chapter.path, key) is not None
        reasons[chapter.path] = [] if hit else changes(store.last(chapter.path), key)
    return reasons


def _memory(root: Path) -> Path:
    return root / ".cache" / "handbook"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _went_well(result: ChapterResult) -> bool:
    blocks = result.chapter.blocks
    return (
        not result.problems
        and len(result.blocks) == len(blocks)
        and all(
            (given.error is not None) == must_raise(block)
            for block, given in zip(blocks, result.blocks, strict=True)
        )
    )


def _serve(
    plan: dict[str, Any], environment: dict[str, str]
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Start a server on a plan; give the number of each job as it ends, and its result if any."""
    missing = set(range(len(plan["jobs"])))
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="handbook-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        server = subprocess.Popen(
            [sys.executable, "-m", "handbook.engine.server", str(folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to answer
            text=True,
        )
        with server:
            try:
                for line in server.stdout or ():
                    if line == "guard\n":
                        _tell_of_the_guard()
                        continue
                    number = int(line)
                    missing.discard(number)
                    path = folder / f"{number}.json"
                    yield number, json.loads(path.read_bytes()) if path.exists() else None
            finally:
                server.terminate()
    for number in missing:
        yield number, None


_told: set[str] = set()


def _tell_of_the_guard() -> None:
    if not _told:
        _told.add("guard")
        print(
            "handbook: this system gives no network namespace; a guard refuses Python's "
            "connections, and a proxy those of what honours one",
            file=sys.stderr,
        )


def _lost(chapter: Chapter) -> ChapterResult:
    line = chapter.blocks[0].line if chapter.blocks else 1
    problem = Problem(chapter.path, line, "the chapter took down the process that watches it")
    return ChapterResult(chapter, (), problems=(problem,))


def _environment(root: Path, seed: int, timezone: str) -> dict[str, str]:
    """Say what surrounds a chapter: the same everywhere."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    pools = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    # One thread: sums come out the same on any number of cores, and forking stays safe.
    one_thread = {f"{pool}_NUM_THREADS": "1" for pool in pools}
    return (
        kept
        | one_thread
        | {
            "COLUMNS": "80",
            "LINES": "24",
            "LC_ALL": "C.UTF-8",
            "MATPLOTLIBRC": str(_PACKAGE_ROOT / "handbook" / "figures.mplstyle"),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(_memory(root) / "matplotlib"),
            "PYTHONHASHSEED": str(seed),
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "PYTHONUTF8": "1",
            "TZ": timezone,
        }
    )
