"""The command `handbook`."""

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of `handbook` and return its exit status: 0, 1 problems found, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="handbook", description=__doc__)
    parser.parse_args(argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
