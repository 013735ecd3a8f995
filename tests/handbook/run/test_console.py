"""The commands of a page run in a copy of the book; the page has what they print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.run import console
from handbook.run.console import ConsoleResult, run_consoles

ROOT = Path(__file__).parents[3]
DOCUMENT = Path("README.md")


def _block(*lines: str) -> str:
    return "\n".join(["```console", *lines, "```", ""])


def _run(root: Path, *blocks: str) -> ConsoleResult:
    if blocks:
        (root / DOCUMENT).write_text("# Use it\n\n" + "\n".join(blocks))
    book = Book(root)
    [result] = run_consoles(book.read([DOCUMENT]), book)
    return result


def _wrong(result: ConsoleResult) -> list[str]:
    return [str(finding.problem) for finding in result.findings]


def test_blocks_run_in_their_order_in_one_copy(small: Path) -> None:
    result = _run(
        small,
        _block("$ mkdir new", "$ cp mkdocs.yml new"),
        _block("# not run: it is elsewhere", "$ rm -r new"),
        _block("$ ls new  # what is there", "mkdocs.yml"),
    )

    assert _wrong(result) == []
    assert not (small / "new").exists()


def test_a_difference_has_the_line_of_its_block(small: Path) -> None:
    result = _run(small, "Look:\n", _block("$ ls docs/cross", "watches.md"))

    [message] = _wrong(result)
    assert message.startswith("README.md:6: these commands print something else")
    assert message.endswith(" $ ls docs/cross\n-watches.md\n+clocks.md")


def test_a_duration_may_differ_and_no_other_number(small: Path) -> None:
    (small / "log").write_text("3 chapters ran in 4.1 s; 12 ms\n")

    shown = "3 chapters ran in 12 s; 7.25 ms"
    assert _wrong(_run(small, _block("$ cat log", shown))) == []
    shown = "4 chapters ran in 4.1 s; 12 ms"
    assert len(_wrong(_run(small, _block("$ cat log", shown)))) == 1


def test_the_folder_of_the_copy_is_not_shown(small: Path) -> None:
    result = _run(
        small,
        _block("$ .venv/bin/pytest --no-summary tests/facts/explore", "Lines."),
    )

    assert "\n+rootdir: ~/handbook\n" in _wrong(result)[0]


def test_a_command_without_an_output_must_succeed(small: Path) -> None:
    result = _run(small, _block("$ ls docs", "$ ls none"))

    [message] = _wrong(result)
    assert message.startswith("README.md:5: 'ls none' fails, and the page does not")
    assert "No such file" in message


def test_a_failure_can_be_shown(small: Path) -> None:
    shown = "cat: none: No such file or directory"

    assert _wrong(_run(small, _block("$ cat none", shown))) == []


def test_a_missing_program_is_named(small: Path) -> None:
    result = _run(small, _block("$ .venv/bin/make help"))

    assert _wrong(result) == [
        "README.md:4: '.venv/bin/make help' is not installed here"
    ]


def test_a_command_that_waits_is_ended(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_SECONDS", 5)
    test = small / "tests/facts/test_slow.py"
    test.write_text("import time\n\n\ndef test_it():\n    time.sleep(1000)\n")

    result = _run(small, _block(f"$ .venv/bin/pytest {test.relative_to(small)}"))
    assert "did not end within 5 s: mark it as not run" in _wrong(result)[0]


def test_the_copier_runs_in_a_project_and_the_rest_in_the_book(small: Path) -> None:
    result = _run(
        small,
        _block("$ handbook status", "No copies."),
        _block("$ python -m handbook ledger docs/cross", "1 entry"),
    )

    first, second = _wrong(result)
    assert "\n+nothing is copied here: " in first
    assert "+docs/cross/clocks.md:17  fence  runs" in second


def test_a_link_and_a_strange_name_are_in_nobodys_way(small: Path) -> None:
    (small / "docs/cross/link.txt").symlink_to("/etc/hostname")
    (small / os.fsdecode(b"caf\xe9.md")).write_text("# Closed\n")

    result = _run(small, _block("$ ls docs/cross", "clocks.md"))
    assert _wrong(result) == []
    assert [page.chapter.path for page in Book(small).documents] == [DOCUMENT]


def test_a_command_runs_no_page_with_commands(small: Path) -> None:
    result = _run(small, _block("$ handbook run README.md", "0 chapters"))

    assert (
        "+README.md:4: a command of a console block runs no page that has such blocks"
        in _wrong(result)[0]
    )


def test_outputs_are_kept_until_any_file_changes(small: Path) -> None:
    assert not _run(small, _block("$ ls docs/cross", "clocks.md")).cached
    assert _run(small).cached
    (small / "docs/cross/more.txt").touch()

    result = _run(small)
    assert not result.cached
    assert "\n+more.txt" in _wrong(result)[0]


def test_a_failure_is_not_kept(small: Path) -> None:
    _run(small, _block("$ ls none"))

    assert not _run(small).cached


def test_the_command_compares_and_updates_them(small: Path) -> None:
    page = small / "docs/cross/clocks.md"
    page.write_text(
        page.read_text() + _block("$ ls docs/cross", "old", "", "$ ls snippets")
    )

    first = _handbook(small, "run")
    second = _handbook(small, "run", "--update")
    third = _handbook(small, "run", "docs/cross")
    assert "clocks.md:31: these commands print something else" in first
    assert "2 chapters, 1 page with commands: " in first
    assert "these commands" not in second
    assert "1 chapter, 1 page with commands: 1 cached, 1 ran in " in third
    assert "problem" not in third
    assert page.read_text().endswith(
        _block("$ ls docs/cross", "clocks.md", "$ ls snippets")
    )


def _handbook(root: Path, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "handbook", *words],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
