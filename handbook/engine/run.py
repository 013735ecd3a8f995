"""The way in: run chapters, each in its own process, and give their results as they come."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from handbook.chapter import Chapter, ChapterResult, Problem
from handbook.engine.job import Job, Limits, unpack

__all__ = ["run_chapters"]

_PACKAGE_ROOT = Path(__file__).parents[2]
_KEPT = (
    "PATH",
    "LANG",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "PATHEXT",
    "COMSPEC",
    "HANDBOOK_NETWORK",
)


def run_chapters(
    chapters: Sequence[Chapter],
    *,
    root: Path,
    cache: bool = True,
    jobs: int | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    timezone: str = "UTC",
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
        Whether results are read from the cache. A run under another seed or time zone never does.
    jobs : int, optional
        How many run at once; as many as there are cores if None.
    limits : Limits, optional
        What one chapter may use.
    seed : int
        Of the hashes of str and bytes.
    timezone : str
        The chapters' `TZ`.
    fork : bool, optional
        Whether chapters are forked from one server or spawned; decided by the system if None.

    Yields
    ------
    ChapterResult
        In the order in which they end.
    """
    root = root.resolve()
    if not chapters:
        return
    yield from _run(
        chapters,
        root,
        jobs or len(os.sched_getaffinity(0)),
        limits or Limits(),
        _environment(root, seed, timezone),
        sys.platform.startswith("linux") if fork is None else fork,
    )


def _run(
    chapters: Sequence[Chapter],
    root: Path,
    at_once: int,
    limits: Limits,
    environment: dict[str, str],
    fork: bool,
) -> Iterator[ChapterResult]:
    with tempfile.TemporaryDirectory(prefix="handbook-run-") as name:
        folder = Path(name)
        plan = {
            "root": str(root),
            "fork": fork,
            "at_once": at_once,
            "imports": [],
            "jobs": [Job.of(chapter, root, limits).to_json() for chapter in chapters],
        }
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        server = subprocess.Popen(
            [sys.executable, "-m", "handbook.engine.server", name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to answer
            text=True,
        )
        missing = dict(enumerate(chapters))
        try:
            assert server.stdout is not None  # noqa: S101  it is a pipe
            for line in server.stdout:
                if line.strip() == "guard":
                    continue
                yield _read(folder, int(line), missing.pop(int(line)))
        finally:
            server.terminate()
            server.wait()
            if server.stdout:
                server.stdout.close()
        for chapter in missing.values():
            yield _lost(chapter)


def _read(folder: Path, number: int, chapter: Chapter) -> ChapterResult:
    path = folder / f"{number}.json"
    if not path.exists():
        return _lost(chapter)
    return unpack(json.loads(path.read_text(encoding="utf-8")), chapter)


def _lost(chapter: Chapter) -> ChapterResult:
    line = chapter.blocks[0].line if chapter.blocks else 1
    problem = Problem(chapter.path, line, "the chapter took down the process that watches it")
    return ChapterResult(chapter, (), problems=(problem,))


def _environment(root: Path, seed: int, timezone: str) -> dict[str, str]:
    """Say what surrounds a chapter: the same everywhere, and no secret of whoever runs it."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    return (
        kept
        | {f"{name}_NUM_THREADS": "1" for name in threads}
        | {
            "COLUMNS": "80",
            "LINES": "24",
            "LC_ALL": "C.UTF-8",
            "MATPLOTLIBRC": str(_PACKAGE_ROOT / "handbook" / "figures.mplstyle"),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(root / ".cache" / "handbook" / "matplotlib"),
            "PYTHONHASHSEED": str(seed),
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "PYTHONUTF8": "1",
            "TZ": timezone,
        }
    )
