"""Let one process at a time change a project.

The processes lock a file beside handbook.lock. The system frees a lock when its process
ends, however it ends, so a file that a killed process left behind stops nobody.
"""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.copier.journal import UNDO, is_pending, undo
from handbook.copier.project import safe_path

__all__ = ["BUSY", "exclusive", "settle"]

BUSY = ".handbook-busy"
NOTICE, PATIENCE = 1.0, 30.0
"""Seconds until a process says that it waits, and until it gives up."""

_PAUSE = 0.05
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Keep other processes from changing a project; undo what a killed one left.

    Raises
    ------
    WrongUse
        If another process has it for too long, or a file can't be written.
    """
    path = safe_path(root, BUSY, BUSY)
    begin = time.monotonic()
    told = False
    while (file := _try_to_lock(path)) is None:
        waited = time.monotonic() - begin
        if waited > PATIENCE:
            raise WrongUse(
                f"another handbook command has been changing {root} for "
                f"{PATIENCE:g} s: try again when it has ended"
            )
        if waited > NOTICE and not told:
            told = True
            line = "handbook: waiting for another handbook command in this project"
            print(line, file=sys.stderr, flush=True)
        time.sleep(_PAUSE)
    try:
        _undo_stopped(root)
        yield
    finally:
        _release(path, file)


def settle(root: Path) -> None:
    """Undo what a killed process left, before a command that only reads.

    Raises
    ------
    WrongUse
        As `exclusive` does.
    """
    path = safe_path(root, BUSY, BUSY)
    if is_pending(root):
        with exclusive(root):
            pass  # undone at its beginning
    elif path.exists() and (file := _try_to_lock(path)) is not None:
        _release(path, file)  # its process was killed


def _undo_stopped(root: Path) -> None:
    if not is_pending(root):
        return
    undone = undo(root)
    if undone.lost:
        places = ", ".join(undone.lost)
        raise WrongUse(
            f"a change was stopped halfway, and {places} could not be put back: "
            f"make it writable, or restore it from git and delete {UNDO}"
        )
    if undone.any:
        left = f", but not {', '.join(undone.edited)}, edited since"
        end = left if undone.edited else ""
        line = f"handbook: a change that was stopped halfway is undone{end}"
        print(line, file=sys.stderr, flush=True)


def _try_to_lock(path: Path) -> int | None:
    """Return the locked file; None if another process has it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        if os.name == "nt" and isinstance(error, PermissionError):
            return None  # another process is deleting it
        reason = error.strerror or error
        raise WrongUse(f"{path.name}: {reason}: nothing was changed") from error
    try:
        _locker()(file)
        # The process that had it deletes the file, and a lock on that keeps out nobody.
        if os.path.samestat(os.fstat(file), path.stat()):
            return file
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in _TAKEN:
            os.close(file)
            reason = error.strerror or error
            raise WrongUse(f"{path.name} cannot be locked: {reason}") from error
    os.close(file)
    return None


def _release(path: Path, file: int) -> None:
    """Delete the file, then its lock; on Windows only a closed file can be deleted."""
    try:
        with suppress(OSError):
            path.unlink()
    finally:
        os.close(file)
    if os.name == "nt":
        with suppress(OSError):
            path.unlink()


def _locker() -> Callable[[int], object]:
    """Return the function of this system that locks a file, or fails at once."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows
    except ImportError:
        pass
    else:
        return lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        import msvcrt  # noqa: PLC0415  only on Windows
    except ImportError:
        return lambda _: None  # a system without processes, as in a browser
    lock, mode = msvcrt.locking, msvcrt.LK_NBLCK  # type: ignore[attr-defined]
    return lambda file: lock(file, mode, 1)
