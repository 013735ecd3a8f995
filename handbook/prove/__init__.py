"""`handbook prove`: take each copy to an empty project, and run its test there."""

import argparse
from pathlib import Path

from handbook.base.errors import WrongUse

__all__ = ["add_parser"]


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "prove", help="run the tests of copies in projects of their own; note receipts"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="snippets: explore.nulls; else all"
    )
    parser.add_argument(
        "--python",
        action="append",
        metavar="VERSION",
        help="3.11; may be given again; else the one that runs this",
    )
    parser.add_argument(
        "--check", action="store_true", help="write no receipts, fail where a test does"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Prove copies, and give the exit status.

    Raises
    ------
    WrongUse
        If a package is missing that this needs.
    """
    try:
        from handbook.prove import command  # noqa: PLC0415  `--help` needs none of it
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed here: see CONTRIBUTING.md"
        raise WrongUse(message) from error
    return command.prove(
        Path.cwd(), arguments.names, arguments.python, write=not arguments.check
    )
