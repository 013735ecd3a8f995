"""Serve the site, and rebuild it when pages, snippets, theme or notebooks change."""

import argparse
import errno
import logging
import signal
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
"""Seconds without a save until data is generated: MkDocs shows the page first."""

_GENERATING = threading.Lock()


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return serve(find_root(Path.cwd()), port=arguments.port)


def serve(root: Path, *, port: int = 8000) -> int:
    """Serve the book in `root` on loopback until interrupted.

    MkDocs shows a saved page at once. Data generated from it, such as the list of pages
    that use another, is written a moment later, and MkDocs shows that, too.

    Returns
    -------
    int
        The exit status: 0, or 1 if the book does not build.

    Raises
    ------
    WrongUse
        If the port can't be used; checked before the build, which takes a while.
    """
    _try_port(port)
    # Imported late, like watchdog below: the base install has neither.
    from mkdocs.commands.serve import serve as serve_pages  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for name in ("asyncio", "watchdog"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if generate(Book(root)):
        return 1
    # As Ctrl-C does, so that MkDocs removes its temporary folder.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    observer = _watch(root)
    try:
        # Not the command line of MkDocs 1.6, which watches nothing with click >= 8.3.
        serve_pages(str(root / "mkdocs.yml"), dev_addr=f"{_HOST}:{port}")
    finally:
        observer.stop()
        observer.join()
    return 0


def _try_port(port: int) -> None:
    """Listen on a port for a moment, to check that it is free."""
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
    """Start to watch sources, and generate again after a save."""
    from watchdog.events import FileSystemEventHandler  # noqa: PLC0415
    from watchdog.observers import Observer  # noqa: PLC0415

    class Regenerate(FileSystemEventHandler):
        def __init__(self) -> None:
            self.later: threading.Timer | None = None

        def on_any_event(self, event: "FileSystemEvent") -> None:
            # Many editors write a new file, then move it onto the old one.
            paths = (str(event.src_path), str(event.dest_path))
            if event.event_type not in {"created", "deleted", "modified", "moved"}:
                return
            if not any(path.endswith(_SOURCES) for path in paths):
                return
            # Wait until MkDocs has shown the page, and count several saves as one.
            if self.later:
                self.later.cancel()
            self.later = threading.Timer(_PAUSE, _regenerate, (root,))
            self.later.daemon = True
            self.later.start()

    observer = Observer()
    regenerate = Regenerate()
    for folder in ("snippets", "tests/snippets", "docs"):
        if (root / folder).exists():  # a team may have removed it from its book
            observer.schedule(regenerate, str(root / folder), recursive=True)
    # Its folder: an editor that moves a new mkdocs.yml onto the old one ends its watch.
    observer.schedule(regenerate, str(root), recursive=False)
    observer.start()
    return observer


def _regenerate(root: Path) -> None:
    # Imported late: the base install has no MkDocs.
    from handbook.site.quick.broken import REASONS  # noqa: PLC0415

    with _GENERATING:
        try:
            problems = generate(Book(root))
        except (OSError, ValueError) as error:
            # The file may have been saved while it is being edited.
            problems = [str(error)]
            print(f"Not generated: {error}", file=sys.stderr)
        if problems:
            REASONS["data"] = "\n".join(problems)
        else:
            REASONS.pop("data", None)
