"""Run the commands of console blocks in a copy of the book; compare what they print.

The blocks of a page run in their order, in one copy. A command with nothing below it
must succeed; what is below another one is compared, except for what `_masked` leaves
out. The commands that the copier has for other projects run in an empty one.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbook.base.cache import Store, cache_folder, code_version
from handbook.base.unseen import describe_unseen, find_unseen
from handbook.book.book import Book
from handbook.book.console import COPIER, Command, is_marked, read_commands
from handbook.book.page import Expectation, Page
from handbook.book.problem import Problem
from handbook.book.tracked import find_tracked
from handbook.run.compare import Finding, NewText, shown
from handbook.run.engine.conditions import Conditions

__all__ = ["ConsoleResult", "consoles", "run_consoles"]

_SECONDS = 300.0  # for one command: each takes a few, but the machine may be busy
_INSIDE = "HANDBOOK_CONSOLE"  # set for commands, so that none starts others
_ANSWERS = ("answers", "check", "pages")  # caches that change no output, only its time
_DURATION = re.compile(r"\d+(?:\.\d+)?(?= ?(?:ms|s|seconds?|minutes?)\b)")
_PROJECT = """\
[project]
name = "shop"
dependencies = ["pandas"]

[tool.handbook]
code = "src/shop/snippets"
tests = "tests/snippets"
"""


@dataclass(frozen=True, slots=True)
class ConsoleResult:
    """The commands of a page, and what is wrong with them.

    Attributes
    ----------
    path : Path
        The page, relative to the book's root.
    findings : list of Finding
        The blocks that differ, and the commands that fail.
    cached : bool
        Whether the outputs come from the cache.
    """

    path: Path
    findings: list[Finding]
    cached: bool


def consoles(page: Page) -> list[Expectation]:
    """Return the console blocks of a page that run; none if the page has a problem."""
    if page.problems:
        return []
    return [
        Expectation("output", f"{fence.code}\n", fence.line + 1)
        for fence in page.fences
        if fence.language == "console" and fence.fate == "shown"
        if not is_marked(fence.code)
    ]


def run_consoles(
    pages: Iterable[Page], book: Book, *, cache: bool = True
) -> Iterator[ConsoleResult]:
    """Run the console blocks of pages, or read what they gave when nothing has changed.

    Parameters
    ----------
    pages : iterable of Page
        The pages; those without such blocks are passed over.
    book : Book
        The book that is copied.
    cache : bool
        Whether to use results of earlier runs.
    """
    store, key = Store(cache_folder(book.root) / "console"), dict[str, str]()
    for page in pages:
        path, blocks = page.chapter.path, consoles(page)
        if not blocks:
            continue
        if _INSIDE in os.environ:
            message = "a command of a console block runs no page that has such blocks"
            problem = Problem(path, blocks[0].line, message)
            yield ConsoleResult(path, [Finding(problem)], cached=False)
            continue
        key = key or _key(book)
        given = store.get(path, key) if cache else None
        cached = given is not None
        if given is None:
            given = _run(path, blocks, book)
            if not given["problems"]:
                store.keep(path, key, given)
        problems = [Problem(path, *problem) for problem in given["problems"]]
        findings = [*map(Finding, problems), *_compare(path, blocks, given["texts"])]
        yield ConsoleResult(path, findings, cached)


def _key(book: Book) -> dict[str, str]:
    """Return what a command can see: the code, and every file that is copied."""
    every = hashlib.sha256()
    for path in _files(book.root):
        with (book.root / path).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        every.update(os.fsencode(path) + b"\0" + content)
    return {"code": code_version(), "the book": every.hexdigest()}


def _files(root: Path) -> list[Path]:
    """Return what is copied: no links, which could lead out of the book."""
    return [path for path in find_tracked(root) if not (root / path).is_symlink()]


def _compare(
    path: Path, blocks: list[Expectation], texts: list[str]
) -> Iterator[Finding]:
    for block, text in zip(blocks, texts, strict=False):
        if _masked(text) != _masked(block.text):
            message = (
                "these commands print something else: fix it, or `handbook run "
                f"--update`\n{shown(block.text, text)}"
            )
            fix = NewText(block, text)
            yield Finding(Problem(path, block.line, message), None, fix)


def _masked(text: str) -> str:
    """Return a text without durations, and without spaces where a line ends."""
    return _DURATION.sub("#", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)).strip()


def _run(path: Path, blocks: list[Expectation], book: Book) -> dict[str, Any]:
    """Return the blocks with what their commands print, and what is wrong."""
    texts, problems = [], []
    with tempfile.TemporaryDirectory(prefix="handbook-console-") as folder:
        copy = _Copy(Path(folder).resolve(), book)
        for block in blocks:
            text = ""
            for command in read_commands(block.text.removesuffix("\n")):
                line = block.line + command.line - 1
                printed, problem = copy.run(command)
                if problem:
                    problems.append((line, f"'{command.text}' {problem}"))
                text += f"$ {command.text}\n{printed}"
            texts.append(text)
            if problems:
                break
    return {"texts": [] if problems else texts, "problems": problems}


class _Copy:
    """A copy of the book, and an empty project beside it.

    Parameters
    ----------
    folder : Path
        Where to write both.
    book : Book
        The book.
    """

    def __init__(self, folder: Path, book: Book) -> None:
        self.root, self.project = folder / "handbook", folder / "shop"
        for path in _files(book.root):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(book.root / path, self.root / path)
        for name in _ANSWERS:
            if (answers := cache_folder(book.root) / name).is_dir():
                shutil.copytree(answers, cache_folder(self.root) / name)
        (self.root / ".venv").symlink_to(sys.prefix)
        self.project.mkdir()
        (self.project / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
        (folder / "tmp").mkdir()
        self.environment = self._environment(folder, book)
        for words in (
            "init --initial-branch=main",
            "add --all",
            "commit --message=All",
        ):
            git = [
                "git",
                "-c",
                "core.compression=0",
            ]  # which would take most of the time
            self._call([*git, *words.split()], self.root)

    def run(self, command: Command) -> tuple[str, str]:
        """Return what a command prints if the page shows that, and what is wrong."""
        program, arguments = command.name
        theirs = program == "handbook" and bool(COPIER & set(arguments[:1]))
        try:
            run = self._call(command.words, self.project if theirs else self.root)
        except FileNotFoundError:
            return "", "is not installed here"
        except subprocess.TimeoutExpired:
            return "", f"did not end within {_SECONDS:.0f} s: mark it as not run"
        # Where the copy is differs from run to run.
        printed = (run.stdout or run.stderr).replace(str(self.root.parent), "~")
        if unseen := find_unseen(printed):
            return "", f"prints {describe_unseen(unseen[0])}, which nobody sees"
        if not command.output.strip():
            details = f"\n{printed.rstrip()}" if printed.strip() else ""
            wrong = f"fails, and the page does not show how{details}"
            return command.output, wrong if run.returncode else ""
        lines = (line.rstrip() for line in printed.strip("\n").split("\n"))
        return "\n".join(lines) + "\n", ""

    def _call(self, words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        """Run a command, and end all that it started.

        Raises
        ------
        FileNotFoundError
            If there is no such program.
        TimeoutExpired
            If it takes too long.
        """
        with subprocess.Popen(
            words,
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=_SECONDS)
            finally:
                _end(process.pid)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def _environment(self, folder: Path, book: Book) -> dict[str, str]:
        """Return a small environment, with nothing of the user's settings."""
        given = Conditions().environment(self.root)
        day = f"{book.committed or '2000-01-01'}T12:00:00Z"
        who = {"NAME": "A reader", "EMAIL": "reader@example.org", "DATE": day}
        git = {f"GIT_AUTHOR_{key}": value for key, value in who.items()}
        git |= {f"GIT_COMMITTER_{key}": value for key, value in who.items()}
        git |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        paths = [str(self.root), given["PYTHONPATH"]]
        return (
            given
            | git
            | {
                "HOME": str(folder),
                "NO_COLOR": "1",
                "PYTHONPATH": os.pathsep.join(paths),
                "TMPDIR": str(folder / "tmp"),
                _INSIDE: "1",
            }
        )


def _end(group: int) -> None:
    with suppress(ProcessLookupError):  # nothing of it is left
        os.killpg(group, signal.SIGKILL)
