"""`handbook ledger`: every Python fence and embed of the book, and what became of it."""

import argparse
from pathlib import Path

from handbook.book import Book, find_root
from handbook.ledger import read_ledger

__all__ = ["add_parser"]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Offer the command."""
    parser = subparsers.add_parser(
        "ledger", help="every Python fence and embed: where, run or shown, by which test"
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages, folders")
    parser.set_defaults(call=call)


def call(arguments: argparse.Namespace) -> int:
    """Print a line for each, and one at the end."""
    book = Book(find_root(Path.cwd()))
    entries = read_ledger(book, arguments.paths)
    for entry in entries:
        print(entry)
    lacking = sum(not entry.test for entry in entries)
    print(f"{len(entries)} entries, {lacking} without a test")
    return 1 if lacking else 0
