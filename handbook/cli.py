"""The command `handbook`: every subcommand with its arguments, in one table.

A command is imported only when it is called: `--help` needs no package, and a hook that
runs at every commit doesn't wait for the runner.
"""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from handbook.base.errors import WrongUse
from handbook.base.words import visible
from handbook.book.problem import MarkdownError

__all__ = ["COMMANDS", "main"]


class _Argument(NamedTuple):
    """The parameters of `add_argument` for one argument."""

    names: tuple[str, ...]
    settings: dict[str, Any]


class _Command(NamedTuple):
    """A subcommand.

    Attributes
    ----------
    call : str
        Its module and function. The function takes the parsed arguments and returns the
        exit status.
    help : str
        Its description, in one line.
    arguments : tuple of _Argument
        Its arguments, in the order of the help.
    """

    call: str
    help: str
    arguments: tuple[_Argument, ...] = ()


def _argument(*names: str, **settings: Any) -> _Argument:
    return _Argument(names, settings)


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")


_PAGES = _argument("paths", nargs="*", type=Path, metavar="PATH", help="pages, folders")
_SITE = _argument("site", type=Path, help="the folder that MkDocs wrote")
_SNIPPETS = _argument(
    "names", nargs="*", metavar="NAME", help="snippets: explore.nulls; else all"
)

COMMANDS = {
    "run": _Command(
        "handbook.run.command:call",
        "run chapters and notebooks, check or rewrite their outputs and figures",
        (
            _argument(
                "paths",
                nargs="*",
                type=Path,
                metavar="PATH",
                help="pages, notebooks, folders",
            ),
            _argument(
                "--update",
                nargs="?",
                const="outputs",
                metavar="measured",
                help="write the outputs of blocks into their pages if a second run, on "
                "another date, has the same; =measured: measured outputs, too",
            ),
            _argument(
                "--no-cache", action="store_true", help="run unchanged chapters, too"
            ),
            _argument(
                "--why",
                action="store_true",
                help="print what changed since a chapter last ran",
            ),
            _argument(
                "--twice",
                action="store_true",
                help="prove that two runs with different settings are equal",
            ),
            _argument(
                "--kernels",
                action="store_true",
                help="prove that outputs are the same with every numerical kernel "
                "that this processor executes",
            ),
        ),
    ),
    "check": _Command(
        "handbook.check.command:call",
        "every rule that needs no run, on pages, snippets and tests",
        (
            _argument(
                "paths",
                nargs="*",
                type=Path,
                metavar="PATH",
                help="report only these files and folders",
            ),
            _argument(
                "--fix",
                action="store_true",
                help="fix what a machine can fix, then check",
            ),
            _argument(
                "--format",
                choices=["text", "github"],
                default="text",
                dest="form",
                help="github: as annotations of a pull request",
            ),
            _argument(
                "--stale",
                action="store_true",
                help="list the pages reviewed more than 300 days ago, check nothing",
            ),
        ),
    ),
    "new": _Command(
        "handbook.new.command:call",
        "begin a chapter: page, snippet, tests and entry in the table of contents",
        (
            _argument("kind", choices=["chapter"]),
            _argument("name", metavar="PART/STEM", help="explore/questions"),
            _argument("title", metavar="TITLE", help='"Ask a better question"'),
        ),
    ),
    "ledger": _Command(
        "handbook.check.ledger:call",
        "every Python fence and embed: where, run or shown, by which test",
        (_PAGES,),
    ),
    "generate": _Command(
        "handbook.site.generate:call", "write what MkDocs reads, before a build"
    ),
    "prove": _Command(
        "handbook.proof.prove.command:call",
        "run the tests of copies in new projects; write receipts",
        (
            _SNIPPETS,
            _argument(
                "--python",
                action="append",
                metavar="VERSION",
                help="3.11; may be repeated; else the one that runs this",
            ),
            _argument(
                "--check",
                action="store_true",
                help="write no receipts, exit with 1 if a test fails",
            ),
        ),
    ),
    "mutate": _Command(
        "handbook.proof.mutate.command:call",
        "count the small faults in snippets that their tests notice",
        (_SNIPPETS,),
    ),
    "hostile": _Command(
        "handbook.proof.hostile.command:call",
        "call the functions of snippets with data that they do not expect",
        (_SNIPPETS,),
    ),
    "finish": _Command(
        "handbook.site.finish:call",
        "add Markdown copies, llms.txt and the wheel to the built site",
        (_SITE,),
    ),
    "offline": _Command(
        "handbook.site.offline:call",
        "one zip of the finished site that opens from a folder",
        (_argument("site", type=Path, help="the folder that was finished"),),
    ),
    "serve": _Command(
        "handbook.site.serve:call",
        "the site on loopback, reloaded as you save",
        (_argument("--port", type=_port, default=8000, help="8000 if not given"),),
    ),
    "search": _Command(
        "handbook.copier.search:call",
        "find snippets to copy",
        (
            _argument("words", nargs="+", metavar="WORD"),
            _argument(
                "--from",
                dest="source",
                help="a site, a folder or a wheel (see handbook add)",
            ),
        ),
    ),
    "add": _Command(
        "handbook.copier.add:call",
        "copy a snippet and its test",
        (
            _argument("name", metavar="NAME", help="explore.nulls"),
            _argument(
                "--from",
                dest="source",
                help="a site (https://...), a folder or a wheel; else the one in the "
                "lock, else the installed one",
            ),
            _argument(
                "--to",
                metavar="FOLDER",
                help="for code; else [tool.handbook] code of pyproject.toml",
            ),
            _argument("--tests", metavar="FOLDER", help="for tests"),
            _argument("--no-test", action="store_true", help="do not copy the test"),
            _argument(
                "--dry-run",
                action="store_true",
                help="print what would be written, write nothing",
            ),
        ),
    ),
    "status": _Command(
        "handbook.copier.status:call",
        "which copies are outdated, edited or recalled",
        (
            _argument(
                "--check",
                action="store_true",
                help="exit with 1 if one is outdated, recalled or half merged: "
                "for CI, hooks",
            ),
        ),
    ),
    "diff": _Command(
        "handbook.copier.diff:call",
        "your edits of a copy, and what changed upstream",
        (_argument("name", metavar="NAME"),),
    ),
    "upgrade": _Command(
        "handbook.copier.upgrade:call",
        "merge what changed upstream into what you edited",
        (
            _argument(
                "name", metavar="NAME", nargs="?", help="all of them if left out"
            ),
            _argument(
                "--from",
                dest="source",
                help="follow another site, folder or wheel from now on",
            ),
            _argument(
                "--restore",
                action="store_true",
                help="bring back files that you deleted",
            ),
            _argument(
                "--allow-older",
                action="store_true",
                help="go back if the source has only an older version",
            ),
            _argument(
                "--dry-run",
                action="store_true",
                help="print what would change as a diff, write nothing",
            ),
        ),
    ),
    "remove": _Command(
        "handbook.copier.remove:call",
        "delete a copy and its test",
        (
            _argument("name", metavar="NAME"),
            _argument("--force", action="store_true", help="even if you edited it"),
        ),
    ),
}
"""The subcommands by name, in the order of the help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process if None.

    Returns
    -------
    int
        The exit status: 0 for success, 1 for problems found, 2 for wrong use.
    """
    arguments = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # An error of a block may contain characters that the terminal can't show.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _call(COMMANDS[arguments.command], arguments)
    except WrongUse as error:
        print(f"handbook: {visible(str(error))}", file=sys.stderr)
        return 2
    except MarkdownError as error:
        reason = visible(str(error).partition("\n")[0])
        print(
            f"handbook: the site's Markdown cannot be set up, or cannot render a page: "
            f"{reason}; `handbook check` names the file and the line",
            file=sys.stderr,
        )
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # as in `handbook ledger | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        where = f"{error.filename}: " if error.filename else ""
        print(
            f"handbook: {visible(f'{where}{error.strerror or error}')}", file=sys.stderr
        )
        return 2
    except KeyboardInterrupt:
        print("handbook: stopped", file=sys.stderr)
        return 130  # what a shell returns for a command that Ctrl-C ended


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="handbook", description="The machinery of the handbook."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help)
        for argument in command.arguments:
            subparser.add_argument(*argument.names, **argument.settings)
    return parser


def _call(command: _Command, arguments: argparse.Namespace) -> int:
    """Import a command and call it.

    Raises
    ------
    WrongUse
        If a package is missing that is not in the base install.
    """
    module, _, function = command.call.partition(":")
    try:
        status: int = getattr(importlib.import_module(module), function)(arguments)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "handbook" or missing in sys.stdlib_module_names:
            raise  # a bug, not a missing package
        raise WrongUse(
            f"{error.name} is not installed here: see CONTRIBUTING.md"
        ) from error
    return status
