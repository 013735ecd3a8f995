"""Serve the site, and build it anew as pages, snippets, theme or notebooks change."""

import argparse
import errno
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.book import find_root
from handbook.generate import generate

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

__all__ = ["add_parser", "serve"]


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `serve`."""
    parser = commands.add_parser(
        "serve", help="the site on loopback, reloaded as you save"
    )
    parser.set_defaults(call=lambda _: serve(find_root(Path.cwd())))


def serve(root: Path, *, port: int = 8000) -> int:
    """Serve the book in `root` on loopback until interrupted.

    MkDocs watches the pages. What is generated from snippets, tests and notebooks is
    written anew when one of them changes, and MkDocs sees that.

    Returns
    -------
    int
        The exit status: 0, 1 where the book does not build, 2 where the port is taken.
    """
    # Here and below, not above: the base install has neither.
    from mkdocs.commands.serve import serve as serve_pages  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for chatty in ("asyncio", "watchdog"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    status = generate(root)
    if status:
        return status
    observer = _watch(root)
    try:
        # Not by MkDocs' own command line: 1.6 watches nothing under click 8.3 or newer.
        serve_pages(str(root / "mkdocs.yml"), dev_addr=f"127.0.0.1:{port}")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        print(
            f"Port {port} is taken on 127.0.0.1: stop what runs there first",
            file=sys.stderr,
        )
        return 2
    finally:
        observer.stop()
        observer.join()
    return 0


def _watch(root: Path) -> "BaseObserver":
    """Generate anew whenever a source of what is generated is saved."""
    from watchdog.events import FileSystemEventHandler  # noqa: PLC0415
    from watchdog.observers import Observer  # noqa: PLC0415

    class Regenerate(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            # Many editors save beside the file, then move the copy onto it.
            paths = (str(event.src_path), str(event.dest_path))
            if event.event_type not in {"created", "deleted", "modified", "moved"}:
                return
            if not any(path.endswith((".py", ".toml", ".yml")) for path in paths):
                return
            try:
                generate(root)
            except (OSError, ValueError) as error:
                # Saved half-way. An error that left here would end the watch.
                print(f"Not generated: {error}", file=sys.stderr)

    observer = Observer()
    for folder in ("snippets", "tests/snippets", "docs/late_flights", "docs/reference"):
        if (root / folder).exists():  # another team may have taken it out
            observer.schedule(Regenerate(), str(root / folder), recursive=True)
    observer.start()
    return observer
