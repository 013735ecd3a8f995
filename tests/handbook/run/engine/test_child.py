"""A chapter runs as it would for its reader."""

from pathlib import Path
from typing import Any

import pytest

from handbook.base.files import Files
from handbook.book.page import ChapterResult
from handbook.run.engine import run_chapters

GOOD = {
    "one_namespace": ["x = 1", "print(x + 1)"],
    "order": [
        "import subprocess, sys\nprint('a')\n"
        "subprocess.run([sys.executable, '-c', 'print(\"b\")'], check=True)\nprint('c')"
    ],
    "native": ["import ctypes\nprint('a')\nctypes.CDLL(None).puts(b'b')"],
    "main": ["if __name__ == '__main__':\n    print('entered')"],
    "pickle": [
        "import dataclasses, pickle\n\n"
        "@dataclasses.dataclass\nclass Leg:\n    miles: int = 7",
        "print(pickle.loads(pickle.dumps(Leg())))",
    ],
    "source": [
        "import inspect\n\nclass Leg:\n    miles = 7\n\ndef f():\n    return 1  # here",
        "print(inspect.getsource(Leg))\nprint(inspect.getsource(f))",
    ],
    "future": [
        "from __future__ import annotations",
        "def f(x: unknown): pass\nprint(f.__annotations__)",
    ],
    "surroundings": [
        "import os, time\nfrom pathlib import Path\n"
        "print(time.tzname[0], os.environ['MPLBACKEND'], hash('a') == hash('a'))\n"
        "print(os.listdir(), Path.home() == Path.cwd(), 'SECRET' in os.environ)"
    ],
    "redirected_for_a_while": [
        "import contextlib, io, os\nwith contextlib.redirect_stdout(io.StringIO()):\n"
        "    print('kept')\n"
        "saved = os.dup(1)\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "os.dup2(saved, 1)\nos.system('echo a')\nprint('b')"
    ],
    "pools": [
        "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
        "threads = ThreadPoolExecutor(2)\nprint(list(threads.map(abs, [-1])))\n"
        "processes = ProcessPoolExecutor(1)\nprint(list(processes.map(abs, [-1])))"
    ],
    "snippet": ["from snippets.part.legs import miles\nprint(miles())"],
    "lonely": ["import packaging.version"],
    "empty": [],
}
FAILING = {
    "sub_import": ["import packaging\npackaging.version"],
    "no_message": ["def f():\n    raise ValueError", "f()"],
    "in_snippet": ["from snippets.part.legs import broken", "broken()"],
    "chained": [
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n"
        "    raise ValueError('x') from error"
    ],
    "syntax": ["x = = 1"],
    "exits": ["import sys\nsys.exit(3)"],
    "interrupts": ["raise KeyboardInterrupt"],
    "own_type": ["class Lost(Exception):\n    pass", "raise Lost('a\\nb')"],
    "stderr": ["import sys\nprint('why', file=sys.stderr)\n1 / 0"],
    "goes_no_further": ["1 / 0", "print('after')"],
    "missing": ["import no_such_package"],
    "replaces_what_runs_it": [
        "import builtins, json, os\n"
        "builtins.exec = os.write = lambda *given: 0\n"
        "json.dumps = lambda *given: '{}'",
        "1 / 0",
    ],
    "endless_message": ["raise ValueError('a' * 20_000_000 + 'z')"],
}


TAMPERING = {
    "truncates": (
        "import os\nprint('late')\nos.ftruncate(1, 0)\nprint('early')",
        "removes what it wrote to sys.stdout",
    ),
    "redirects": (
        "import os\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
        "closes or replaces the file of sys.stdout",
    ),
    "closes": (
        "import os, warnings\nos.close(2)\nwarnings.warn('x')",
        "closes or replaces the file of sys.stderr",
    ),
    "replaces_stdout": (
        "import io, sys\nsys.stdout = io.StringIO()",
        "replaces sys.stdout",
    ),
    "replaces_write": (
        "import sys\nsys.stderr.write = lambda text: 0",
        "replaces sys.stderr",
    ),
    "replaces_print": (
        "import builtins\nbuiltins.print = lambda *given: None",
        "replaces print",
    ),
}


@pytest.fixture(scope="module")
def results(shared_book: Path, chapter: Any) -> dict[str, ChapterResult]:
    (shared_book / "snippets/part/legs.py").write_text(
        "def miles():\n    return 7\n\n\ndef broken():\n    raise KeyError('leg')\n"
    )
    chapters = [chapter(name, *codes) for name, codes in (GOOD | FAILING).items()]
    chapters += [
        chapter(name, "x = 1", code, "print('lost')")
        for name, (code, _) in TAMPERING.items()
    ]
    chapters.append(chapter("must", "1 / 0", "{}['k']", fails=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", "x")
        found = run_chapters(chapters, files=Files(shared_book))
        return {result.chapter.path.stem: result for result in found}


@pytest.mark.parametrize("name", GOOD)
def test_honest_code_has_no_problem(
    results: dict[str, ChapterResult], name: str
) -> None:
    assert results[name].problems == ()
    assert [block.traceback for block in results[name].blocks] == [""] * len(GOOD[name])


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("one_namespace", ["", "2\n"]),
        ("order", ["a\nb\nc\n"]),
        ("native", ["a\nb\n"]),
        ("main", ["entered\n"]),
        ("pickle", ["", "Leg(miles=7)\n"]),
        (
            "source",
            ["", "class Leg:\n    miles = 7\n\ndef f():\n    return 1  # here\n\n"],
        ),
        ("future", ["", "{'x': 'unknown'}\n"]),
        (
            "surroundings",
            ["UTC module://handbook.run.figures True\n['figures'] False False\n"],
        ),
        ("pools", ["[1]\n[1]\n"]),
        ("snippet", ["7\n"]),
        ("redirected_for_a_while", ["a\nb\n"]),
    ],
)
def test_a_block_prints(
    results: dict[str, ChapterResult], name: str, printed: list[str]
) -> None:
    assert [block.stdout for block in results[name].blocks] == printed


@pytest.mark.parametrize(
    ("name", "error", "line"),
    [
        (
            "sub_import",
            "AttributeError: module 'packaging' has no attribute 'version'",
            11,
        ),
        ("no_message", "ValueError", 11),
        ("in_snippet", "KeyError: 'leg'", 20),
        ("chained", "ValueError: x", 13),
        ("syntax", "SyntaxError: invalid syntax", 10),
        ("exits", "SystemExit: 3", 11),
        ("interrupts", "KeyboardInterrupt", 10),
        ("own_type", "Lost: a\nb", 20),
        ("replaces_what_runs_it", "ZeroDivisionError: division by zero", 20),
        ("stderr", "ZeroDivisionError: division by zero", 12),
        ("missing", "ModuleNotFoundError: No module named 'no_such_package'", 10),
    ],
)
def test_a_failure_names_its_type_and_the_line_of_the_page(
    results: dict[str, ChapterResult], name: str, error: str, line: int
) -> None:
    last = results[name].blocks[-1]
    assert (last.error, last.error_line) == (error, line)


def test_a_traceback_shows_the_page_and_the_snippet_and_nothing_of_the_runner(
    results: dict[str, ChapterResult],
) -> None:
    lines = results["in_snippet"].blocks[1].traceback.splitlines(keepends=True)
    # Python 3.13 underlines more than 3.12.
    assert "".join(line for line in lines if line.strip(" ~^\n")) == (
        "Traceback (most recent call last):\n"
        "  docs/part/in_snippet.md:20, in <module>\n"
        "    broken()\n"
        "  snippets/part/legs.py:6, in broken\n"
        "    raise KeyError('leg')\n"
        "KeyError: 'leg'\n"
    )


def test_of_an_endless_message_the_beginning_and_the_end_are_shown(
    results: dict[str, ChapterResult],
) -> None:
    (block,) = results["endless_message"].blocks
    for text in (block.error, block.traceback):
        assert text is not None
        assert "ValueError: aaa" in text
        assert " characters ...] aaa" in text
        assert text.rstrip().endswith("aaz")
        assert len(text) < 50_000
    assert "[... of 20,000,001 characters ...]" in (block.error or "")


def test_a_traceback_shows_the_cause(results: dict[str, ChapterResult]) -> None:
    trace = results["chained"].blocks[0].traceback
    assert trace.index("docs/part/chained.md:11") < trace.index(
        "docs/part/chained.md:13"
    )


def test_standard_error_is_shown_for_a_block_that_failed(
    results: dict[str, ChapterResult],
) -> None:
    assert results["stderr"].blocks[0].stdout == "why\n"


def test_a_block_that_raises_ends_the_chapter(
    results: dict[str, ChapterResult],
) -> None:
    assert len(results["goes_no_further"].blocks) == 1


def test_a_block_that_must_raise_does_not_end_the_chapter(
    results: dict[str, ChapterResult],
) -> None:
    errors = [block.error for block in results["must"].blocks]
    assert errors == ["ZeroDivisionError: division by zero", "KeyError: 'k'"]


def test_a_block_that_waits_for_a_person_is_told_what_to_write(
    book: Path, chapter: Any
) -> None:
    (result,) = run_chapters([chapter("asks", "input('Name? ')")], files=Files(book))
    (block,) = result.blocks
    assert block.error == "EOFError: EOF when reading a line"
    assert "A chapter has no input" in block.traceback


@pytest.mark.parametrize("name", TAMPERING)
def test_a_block_that_tampers_with_its_output_is_named(
    results: dict[str, ChapterResult], name: str
) -> None:
    message = f"the block {TAMPERING[name][1]}, so its output can't be compared"
    problems = [(each.line, each.message) for each in results[name].problems]
    assert (20, message) in problems
