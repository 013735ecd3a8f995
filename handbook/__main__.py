"""The command `handbook`."""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from handbook.base.errors import WrongUse

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "run": "handbook.run",
    "check": "handbook.check",
    "new": "handbook.new",
    "ledger": "handbook.ledger",
    "generate": "handbook.generate",
    "prove": "handbook.prove",
    "mutate": "handbook.mutate",
    "finish": "handbook.finish",
    "offline": "handbook.offline",
    "serve": "handbook.serve",
    "search": "handbook.copier.search",
    "add": "handbook.copier.add",
    "status": "handbook.copier.status",
    "diff": "handbook.copier.diff",
    "upgrade": "handbook.copier.upgrade",
    "remove": "handbook.copier.remove",
}
"""Each command's module, in the order of the help. It offers `add_parser`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        The exit status: 0 fine, 1 problems found, 2 wrong use.
    """
    parser = argparse.ArgumentParser(
        prog="handbook", description="The machinery of the handbook."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    argv = sys.argv[1:] if argv is None else argv
    # The module of the one command that is named: a reader's hook, which runs at every
    # commit, shall not wait until the runner is imported.
    for name in set(argv[:1]) & COMMANDS.keys() or COMMANDS:
        importlib.import_module(COMMANDS[name]).add_parser(commands)
    arguments = parser.parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a block raised may have characters that the terminal has not.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status: int = arguments.call(arguments)
    except WrongUse as error:
        print(f"handbook: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `handbook ledger | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("handbook: stopped", file=sys.stderr)
        return 130  # as a shell says of a command that Ctrl-C ended
    return status


if __name__ == "__main__":
    sys.exit(main())
