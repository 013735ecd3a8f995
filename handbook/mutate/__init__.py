"""`handbook mutate`: break each snippet in every small way, and see who notices.

`mutants` makes the broken versions, with mutmut's operators; `trial` runs a unit's test
against each of them; `record` keeps what came of it, and `judge` judges it.
"""

import argparse
from pathlib import Path

from handbook.base.errors import WrongUse

__all__ = ["add_parser"]


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "mutate", help="count the small faults in snippets that their tests notice"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="snippets: explore.nulls; else all"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Measure what has changed, judge all of it, and give the exit status.

    Raises
    ------
    WrongUse
        If a package is missing that this needs, or there is no such unit.
    """
    try:
        from handbook.mutate import command  # noqa: PLC0415  `--help` needs none of it
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed here: see CONTRIBUTING.md"
        raise WrongUse(message) from error
    return command.mutate(Path.cwd(), arguments.names)
