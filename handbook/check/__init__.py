"""`handbook check`: every rule that needs no run."""

import argparse
from pathlib import Path

__all__ = ["add_parser"]

FAMILIES = ("files",)
"""Modules beside this one, in the order of their ids: each has RULES and find()."""


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Offer the command."""
    parser = subparsers.add_parser("check", help="every rule that needs no run")
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="report these alone"
    )
    parser.add_argument("--fix", action="store_true", help="mend what a machine can")
    parser.add_argument(
        "--format", choices=["text", "github"], default="text", dest="form"
    )
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Check, mend if asked to, and print what is left."""
    from handbook.check.command import check  # noqa: PLC0415

    return check(arguments.paths, fix=arguments.fix, form=arguments.form)
