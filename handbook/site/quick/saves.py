"""Notice saves when they happen; MkDocs itself checks all files twice a second."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

__all__ = ["watch_saves"]

_SAVES = [FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent]
"""The events that start a build. A build itself causes events of reading."""

_PAUSE = 0.03
"""Seconds without another save until a build starts: editors save in two steps."""


def watch_saves(server: LiveReloadServer, config: MkDocsConfig) -> None:
    """Let a server use the system's file events.

    Parameters
    ----------
    server : LiveReloadServer
        A server that is not yet started, and watches the pages and mkdocs.yml.
    config : MkDocsConfig
        Its configuration.
    """
    watched = [config.docs_dir, config.config_file_path]
    for path in watched:
        server.unwatch(path)
    observer = Observer()
    observer.schedule = partial(_schedule, observer.schedule)  # type: ignore[method-assign]
    server.observer = observer  # type: ignore[assignment]
    server.build_delay = _PAUSE
    for path in watched:
        server.watch(path)


def _schedule(
    schedule: Callable[..., ObservedWatch],
    handler: FileSystemEventHandler,
    path: str,
    *,
    recursive: bool = False,
) -> ObservedWatch:
    if Path(path).is_file():
        # Many editors write a new file and move it onto the old one. A watch of the
        # file itself would then watch the deleted one.
        path, recursive = str(Path(path).parent), False
    return schedule(handler, path, recursive=recursive, event_filter=_SAVES)
