"""Serve the site, and build it anew as pages, snippets, theme or notebooks change."""

import argparse
import errno
import logging
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.book.layout import find_root
from handbook.site.generate import generate

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

__all__ = ["call", "serve"]

_HOST = "127.0.0.1"
_SOURCES = (".md", ".py", ".toml", ".yml")
_PAUSE = 1.0
"""Seconds without a save: MkDocs has shown the page by then."""

_ONE_AT_A_TIME = threading.Lock()


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return serve(find_root(Path.cwd()), port=arguments.port)


def serve(root: Path, *, port: int = 8000) -> int:
    """Serve the book in `root` on loopback until interrupted.

    MkDocs shows what is saved at once. What is generated from it, such as who uses a
    page, is written a moment later, and MkDocs shows that too.

    Returns
    -------
    int
        The exit status: 0, or 1 where the book does not build.

    Raises
    ------
    WrongUse
        If nothing can listen on the port: before the build, which takes its time.
    """
    _try_port(port)
    # Here and below, not above: the base install has neither.
    from mkdocs.commands.serve import serve as serve_pages  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for chatty in ("asyncio", "watchdog"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    status = generate(Book(root))
    if status:
        return status
    observer = _watch(root)
    try:
        # Not by MkDocs' own command line: 1.6 watches nothing under click 8.3 or newer.
        serve_pages(str(root / "mkdocs.yml"), dev_addr=f"{_HOST}:{port}")
    finally:
        observer.stop()
        observer.join()
    return 0


def _try_port(port: int) -> None:
    """Listen on a port, and stop at once."""
    try:
        socket.create_server((_HOST, port)).close()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken" if taken else f"cannot be used ({error.strerror})"
        raise WrongUse(
            f"port {port} {reason} on {_HOST}: stop what runs there first, "
            f"or take another, such as `make serve PORT={port + 1}`"
        ) from error


def _watch(root: Path) -> "BaseObserver":
    """Generate anew when sources have been saved, once MkDocs has shown them."""
    from watchdog.events import FileSystemEventHandler  # noqa: PLC0415
    from watchdog.observers import Observer  # noqa: PLC0415

    class Regenerate(FileSystemEventHandler):
        def __init__(self) -> None:
            self.later: threading.Timer | None = None

        def on_any_event(self, event: "FileSystemEvent") -> None:
            # Many editors save beside the file, then move the copy onto it.
            paths = (str(event.src_path), str(event.dest_path))
            if event.event_type not in {"created", "deleted", "modified", "moved"}:
                return
            if not any(path.endswith(_SOURCES) for path in paths):
                return
            # What the author looks at comes first; many saves are one.
            if self.later:
                self.later.cancel()
            self.later = threading.Timer(_PAUSE, _regenerate, (root,))
            self.later.daemon = True
            self.later.start()

    observer = Observer()
    regenerate = Regenerate()
    for folder in ("snippets", "tests/snippets", "docs"):
        if (root / folder).exists():  # another team may have taken it out
            observer.schedule(regenerate, str(root / folder), recursive=True)
    observer.start()
    return observer


def _regenerate(root: Path) -> None:
    with _ONE_AT_A_TIME:
        try:
            generate(Book(root))
        except (OSError, ValueError) as error:
            # Saved half-way.
            print(f"Not generated: {error}", file=sys.stderr)
