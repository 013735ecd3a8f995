"""The command `handbook`."""

import argparse
import sys
from collections.abc import Sequence

from handbook import ledger, run
from handbook.book import WrongUse

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of `handbook`; 0 fine, 1 problems found, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="handbook", description=__doc__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (run, ledger):
        command.add_parser(subparsers)
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.call(arguments)
    except WrongUse as error:
        print(f"handbook: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("handbook: stopped", file=sys.stderr)
        return 130  # as a shell says of a command that Ctrl-C ended
    return status


if __name__ == "__main__":
    sys.exit(main())
