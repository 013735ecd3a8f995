"""Build books of 50, 200 and 1,000 chapters: our way, Material's and Zensical's.

Each build is its own process. The kinds run in turn, so that a noisy machine is noisy
for them all, and the median of each is printed. Memory is the peak of the process and
its children together, each page of memory counted once.
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.generated_book import write_book

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ZENSICAL = "0.0.73"
"""Newer versions can't be installed everywhere: they need another package of the same
authors that isn't published with them."""

HEAD = ("seconds", "MiB at most", "site, MiB", "a page, KiB", "index, KiB", "gzip, KiB")


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to build, and a change to make before each build.

    Attributes
    ----------
    command : tuple of str
        Runs in the book's folder and writes `site/`.
    change : callable
        Called with the book's folder and the number of the run.
    """

    name: str
    book: str
    command: tuple[str, ...]
    change: Callable[[Path, int], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Write the books, build them and print a table for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chapters", type=int, nargs="*", default=[50, 200, 1000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ours", action="store_true", help="leave the others out")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        kinds = _kinds(None if arguments.ours else _zensical(Path(folder)))
        for chapters in arguments.chapters:
            table = _build_all(Path(folder), chapters, kinds, arguments.runs)
            print(f"\n{chapters:,} chapters, median of {arguments.runs}\n")
            print(_markdown(table), flush=True)
    return 0


def _kinds(zensical: Path | None) -> list[Kind]:
    ours = (str(BIN / "mkdocs"), "build", "--quiet")
    kinds = [
        Kind("ours, cold", "ours", ours, _forget),
        Kind("ours, nothing changed", "ours", ours, _nothing),
        Kind("ours, one chapter changed", "ours", ours, _change_chapter),
        Kind("ours, a snippet that ten show changed", "ours", ours, _change_snippet),
    ]
    if zensical:
        other = (str(zensical), "build")
        kinds += [
            Kind("Material", "stock", ours, _nothing),
            Kind(f"Zensical {ZENSICAL}, cold", "stock-z", other, _forget),
            Kind(f"Zensical {ZENSICAL}, nothing changed", "stock-z", other, _nothing),
            Kind(
                f"Zensical {ZENSICAL}, one chapter changed",
                "stock-z",
                other,
                _change_chapter,
            ),
        ]
    return kinds


def _zensical(folder: Path) -> Path:
    """Install Zensical into a folder of its own, since this project doesn't need it."""
    uv, there = str(BIN / "uv"), str(folder / "zensical")
    wanted = (f"zensical=={ZENSICAL}", "mkdocstrings[python]")
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, there], check=True)
    subprocess.run([uv, "pip", "install", "-q", "-p", there, *wanted], check=True)
    return folder / "zensical/bin/zensical"


def _build_all(
    folder: Path, chapters: int, kinds: list[Kind], runs: int
) -> dict[str, list[float]]:
    books = {kind.book: folder / f"{kind.book}-{chapters}" for kind in kinds}
    for name, book in books.items():
        write_book(book, chapters, config=name.partition("-")[0])
    measured = defaultdict(list)
    for run in range(runs):
        for kind in kinds:
            book = books[kind.book]
            kind.change(book, run)
            print(f"\r\033[K{chapters:,}: {kind.name}", end="", file=sys.stderr)
            measured[kind.name].append([*_run(kind, book), *_sizes(book)])
    print("\r\033[K", end="", file=sys.stderr)
    for book in books.values():
        shutil.rmtree(book)
    return {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in measured.items()
    }


def _run(kind: Kind, book: Path) -> tuple[float, float]:
    """Return the seconds, and the peak memory in MiB."""
    started = time.perf_counter()
    # Without a tty, and with the output kept in case the build fails.
    process = subprocess.Popen(
        kind.command,
        cwd=book,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    peak = [0.0]
    watch = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watch.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{kind.name} failed:\n{output.decode()}")
    watch.join()
    return seconds, peak[0]


def _watch(process: int, peak: list[float]) -> None:
    try:
        parent = psutil.Process(process)
        while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
            total = 0
            for part in [parent, *parent.children(recursive=True)]:
                try:
                    total += part.memory_full_info().pss
                except psutil.Error:
                    continue  # it has just ended
            peak[0] = max(peak[0], total / 2**20)
            time.sleep(0.1)
    except psutil.Error:
        return


def _sizes(book: Path) -> list[float]:
    """Return MiB of the site, KiB of a page, of the index, and of the packed index."""
    site = book / "site"
    page = next((site / "part_0").glob("rows_*/index.html"))
    index = next(site.glob("search*/search_index.json"), site / "search.json")
    content = index.read_bytes()
    whole = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return [
        whole / 2**20,
        page.stat().st_size / 2**10,
        len(content) / 2**10,
        len(gzip.compress(content, 9)) / 2**10,
    ]


def _forget(book: Path, run: int) -> None:
    del run
    for name in (".cache", "site"):
        shutil.rmtree(book / name, ignore_errors=True)


def _nothing(book: Path, run: int) -> None:
    del book, run


def _change_chapter(book: Path, run: int) -> None:
    page = next((book / "docs/part_0").glob("rows_*.md"))
    page.write_text(f"{page.read_text()}\nRead once more, {run + 1}.\n")


def _change_snippet(book: Path, run: int) -> None:
    module = next((book / "snippets/part_0").glob("shared_*.py"))
    module.write_text(f"{module.read_text()}    # changed {run + 1}\n")


def _markdown(table: dict[str, list[float]]) -> str:
    lines = [f"| | {' | '.join(HEAD)} |", f"|---{'|---:' * len(HEAD)}|"]
    for name, (seconds, *rest) in table.items():
        cells = [f"{seconds:.2f}", *(f"{number:,.0f}" for number in rest)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
