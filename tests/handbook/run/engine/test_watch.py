"""Whatever a chapter does, only that chapter fails, with a clear message."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from handbook.base.files import Files
from handbook.book.page import ChapterResult
from handbook.run.engine import Limits, run_chapters

LIMITS = Limits(memory=400 * 2**20, output=2**20, closing_seconds=1)
# Only the blocks that must exceed their time get little of it.
TIGHT = Limits(chapter_seconds=2.5, block_seconds=1.5, patience=2)
BURN = (
    "import time\n"
    "end = time.process_time() + 0.9\n"
    "while time.process_time() < end:\n    pass"
)
BUSY = "in the last minute N processes wanted each processor"
LOOPS = f"the block used more than 1.5 s of processor time and was killed; {BUSY}"
WAITS = (
    "the block waited for more than 3 s (it used N s of processor time) "
    f"and was killed; {BUSY}"
)
TIMED = {
    "loops": (["x = 1", "while True:\n    pass"], 20, LOOPS),
    "loops_in_a_child": (
        [
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-c', 'while True: pass'], check=True)"
        ],
        10,
        LOOPS,
    ),
    "loops_in_a_thread": (
        [
            "from threading import Thread\ndef loop():\n    while True:\n        pass\n"
            "thread = Thread(target=loop)\nthread.start()\nthread.join()"
        ],
        10,
        LOOPS,
    ),
    "loops_in_children_that_nobody_waits_for": (
        [
            "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
            "while True:\n    if os.fork() == 0:\n"
            "        while time.process_time() < 0.3:\n            pass\n"
            "        os._exit(0)\n"
            "    try:\n        os.wait()\n"  # it ends with an error when its child ends
            "    except ChildProcessError:\n        pass"
        ],
        10,
        LOOPS,
    ),
    "loops_in_all": (
        [BURN] * 4,
        30,
        "the chapter used more than 2.5 s of processor time "
        f"and was killed in the block; {BUSY}",
    ),
    "prints_and_loops": (
        ["for number in range(30):\n    print(number)\nwhile True:\n    pass"],
        10,
        "\n".join([LOOPS, "It had printed:", *(f"  {n}" for n in range(20, 30))]),
    ),
    "sleeps": (["import time\ntime.sleep(3600)"], 10, WAITS),
    "wakes_up_often": (["import time\nwhile True:\n    time.sleep(0.05)"], 10, WAITS),
    "reads_what_nobody_writes": (["import os\nos.read(os.pipe()[0], 1)"], 10, WAITS),
    "sleeps_in_all": (
        ["import time\ntime.sleep(2)", *["time.sleep(2)"] * 3],
        30,
        "the chapter waited for more than 5 s (it used N s of processor time) "
        f"and was killed in the block; {BUSY}",
    ),
}
FAULTS = TIMED | {
    "hoards": (
        ["import time\nx = bytearray(b'1' * (500 * 2**20))\ntime.sleep(60)"],
        10,
        "the block held more than 400 MiB of memory and was killed",
    ),
    "hoards_together": (
        [
            "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
            "        x = b'1' * (150 * 2**20)\n        time.sleep(60)\n"
            "        os._exit(0)\ntime.sleep(60)"
        ],
        10,
        "the block held more than 400 MiB of memory and was killed",
    ),
    "chatters": (
        ["while True:\n    print('x' * 1000)"],
        10,
        "the block printed more than 1 MiB",
    ),
    "chatters_shortly": (
        ["print('x' * 2**20)"],
        10,
        "the block printed more than 1 MiB",
    ),
    "leaves_at_once": (
        ["import os\nos._exit(0)"],
        10,
        "the block ended its process with status 0 (os._exit?)",
    ),
    "crashes": (
        ["import ctypes", "x = 1\nctypes.string_at(0)"],
        20,
        "the block's process died of SIGSEGV on line 21",
    ),
    "forks": (
        ["import os\nfor _ in range(4):\n    os.fork()"],
        10,
        "the block forks, and the copy went on after the block; "
        "use multiprocessing, which ends it",
    ),
    "forks, and the copy is slow": (
        [
            "import os, time\nif os.fork() == 0:\n    time.sleep(0.3)",
            "x = 1",
        ],
        10,
        "the block forks, and the copy went on after the block; "
        "use multiprocessing, which ends it",
    ),
    "bombs": (
        [
            "import os, time\nfor _ in range(10):\n    if os.fork() == 0:\n"
            "        os.setsid()\n        time.sleep(60)\n        os._exit(0)"
        ],
        10,
        "the chapter leaves 10 processes running (python); wait for it or end it",
    ),
    "no_newline": (
        ["print('x', end='')"],
        10,
        "the block's output ends without a newline, which no page can show; "
        "end it with print()",
    ),
    "bytes": (
        ["import sys\nsys.stdout.buffer.write(b'a\\xff\\n')"],
        10,
        "the block prints bytes that are not UTF-8 (byte 1); decode them first",
    ),
    "daemon": (
        [
            "from threading import Thread\nfrom time import sleep\n"
            "Thread(target=sleep, args=[60], name='x', daemon=True).start()"
        ],
        10,
        "the chapter leaves a thread running (x); join it",
    ),
    "thread": (
        [
            "from threading import Thread\nfrom time import sleep\n"
            "Thread(target=sleep, args=[60], name='x').start()"
        ],
        10,
        "the chapter does not end: it leaves a thread running (x); join it",
    ),
    "busy_thread": (
        [
            "from threading import Thread\ndef loop():\n    while True:\n        pass\n"
            "Thread(target=loop, name='x').start()"
        ],
        10,
        "the chapter does not end: it leaves a thread running (x); join it",
    ),
    "busy_child": (
        [
            "import os\nif os.fork() == 0:\n    while True:\n        pass",
        ],
        10,
        "the chapter leaves 1 process running (python); wait for it or end it",
    ),
    "late": (
        ["import atexit\natexit.register(print, 'late')"],
        10,
        "the chapter prints after its last block, where no page can show it",
    ),
    "figures_in_a_file": (
        ["import os\nos.rmdir('figures')\nopen('figures', 'w').close()"],
        10,
        "figures is no folder any more",
    ),
    "figure_in_a_pipe": (
        ["import os\nos.mkfifo('figures/a-b.svg')"],
        10,
        "figures/a-b.svg is neither a file nor a folder",
    ),
    "figure_of_a_secret": (
        ["import os\nos.symlink('/etc/passwd', 'figures/a-b.svg')"],
        10,
        "figures/a-b.svg is neither a file nor a folder",
    ),
    "figures_elsewhere": (
        ["import os\nos.rmdir('figures')\nos.symlink('/etc', 'figures')"],
        10,
        "figures is no folder any more",
    ),
    "figure_of_250_MB": (
        ["import os\nopen('figures/a-b.svg', 'w').truncate(250_000_000)"],
        10,
        "figures/a-b.svg is larger than 20 MiB; draw less of it",
    ),
    "reports_nonsense": (
        [
            "import os, stat\nfor number in range(3, 64):\n"
            "    try:\n"
            "        if stat.S_ISFIFO(os.fstat(number).st_mode):\n"
            "            os.write(number, b'nonsense\\n')\n"
            "    except OSError:\n        pass"
        ],
        10,
        "something other than the runner wrote into the pipe of its events",
    ),
    "awaits": (
        ["import asyncio\nawait asyncio.sleep(0)"],
        11,
        "`await` outside a function fails in a script: put it in `async def main()` "
        "and call `asyncio.run(main())`",
    ),
    "prints_on_import": (
        ["x = 1", "import snippets.part.loud"],
        20,
        "importing snippets.part.loud prints; "
        "a snippet must only define names when it is imported",
    ),
    "listens_on_import": (
        ["import snippets.part.listening"],
        10,
        "importing snippets.part.listening opens a socket; "
        "a snippet must only define names when it is imported",
    ),
    "writes_on_import": (
        [
            "import os\nos.chdir(os.path.expanduser('~'))",
            "import snippets.part.messy",
        ],
        20,
        "importing snippets.part.messy leaves ~/handbook-test-left; "
        "a snippet must only define names when it is imported",
    ),
}
SNIPPETS = {
    "loud": "print('hello')\n",
    "listening": "import socket\n\nS = socket.create_server(('127.0.0.1', 0))\n",
    "messy": "from pathlib import Path\n\nPath('handbook-test-left').write_text('x')\n",
}


@pytest.fixture(scope="module")
def results(shared_book: Path, chapter: Any) -> dict[str, ChapterResult]:
    for name, code in SNIPPETS.items():
        (shared_book / f"snippets/part/{name}.py").write_text(code)
    chapters = {name: chapter(name, *codes) for name, (codes, _, _) in FAULTS.items()}
    timed = [chapters.pop(name) for name in TIMED]
    others = [*chapters.values(), chapter("good", "print('still here')")]
    with pytest.MonkeyPatch.context() as patch:
        (shared_book / "tmp").mkdir()
        patch.setattr(tempfile, "tempdir", str(shared_book / "tmp"))
        found = list(
            run_chapters(timed, files=Files(shared_book), limits=TIGHT, jobs=9)
        )
        found += run_chapters(others, files=Files(shared_book), limits=LIMITS, jobs=4)
    return {result.chapter.path.stem: result for result in found}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_with_its_line(
    results: dict[str, ChapterResult], name: str
) -> None:
    _, line, message = FAULTS[name]
    assert [
        (problem.line, without_measurements(problem.message))
        for problem in results[name].problems
    ] == [(line, message)]


def without_measurements(message: str) -> str:
    return re.sub(r"\d+\.\d(?= s of processor time\)| processes)", "N", message)


@pytest.fixture
def crowded() -> Iterator[int]:
    """Keep one processor busy with a dozen processes, and yield its number."""
    processor = min(os.sched_getaffinity(0))
    code = f"import os\nos.sched_setaffinity(0, [{processor}])\nwhile True: pass"
    crowd = [
        # Each in its own session, since Linux may divide a processor among sessions.
        subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        for _ in range(12)
    ]
    yield processor
    for process in crowd:
        process.kill()
        process.wait()


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux shows what waits for a processor"
)
@pytest.mark.parametrize("fork", [True, False])
def test_a_block_that_starves_on_a_busy_machine_is_not_killed(
    book: Path, chapter: Any, crowded: int, fork: bool
) -> None:
    code = (
        "import os, time\n"
        f"os.sched_setaffinity(0, [{crowded}])\n"
        "began, used = time.monotonic(), time.process_time()\n"
        "while time.monotonic() < began + 3:\n    pass\n"
        "print(time.process_time() - used < 1)"
    )
    limits = Limits(block_seconds=1.5, patience=1)
    (result,) = run_chapters(
        [chapter("a", code)], files=Files(book), limits=limits, fork=fork
    )
    assert result.problems == ()
    assert result.blocks[0].stdout == "True\n"  # the block starved


def test_the_other_chapters_run(results: dict[str, ChapterResult]) -> None:
    assert results["good"].problems == ()
    assert results["good"].blocks[0].stdout == "still here\n"


def test_nothing_is_left_running(
    results: dict[str, ChapterResult], shared_book: Path
) -> None:
    assert results
    left = [
        process.cwd()
        for process in psutil.process_iter()
        if _is_in(process, shared_book)
    ]
    assert left == []


def test_nothing_is_left_on_the_disk(
    results: dict[str, ChapterResult], shared_book: Path
) -> None:
    assert results
    assert list((shared_book / "tmp").iterdir()) == []


def _is_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False


def test_an_interrupted_run_leaves_nothing(book: Path, chapter: Any) -> None:
    chapters = [
        chapter("quick", "x = 1"),
        chapter("slow", "import time\ntime.sleep(60)"),
    ]
    # A browser of other tests may be our child, too.
    before = set(psutil.Process().children(recursive=True))
    results = run_chapters(chapters, files=Files(book))
    assert next(results).chapter.path.stem == "quick"
    started = set(psutil.Process().children(recursive=True)) - before
    assert started
    del results  # as when an exception ends the caller
    assert started & set(psutil.Process().children(recursive=True)) == set()
