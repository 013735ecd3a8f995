"""Undo a change of a project that was stopped halfway, even by `kill -9`.

Before a change, the old content of its files and a list of them are written to the
folder `.handbook-undo`. Deleting the list is the last step of the change. So a list
that is there belongs to a change that was stopped: the same process, or else the next
command, puts the old files back.
"""

import json
import os
import shutil
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handbook.copier.project import safe_path
from handbook.registry.model import hash_of

__all__ = ["UNDO", "Undone", "begin", "finish", "is_pending", "staged", "undo"]

UNDO = ".handbook-undo"
_END = ".handbook-part"
_LIST = f"list{_END}"


@dataclass(frozen=True, slots=True)
class Undone:
    """The result of undoing a change.

    Attributes
    ----------
    any : bool
        Whether there was a change.
    lost : list of str
        The places of files that couldn't be put back.
    edited : list of str
        The places of files that somebody has edited since, which stay as they are.
    """

    any: bool
    lost: list[str]
    edited: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A file of a change: its hashes before and after, None where there is no file."""

    place: str
    path: Path
    backup: Path
    old: str | None
    new: str | None


def staged(path: Path) -> Path:
    """Return where the new content of a file is written before it replaces the old.

    It is always the same name, so that nothing is left over from one run to another.
    """
    return path.with_name(f".{path.name}{_END}")


def begin(root: Path, wanted: Mapping[str, bytes | None]) -> None:
    """Write down how to undo a change.

    Parameters
    ----------
    root : Path
        The project.
    wanted : mapping of str to bytes or None
        The new content of each file, by its place; None to delete it.

    Raises
    ------
    OSError
        If it can't be written.
    """
    folder = safe_path(root, UNDO, UNDO)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files: list[dict[str, object]] = []
    folders: set[Path] = set()
    for number, (place, new) in enumerate(wanted.items()):
        path = root / place
        old = path.read_bytes() if path.exists() else None
        if old is not None:
            backup = folder / f"{number}{_END}"
            _write(backup, old)
            backup.chmod(stat.S_IMODE(path.stat().st_mode))
        hashes = [None if each is None else hash_of(each) for each in (old, new)]
        files.append({"place": place, "hashes": hashes})
        folders |= {each for each in path.parents if not each.exists()}
    names = sorted(each.relative_to(root).as_posix() for each in folders)
    listed = {"files": files, "folders": names}
    _write(folder / _LIST, json.dumps(listed).encode())


def finish(root: Path) -> None:
    """Declare a change as done.

    Raises
    ------
    OSError
        If the list can't be deleted.
    """
    (root / UNDO / _LIST).unlink()
    shutil.rmtree(root / UNDO, ignore_errors=True)


def is_pending(root: Path) -> bool:
    """Return whether there is a change that is not done."""
    return (root / UNDO).exists()


def undo(root: Path) -> Undone:
    """Put back the files of a change that was stopped. Doing it twice is harmless.

    Raises
    ------
    WrongUse
        If the list names a place outside the project.
    """
    entries, folders = _read(root)
    lost: list[str] = []
    edited: list[str] = []
    for entry in reversed(entries):
        try:
            staged(entry.path).unlink(missing_ok=True)
            if not _put_back(entry):
                edited.append(entry.place)
        except OSError:
            lost.append(entry.place)
    for folder in reversed(folders):
        with suppress(OSError):  # something else is in it now
            folder.rmdir()
    if not lost:
        with suppress(OSError):
            (root / UNDO / _LIST).unlink(missing_ok=True)
        shutil.rmtree(root / UNDO, ignore_errors=True)
    return Undone(bool(entries), lost, edited)


def _read(root: Path) -> tuple[list[_Entry], list[Path]]:
    """Read the files of a change, and the folders that it made.

    A list that is cut off was never used, since it is written before anything else.
    """
    try:
        data = json.loads(safe_path(root, f"{UNDO}/{_LIST}", UNDO).read_bytes())
        listed, names = data["files"], data["folders"]
        hashes = [each["hashes"] for each in listed]
        places = [each["place"] for each in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return [], []
    entries = [
        _Entry(
            place=place,
            path=safe_path(root, place, UNDO),
            backup=root / UNDO / f"{number}{_END}",
            old=old,
            new=new,
        )
        for number, (place, (old, new)) in enumerate(zip(places, hashes, strict=True))
    ]
    return entries, [safe_path(root, name, UNDO) for name in names]


def _put_back(entry: _Entry) -> bool:
    """Restore a file; return False if it is neither the old nor the new one."""
    there = entry.path.exists()
    now = hash_of(entry.path.read_bytes()) if there else None
    if now == entry.old:
        return True
    if now != entry.new:
        return False
    if entry.old is None:
        entry.path.unlink()
    else:
        # No byte is written, since the disk may be full.
        entry.path.parent.mkdir(parents=True, exist_ok=True)
        entry.backup.replace(entry.path)
    return True


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
