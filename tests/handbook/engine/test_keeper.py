"""Whatever a chapter does, it is one failed chapter, clearly told; the rest goes on."""

import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from handbook.chapter import ChapterResult
from handbook.engine import Limits, run_chapters

# Time is tight only for those that are to run out of it: a busy machine is slow.
LIMITS = Limits(memory=400 * 2**20, output=2**20, closing_seconds=1)
TIGHT = Limits(chapter_seconds=4, block_seconds=2.5)
TIMED = {"loops", "slow_in_all"}
FAULTS = {
    "loops": (
        ["x = 1", "while True:\n    pass"],
        20,
        "the block ran longer than 2.5 s and was killed",
    ),
    "slow_in_all": (
        ["import time\nt = 1.5\ntime.sleep(t)", *["time.sleep(t)"] * 3],
        30,
        "the chapter ran longer than 4 s and was killed in the block",
    ),
    "hoards": (
        ["import time\nx = bytearray(b'1' * (500 * 2**20))\ntime.sleep(15)"],
        10,
        "the block held more than 400 MiB of memory and was killed",
    ),
    "hoards_together": (
        [
            "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
            "        x = b'1' * (150 * 2**20)\n        time.sleep(15)\n"
            "        os._exit(0)\ntime.sleep(15)"
        ],
        10,
        "the block held more than 400 MiB of memory and was killed",
    ),
    "chatters": (
        ["while True:\n    print('x' * 1000)"],
        10,
        "the block printed more than 1 MiB and was killed",
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
        "the block forks, and the copy ran on past its end; "
        "end the copy with os._exit()",
    ),
    "forks, and the copy is slow": (
        [
            "import os, time\nif os.fork() == 0:\n    time.sleep(0.3)",
            "x = 1",
        ],
        10,
        "the block forks, and the copy ran on past its end; "
        "end the copy with os._exit()",
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
    "late": (
        ["import atexit\natexit.register(print, 'late')"],
        10,
        "the chapter prints after its last block, where no page can show it",
    ),
    "awaits": (
        ["import asyncio\nawait asyncio.sleep(0)"],
        11,
        "`await` outside a function runs in no script: put it in `async def main()` "
        "and call `asyncio.run(main())`",
    ),
    "kills_its_keeper": (
        [
            "import os, signal, time\n"
            "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
        ],
        10,
        "the chapter took down the process that watches it",
    ),
    "prints_on_import": (
        ["x = 1", "import snippets.part.loud"],
        20,
        "importing snippets.part.loud prints; "
        "a snippet defines, and does nothing when it is imported",
    ),
    "listens_on_import": (
        ["import snippets.part.listening"],
        10,
        "importing snippets.part.listening opens a socket; "
        "a snippet defines, and does nothing when it is imported",
    ),
    "writes_on_import": (
        ["import os\nos.chdir('/tmp')", "import snippets.part.messy"],
        20,
        "importing snippets.part.messy leaves /tmp/handbook-test-left; "
        "a snippet defines, and does nothing when it is imported",
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
        found = list(run_chapters(timed, root=shared_book, limits=TIGHT))
        found += run_chapters(others, root=shared_book, limits=LIMITS, jobs=4)
    Path("/tmp/handbook-test-left").unlink(missing_ok=True)  # noqa: S108
    return {result.chapter.path.stem: result for result in found}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_line(
    results: dict[str, ChapterResult], name: str
) -> None:
    _, line, message = FAULTS[name]
    assert [(problem.line, problem.message) for problem in results[name].problems] == [
        (line, message)
    ]


def test_the_rest_goes_on(results: dict[str, ChapterResult]) -> None:
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


def test_what_is_interrupted_leaves_nothing(book: Path, chapter: Any) -> None:
    chapters = [
        chapter("quick", "x = 1"),
        chapter("slow", "import time\ntime.sleep(60)"),
    ]
    # A browser of other tests may be a child of ours, too.
    before = set(psutil.Process().children(recursive=True))
    results = run_chapters(chapters, root=book)
    assert next(results).chapter.path.stem == "quick"
    started = set(psutil.Process().children(recursive=True)) - before
    assert started
    del results  # as a caller does that an exception takes away
    assert started & set(psutil.Process().children(recursive=True)) == set()
