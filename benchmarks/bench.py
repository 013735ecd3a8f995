"""Measure `handbook run` against plain pytest-codeblocks and sybil on a generated book.

`make bench` prints a table: wall time of whole processes on two cores, the median of
five. The book has 500 blocks in 50 files. A tenth of the blocks import pandas, and
three files use one snippet.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SYBIL = "sybil==10.1.0"
FILES, BLOCKS, ROUNDS, CORES = 50, 10, 5, 2

CONFTEST = """\
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], pattern="*.md").pytest()
"""


def main() -> None:
    """Run the benchmark and print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="handbook-bench-") as folder:
        book = make_book(Path(folder) / "book")
        rows = measure(book, install_sybil(ROOT / ".cache" / "bench"))
    width = max(map(len, rows))
    print(
        f"{FILES * BLOCKS} blocks in {FILES} files, {CORES} cores, median of {ROUNDS}"
    )
    for name, shown in rows.items():
        print(f"{name:{width}}  {shown}")


def make_book(root: Path) -> Path:
    """Write a book that all three can run: no block needs another."""
    (root / "docs" / "part").mkdir(parents=True)
    (root / "snippets" / "part").mkdir(parents=True)
    for folder in (root / "snippets", root / "snippets" / "part"):
        (folder / "__init__.py").touch()
    (root / "pytest.ini").write_text("[pytest]\n")
    for name in ("mkdocs.yml", "requirements.lock", ".python-version"):
        shutil.copy(ROOT / name, root / name)
    write_snippet(root, 0)
    for number in range(FILES):
        page = f"# Page {number}\n" + "".join(
            block(number, place) for place in range(BLOCKS)
        )
        (root / "docs" / "part" / f"page_{number:02}.md").write_text(page)
    return root


def block(page: int, place: int) -> str:
    """Return one block with its output, and a line of prose."""
    if page % 10 == 0:
        code = f"import pandas as pd\n\nprint(len(pd.Series(range({place}))))"
        printed = str(place)
    elif page in (1, 2, 3) and place == 0:
        code = "from snippets.part.legs import miles\n\nprint(miles() >= 0)"
        printed = "True"
    else:
        code = (
            f"squares = [number * number for number in range({place})]\n"
            "print(sum(squares))"
        )
        printed = str(sum(number * number for number in range(place)))
    return (
        f"\nA line of prose before block {place}.\n\n```python\n{code}\n```\n\n"
        f"<!--pytest-codeblocks:expected-output-->\n\n```text\n{printed}\n```\n"
    )


def write_snippet(root: Path, value: int) -> None:
    """Change the snippet that three pages use."""
    code = f"def miles() -> int:\n    return {value}\n"
    (root / "snippets" / "part" / "legs.py").write_text(code)


def install_sybil(folder: Path) -> Path:
    """Install sybil into a folder of its own, once; the project doesn't need it."""
    if not (folder / "sybil").is_dir():
        command = [
            "-m",
            "uv",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(folder),
        ]
        subprocess.run([sys.executable, *command, SYBIL], check=True)
    return folder


def measure(book: Path, sybil: Path) -> dict[str, str]:
    """Run the kinds in turn, so that a slow minute of the machine affects them all."""
    handbook = [sys.executable, "-m", "handbook", "run"]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    cache = book / ".cache"
    values = iter(range(1, 1000))

    def forget() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def change() -> None:
        write_snippet(book, next(values))

    with_sybil = os.environ | {"PYTHONPATH": str(sybil)}
    conftest = book / "conftest.py"
    variants: dict[str, Callable[[], float]] = {
        "pytest-codeblocks": lambda: run([*pytest, "--codeblocks", "docs"], book),
        "sybil": lambda: run([*pytest, "docs"], book, with_sybil, conftest),
        "handbook run, cold": lambda: run(handbook, book, before=forget),
        "handbook run, nothing changed": lambda: run(handbook, book),
        "handbook run, one snippet changed": lambda: run(handbook, book, before=change),
    }
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, variant in variants.items():
            times[name].append(variant())
    median = {name: statistics.median(found) for name, found in times.items()}
    plain = median["pytest-codeblocks"]
    rows = {
        name: f"{seconds:5.2f} s  {seconds / plain:4.2f}x  "
        f"({min(times[name]):.2f}-{max(times[name]):.2f})"
        for name, seconds in median.items()
    }
    forget()
    rows["handbook run, memory at the peak"] = f"{peak(handbook, book) / 2**20:.0f} MiB"
    return rows


def run(
    command: list[str],
    book: Path,
    environment: Mapping[str, str] | None = None,
    conftest: Path | None = None,
    before: Callable[[], None] | None = None,
) -> float:
    """Time one process that must succeed."""
    if before is not None:
        before()
    if conftest is not None:
        conftest.write_text(CONFTEST)
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=book, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if conftest is not None:
        conftest.unlink()
    if done.returncode:
        sys.exit(
            f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return seconds


def peak(command: list[str], book: Path) -> int:
    """Return the peak memory of a command and its children; shared pages count once."""
    process = psutil.Popen(command, cwd=book, stdout=subprocess.DEVNULL)
    highest = 0

    def look() -> None:
        nonlocal highest
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            memory = 0
            for one in [process, *process.children(recursive=True)]:
                try:
                    memory += one.memory_full_info().pss
                except psutil.Error:
                    continue  # it has ended
            highest = max(highest, memory)
            time.sleep(0.02)

    watcher = threading.Thread(target=look)
    watcher.start()
    process.wait()
    watcher.join()
    return highest


if __name__ == "__main__":
    main()
