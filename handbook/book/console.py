"""Read terminal text: the commands of a `console` block, and which of them run.

A block runs unless its first line is `# not run: REASON`, which readers see, too. Only
commands of this project run, and none that could start the tests or reach other files.
"""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["COPIER", "Command", "find_unfit", "is_marked", "read_commands"]

COPIER = {"add", "diff", "remove", "search", "status", "upgrade"}
"""The subcommands that run in a reader's own project."""

# Other subcommands of handbook need the network, never end, or take minutes.
_COMMANDS = {
    "git": {"add", "commit", "diff", "log", "status", "switch"},
    "handbook": COPIER | {"--help", "check", "generate", "ledger", "new", "run"},
    "make": {"help"},
    "towncrier": {"build", "create"},
}
_FREE = {"cat", "cp", "ls", "mkdir", "mv", "rm"}
_TESTS = ("tests/facts/", "tests/snippets/")
_PROMPT = "$ "
_MARK = re.compile(r"# not run: \S")
_SHELL = re.compile(r"[();<>|&]+|.*[$`*{\\].*", re.DOTALL)


class Command(NamedTuple):
    """A command with the output that the page shows.

    Attributes
    ----------
    line : int
        The line in the block, from 1.
    text : str
        The command as it is shown, without the prompt.
    output : str
        The lines below it; empty if the page shows none.
    """

    line: int
    text: str
    output: str

    @property
    def words(self) -> list[str]:
        """The words of the command, without its comment.

        Raises
        ------
        ValueError
            If a quotation is not closed.
        """
        lexer = shlex.shlex(self.text, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        return list(lexer)

    @property
    def name(self) -> tuple[str, list[str]]:
        """The program without its folder or `python -m`, and its arguments."""
        words = self.words or [""]
        if words[:2] == ["python", "-m"] and len(words) > 2:
            words = words[2:]
        return words[0].removeprefix(".venv/bin/"), words[1:]


def is_marked(code: str) -> bool:
    """Return whether a block says why it doesn't run."""
    return _MARK.match(code) is not None


def read_commands(code: str) -> list[Command]:
    """Return the commands of a block in their order."""
    found: list[Command] = []
    for number, line in enumerate(code.split("\n"), 1):
        if line.startswith(_PROMPT):
            found.append(Command(number, line.removeprefix(_PROMPT), ""))
        elif found:
            found[-1] = found[-1]._replace(output=f"{found[-1].output}{line}\n")
    return found


def find_unfit(code: str) -> Iterator[tuple[int, str]]:
    """Find what can't run in a block that isn't marked.

    Yields
    ------
    tuple of int and str
        The line in the block, from 1, and what to do.
    """
    if is_marked(code):
        return
    if not code.startswith(_PROMPT):
        yield (
            1,
            "a console block has commands after '$ ', each above what it prints: write "
            "`$ COMMAND` first, or '# not run: REASON' if it cannot run",
        )
        return
    for command in read_commands(code):
        if reason := _reason(command):
            yield (
                command.line,
                f"'{command.text[:40]}' is not run, since {reason}: begin this block "
                "with '# not run: REASON'",
            )


def _reason(command: Command) -> str:
    """Return why a command doesn't run; empty if it does."""
    try:
        words = command.words
    except ValueError:
        return "its quotation is not closed"
    if any(map(_SHELL.fullmatch, words)):
        return "no shell reads it"
    if any(map(_leaves, words[1:])):
        return "it names a place outside the copy of the book"
    return _refusal(*command.name)


def _refusal(program: str, arguments: list[str]) -> str:
    """Return why a program doesn't run with some arguments; empty if it does."""
    paths = [word for word in arguments if not word.startswith("-")]
    if program == "pytest":
        if not paths or not all(path.startswith(_TESTS) for path in paths):
            return f"pytest takes files below {' or '.join(_TESTS)} here"
    elif program in _COMMANDS:
        if arguments[:1] == ["run"] and not _are_pages(paths[1:]):
            return "handbook run takes the files of pages here"
        if not set(arguments[:1]) & _COMMANDS[program]:
            return (
                f"of {program}, only {', '.join(sorted(_COMMANDS[program]))} run here"
            )
    elif program not in _FREE:
        return "it is not a command of this project"
    return ""


def _leaves(word: str) -> bool:
    parts = re.split("[/=]", word)
    is_outside = bool({"..", ".venv", ".git"} & set(parts)) or parts[0].startswith("~")
    return is_outside or "://" in word or re.search(r"^/|=/", word) is not None


def _are_pages(paths: list[str]) -> bool:
    return bool(paths) and all(path.endswith((".md", ".py", ".yml")) for path in paths)
