"""Python, child processes and native code reach no network but loopback."""

from pathlib import Path
from typing import Any

import pytest

from handbook.base.files import Files
from handbook.run.engine import run_chapters
from handbook.run.engine.network import namespace_works

PYTHON = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)"
NAME = "import urllib.request\nurllib.request.urlopen('http://example.org', timeout=5)"
LOOPBACK = (
    "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
    "socket.create_connection("
    "('localhost', server.getsockname()[1]), timeout=5).close()\n"
    "server.close()\nprint('reached')"
)
# Native code calls the kernel directly: connect(2), to 192.0.2.1 port 80.
NATIVE = (
    "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "handle = libc.socket(2, 1, 0)\n"
    "address = bytes([2, 0, 0, 80, 192, 0, 2, 1]) + bytes(8)\n"
    "print(libc.connect(handle, address, 16), os.strerror(ctypes.get_errno()))"
)
CHILD = (
    "import subprocess, sys\n"
    "code = 'import socket; socket.create_connection((\"192.0.2.1\", 80), timeout=5)'\n"
    "done = subprocess.run("
    "[sys.executable, '-c', code], capture_output=True, text=True)\n"
    "print(done.stderr.splitlines()[-1])"
)
needs_namespace = pytest.mark.skipif(
    not namespace_works(), reason="this system has no network namespaces"
)


@pytest.mark.parametrize("mode", ["namespace", "guard"])
def test_python_is_refused_with_the_reason(
    book: Path, chapter: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBOOK_NETWORK", mode)
    chapters = [
        chapter("connects", PYTHON),
        chapter("asks", NAME),
        chapter("local", LOOPBACK),
    ]
    results = {
        result.chapter.path.stem: result
        for result in run_chapters(chapters, files=Files(book))
    }
    assert results["connects"].blocks[0].error == (
        "OSError: [Errno 101] a chapter has no network but loopback, "
        "and this one asked for 192.0.2.1"
    )
    assert "a chapter has no network but loopback" in str(
        results["asks"].blocks[0].error
    )
    assert results["local"].blocks[0].stdout == "reached\n"


@needs_namespace
def test_native_code_and_child_processes_are_refused(book: Path, chapter: Any) -> None:
    chapters = [chapter("native", NATIVE), chapter("child", CHILD)]
    results = {
        result.chapter.path.stem: result
        for result in run_chapters(chapters, files=Files(book))
    }
    assert results["native"].blocks[0].stdout == "-1 Network is unreachable\n"
    assert (
        results["child"].blocks[0].stdout
        == "OSError: [Errno 101] Network is unreachable\n"
    )


@needs_namespace
def test_the_error_after_a_childs_refusal_mentions_it(book: Path, chapter: Any) -> None:
    pages = [
        chapter("alone", f"{CHILD}\nraise ValueError"),
        chapter("before", CHILD, "raise ValueError"),
    ]
    traces = {
        result.chapter.path.stem: result.blocks[-1].traceback
        for result in run_chapters(pages, files=Files(book))
    }
    refused = "Refused: a connection of native code or a child process."
    assert refused in traces["alone"]
    assert "Refused" not in traces["before"]  # that block did not cause the refusal


def test_the_guard_prints_one_warning(
    book: Path,
    chapter: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HANDBOOK_NETWORK", "guard")
    monkeypatch.setattr("handbook.run.engine.start._reported", set())
    for _ in range(2):
        list(run_chapters([chapter("one", "x = 1")], files=Files(book), cache=False))
    assert capsys.readouterr().err.count("a guard refuses") == 1


def test_the_guard_applies_to_child_processes(
    book: Path, chapter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBOOK_NETWORK", "guard")
    proxies = "import os\nprint(os.environ['https_proxy'], os.environ['NO_PROXY'])"
    (result,) = run_chapters([chapter("one", proxies, CHILD)], files=Files(book))
    assert [block.stdout for block in result.blocks] == [
        "http://a-chapter-has-no-network.invalid:9 localhost,127.0.0.1,::1\n",
        "OSError: [Errno 101] a chapter has no network but loopback, "
        "and this one asked for 192.0.2.1\n",
    ]


@needs_namespace
def test_two_chapters_can_listen_on_the_same_port(book: Path, chapter: Any) -> None:
    code = (
        "import socket, time\n"
        "with socket.create_server(('127.0.0.1', 8765)):\n    time.sleep(0.5)"
    )
    chapters = [chapter(name, code) for name in "ab"]
    assert [
        result.blocks[0].error
        for result in run_chapters(chapters, files=Files(book), jobs=2)
    ] == [
        None,
        None,
    ]
