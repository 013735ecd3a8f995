"""A chapter can't reach past its folder; the guard can't hold what is listed here."""

import os
import shutil
import socket
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from handbook.base.files import Files
from handbook.book.page import ChapterResult
from handbook.run.engine import Limits, run_chapters, run_notebooks, start
from handbook.run.engine.network import namespace_works

# Set it where the kernel forbids namespaces. Otherwise the tests that force the sandbox
# fail there, since a sandbox that is silently gone would be worse.
UNABLE = "HANDBOOK_TEST_WITHOUT_NAMESPACES"
MODES = ["sandbox", "guard"]
LIMITS = Limits(memory=400 * 2**20)  # so /dev/shm holds 50 MiB
SHARED = "/dev/shm/handbook-test-left"  # noqa: S108


class Attack(NamedTuple):
    """Code that prints `done` if it succeeds, and what it leaves behind, if anything.

    `{root}`, `{site}`, `{temporary}` and `{test}` are replaced by the book's root,
    site-packages, the host's folder for temporary files, and the number of the process
    that runs the tests.
    """

    code: str
    leaves: str = ""
    in_guard: str = "done\n"


def write(path: str) -> Attack:
    return Attack(f"open({path!r}, 'a').write('x')\nprint('done')", leaves=path)


ATTACKS = {
    "its_page": write("{root}/docs/part/its_page.md"),
    "another_page": write("{root}/docs/part/index.md"),
    "the_site": write("{root}/site/index.html"),
    "a_hook": write("{root}/.git/hooks/x"),
    "the_cache": write("{root}/.cache/handbook/x"),
    "a_snippet": write("{root}/snippets/part/x.py"),
    "site_packages": write("{site}/handbook-test-left.txt"),
    "temporary_files": write("{temporary}/handbook-test-left"),
    "its_output": Attack("import os\nos.truncate('../out', 0)\nprint('done')"),
    "environment_of_a_parent": Attack(
        "print('done' if open('/proc/{test}/environ', 'rb').read() else '')"
    ),
    "descriptors_of_its_watcher": Attack(
        "import os\n"
        "os.close(os.open(f'/proc/{{os.getppid()}}/fd/1', os.O_WRONLY))\nprint('done')"
    ),
    "signals": Attack("import os\nos.kill({test}, 0)\nprint('done')"),
    "a_unix_socket": Attack(
        "import socket\n"
        "handle = socket.socket(socket.AF_UNIX)\n"
        "handle.connect('{temporary}/handbook-test.socket')\nprint('done')"
    ),
    "shared_memory": Attack(
        f"open({SHARED!r}, 'w').close()", leaves=SHARED, in_guard=""
    ),
    "much_shared_memory": Attack(
        "import os\n"
        f"with open('{SHARED}-2', 'wb') as file:\n"
        "    os.unlink(file.name)\n    file.write(bytes(60_000_000))\nprint('done')"
    ),
}
# With a user namespace of its own it has all capabilities, but not over these mounts.
REMOUNTS = (
    "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "{}libc.unshare(0x10020000)\n"
    "remount, detach = 0x1020, 2\n"
    "print(libc.mount(None, b'/', None, remount, None), libc.umount2(b'/tmp', detach))"
)
# With a signal to its parent a block ends or stops the process that watches it.
KILLS = "import os, signal\nos.kill(os.getppid(), signal.SIG{})\nprint('done')"
# The copy leaves its session and its parent.
OUTLIVES = (
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork():\n"
    "        os._exit(0)\n    os.execlp('sleep', 'sleep', '98.7654')\nos.wait()"
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")
pytestmark = linux


def prepare(mode: str, patch: pytest.MonkeyPatch) -> bool:
    """Set the variables of a mode, and return whether it is the sandbox."""
    patch.setenv("HANDBOOK_NETWORK", "guard" if mode == "guard" else "")
    if mode == "sandbox" and os.environ.get(UNABLE):
        pytest.skip(f"{UNABLE} says that this machine can't")
    if mode == "sandbox" and not namespace_works():
        pytest.fail(
            f"no user namespaces: allow them as SECURITY.md says, or set {UNABLE}"
        )
    return mode == "sandbox"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> bool:
    return prepare("sandbox", monkeypatch)


class Ran(NamedTuple):
    results: dict[str, ChapterResult]
    left: set[str]


@pytest.fixture(scope="module", params=MODES)
def ran(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    chapter: Any,
) -> tuple[str, Ran]:
    mode, root = request.param, tmp_path_factory.mktemp("book").resolve()
    for folder in (
        "docs/part",
        "site",
        ".git/hooks",
        ".cache/handbook",
        "snippets/part",
    ):
        (root / folder).mkdir(parents=True)
    temporary = Path(tempfile.mkdtemp(dir="/tmp"))
    words = {
        "root": root,
        "site": sysconfig.get_path("purelib"),
        "temporary": temporary,
        "test": os.getpid(),
    }
    chapters = [
        chapter(name, attack.code.format(**words)) for name, attack in ATTACKS.items()
    ]
    left = set()
    with socket.socket(socket.AF_UNIX) as server, pytest.MonkeyPatch.context() as patch:
        server.bind(str(temporary / "handbook-test.socket"))
        server.listen()
        sandbox = prepare(mode, patch)
        found = {
            result.chapter.path.stem: result
            for result in run_chapters(
                chapters, files=Files(root), limits=LIMITS, sandbox=sandbox
            )
        }
    for name, attack in ATTACKS.items():
        path = Path(attack.leaves.format(**words)) if attack.leaves else None
        if path is not None and path.exists():
            left.add(name)
            path.unlink()
    shutil.rmtree(temporary)
    return mode, Ran(found, left)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_fails_in_the_sandbox_and_leaves_nothing(
    ran: tuple[str, Ran], name: str
) -> None:
    mode, (results, left) = ran
    (block,) = results[name].blocks
    if mode == "sandbox":
        assert "done" not in block.stdout
        assert name not in left
    else:  # what the guard can't hold, so that nobody takes it for a sandbox
        assert block.stdout == ATTACKS[name].in_guard, block.traceback
        assert (name in left) == bool(ATTACKS[name].leaves)


def test_a_chapter_cannot_undo_its_mounts(
    book: Path, chapter: Any, sandbox: bool
) -> None:
    pages = [chapter("a", REMOUNTS.format("")), chapter("b", REMOUNTS.format("# "))]
    results = run_chapters(pages, files=Files(book), sandbox=sandbox)
    assert [result.blocks[0].stdout for result in results] == ["-1 -1\n"] * 2


@pytest.mark.parametrize("name", ["KILL", "STOP"])
def test_a_chapter_in_the_sandbox_cannot_stop_its_watcher(
    book: Path, chapter: Any, name: str, sandbox: bool
) -> None:
    pages = [chapter("one", KILLS.format(name)), chapter("two", "print(2)")]
    results = list(run_chapters(pages, files=Files(book), sandbox=sandbox))
    assert [result.problems for result in results] == [(), ()]


@pytest.mark.parametrize("name", ["KILL", "STOP"])
def test_in_guard_mode_a_chapter_that_stops_its_watcher_fails(
    book: Path,
    chapter: Any,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare("guard", monkeypatch)
    monkeypatch.setattr(start, "_SILENCE", 10.0)
    before = set(psutil.Process().children(recursive=True))
    page = chapter("one", KILLS.format(name))
    (result,) = run_chapters([page], files=Files(book), sandbox=False)
    assert [problem.message for problem in result.problems] == [
        "the chapter took down the process that watches it"
    ]
    assert ("gave no sign of life" in capsys.readouterr().err) == (name == "STOP")
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.parametrize("mode", MODES)
def test_no_process_outlives_its_chapter(
    book: Path, chapter: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (result,) = run_chapters(
        [chapter("one", OUTLIVES)],
        files=Files(book),
        sandbox=prepare(mode, monkeypatch),
    )
    assert [problem.message for problem in result.problems] == [
        "the chapter leaves 1 process running (sleep); wait for it or end it"
    ]
    assert not any(_sleeps(process) for process in psutil.process_iter())


def _sleeps(process: psutil.Process) -> bool:
    try:
        return process.cmdline() == ["sleep", "98.7654"]
    except psutil.Error:
        return False


@pytest.mark.parametrize("mode", MODES)
def test_a_chapter_has_what_it_needs(
    book: Path, chapter: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (book / "snippets/part/legs.py").write_text("MILES = 7\n")
    data = book / "snippets/part/tables/data.csv"
    data.parent.mkdir()
    data.write_text("a\n1\n")
    code = (
        "import subprocess, sys, tempfile\nfrom multiprocessing import shared_memory\n"
        "from pathlib import Path\nfrom snippets.part.legs import MILES\n"
        "import multiprocessing\n"
        f"print(MILES, Path({str(data)!r}).read_text().split())\n"
        "subprocess.run(['python', '-c', 'import handbook; print(1)'], check=True)\n"
        "memory = shared_memory.SharedMemory(create=True, size=100)\n"
        "memory.close()\nmemory.unlink()\n"
        "with tempfile.NamedTemporaryFile() as file:\n    file.write(b'x')\n"
        "Path('/dev/null').write_text('x')\n"
        "Path('figures/one-a.txt').write_text('x')\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    print(pool.map(abs, [-3]))"
    )
    (result,) = run_chapters(
        [chapter("one", code)], files=Files(book), sandbox=prepare(mode, monkeypatch)
    )
    assert result.problems == ()
    assert [(block.stdout, block.error) for block in result.blocks] == [
        ("7 ['a', '1']\n1\n[3]\n", None)
    ]
    assert result.figures == {"one-a.txt": b"x"}


def test_home_is_hidden_but_not_the_book_in_it(
    tmp_path: Path, chapter: Any, monkeypatch: pytest.MonkeyPatch, sandbox: bool
) -> None:
    home, root = tmp_path.resolve(), tmp_path.resolve() / "work" / "book"
    (root / "snippets").mkdir(parents=True)
    (home / "work" / "secret").touch()
    (home / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(home))
    code = (
        f"import os\nprint([sorted(each) for _, each, _ in os.walk({str(home)!r})])\n"
        f"print(os.path.exists({str(home / 'work/secret')!r}))"
    )
    (result,) = run_chapters([chapter("one", code)], files=Files(root), sandbox=sandbox)
    assert result.blocks[0].stdout == "[['work'], ['book'], []]\nFalse\n"


# Each reads a file of the book without importing it, so its key can't cover the file.
UNSEEN = {
    "data of its part": "print(open('{root}/docs/part/data/rate.csv').read())",
    "a path": "import pathlib, snippets\n"
    "print((pathlib.Path(snippets.__file__).parents[1] / 'mkdocs.yml').read_text())",
    "a relative path": "print(open('data/rate.csv').read())",
    "runpy, a path": "import runpy\nrunpy.run_path('{root}/snippets/part/rate.py')",
    "runpy, a module": "import runpy\nrunpy.run_module('snippets.part.rate')",
    "a dynamic import": "import importlib\n"
    "importlib.import_module('snippets.part.' + 'rate')",
    "data of a snippet": "import snippets.part\n"
    "print(open('{root}/snippets/other/rate.csv').read())",
}


@pytest.mark.parametrize("code", UNSEEN.values(), ids=UNSEEN)
def test_what_the_key_does_not_cover_cannot_be_read(
    book: Path, chapter: Any, code: str, sandbox: bool
) -> None:
    for path in ("docs/part/data/rate.csv", "snippets/other/rate.csv", "mkdocs.yml"):
        (book / path).parent.mkdir(parents=True, exist_ok=True)
        (book / path).write_text("0.1\n")
    (book / "snippets/other/__init__.py").touch()
    (book / "snippets/part/rate.py").write_text("print(0.1)\n")
    (result,) = run_chapters(
        [chapter("reads", code.format(root=book))], files=Files(book), sandbox=sandbox
    )
    (block,) = result.blocks
    assert block.error is not None
    assert "NotFoundError: " in block.error
    assert "A chapter runs in an empty folder." in block.traceback


def test_a_child_process_cannot_import_a_snippet_that_the_key_does_not_cover(
    book: Path, chapter: Any, sandbox: bool
) -> None:
    (book / "snippets/part/rate.py").write_text("RATE = 0.1\n")
    code = (
        "import os, subprocess\n"
        "run = subprocess.run(['python', '-c', 'import snippets.part.rate'], "
        f"capture_output=True, env=os.environ | {{'PYTHONPATH': {str(book)!r}}})\n"
        "print(run.returncode)"
    )
    pages = [
        chapter("unseen", code),
        chapter("seen", f"import snippets.part.rate\n{code}"),
    ]
    results = run_chapters(pages, files=Files(book), sandbox=sandbox)
    assert {each.chapter.path.stem: each.blocks[0].stdout for each in results} == {
        "unseen": "1\n",
        "seen": "0\n",
    }


def test_a_notebook_is_locked_in(book: Path, sandbox: bool) -> None:
    (book / "docs").mkdir()
    path = Path("docs/leg-1.py")
    (book / path).write_text(
        "# %%\nimport os\n\nprint(os.listdir('/run'))\n\n"
        "# %%\nopen(os.path.expanduser('~/x'), 'w').close()\n\n"
        f"# %%\nopen({str(book / 'docs/x')!r}, 'w')\n"
    )
    (result,) = run_notebooks([path], files=Files(book), sandbox=sandbox)
    assert [(problem.line, problem.message) for problem in result.problems] == [
        (10, f"cell 3: OSError: [Errno 30] Read-only file system: '{book}/docs/x'")
    ]


def test_a_sandbox_that_must_be_is_refused_by_name(
    book: Path, chapter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [chapter("one", "1")]
    with pytest.raises(OSError, match="can't be locked in: chapters aren't forked"):
        list(run_chapters(pages, files=Files(book), fork=False, sandbox=True))
    monkeypatch.setenv("HANDBOOK_NETWORK", "guard")
    with pytest.raises(OSError, match="can't be locked in: there are no user namesp"):
        list(run_chapters(pages, files=Files(book), sandbox=True))


def test_a_run_without_the_sandbox_prints_the_reason_once(
    book: Path,
    chapter: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(start, "_reported", set())
    monkeypatch.setattr(start, "_HIDDEN", ["/proc"])  # so the trial can't succeed
    for _ in range(2):
        (result,) = run_chapters(
            [chapter("one", "print(1)")], files=Files(book), cache=False
        )
        assert result.problems == ()
    printed = capsys.readouterr().err
    assert printed.count("blocks can reach your files and processes") == 1
    assert printed.count("when a file changes that a block reads") == 1


def test_an_unchanged_chapter_costs_no_sandbox(book: Path, chapter: Any) -> None:
    page = chapter("one", "print(1)")
    list(run_chapters([page], files=Files(book)))
    began = time.process_time()
    (result,) = run_chapters([page], files=Files(book))
    assert result.cached
    assert time.process_time() - began < 1
