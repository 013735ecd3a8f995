"""`handbook check`: every rule that needs no run."""

import argparse
from pathlib import Path

from handbook.base.errors import WrongUse

__all__ = ["FAMILIES", "add_parser"]

FAMILIES = (
    "files",
    "structure",
    "questions",
    "embeds",
    "figures",
    "links",
    "front_matter",
    "moved",
    "modules",
    "docstrings",
    "recalls",
    "blocks",
    "prose",
    "proof",
    "spelling",
    "safety",
    "credentials",
)
"""Modules beside this one, in the order of their ids: each has RULES and find()."""


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "check", help="every rule that needs no run, on pages, snippets and tests"
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files, folders: report these alone",
    )
    parser.add_argument(
        "--fix", action="store_true", help="mend what a machine can, then check"
    )
    parser.add_argument(
        "--format",
        choices=["text", "github"],
        default="text",
        dest="form",
        help="github: as annotations of a pull request",
    )
    parser.add_argument(
        "--stale",
        action="store_true",
        help="list the pages reviewed more than 300 days ago, and check nothing",
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Check, mend if asked to, and print what is left.

    Raises
    ------
    WrongUse
        If a package is missing that a rule calls.
    """
    try:
        from handbook.check import command  # noqa: PLC0415  `--help` needs none of it

        if arguments.stale:
            return command.list_stale()
        return command.check(arguments.paths, fix=arguments.fix, form=arguments.form)
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed here: see CONTRIBUTING.md"
        raise WrongUse(message) from error
