"""Hear of a save when it happens: MkDocs looks at all files twice a second."""

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

__all__ = ["hear_at_once"]

_SAVES = [FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent]
"""Not the events of reading, which a build does to all that is watched."""

_PAUSE = 0.03
"""Seconds without another save until a build begins: editors save in two steps."""


def hear_at_once(server: LiveReloadServer, config: MkDocsConfig) -> None:
    """Let the system tell a server of saves.

    Parameters
    ----------
    server : LiveReloadServer
        That does not run yet, and watches the pages and mkdocs.yml.
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
        # Many editors save beside the file and move the copy onto it: a watch of the
        # file would be one of the file that is gone.
        path, recursive = str(Path(path).parent), False
    return schedule(handler, path, recursive=recursive, event_filter=_SAVES)
