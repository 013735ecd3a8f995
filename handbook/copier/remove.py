"""`handbook remove NAME`: delete a copy."""

import argparse
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.copier.change import Change
from handbook.copier.copies import files_of, find, write_lock
from handbook.copier.exclusive import exclusive
from handbook.copier.lockfile import BASES, LOCK, Lock, read_lock
from handbook.copier.project import find_project, safe_path

__all__ = ["call"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    with exclusive(root):
        return _remove(arguments, root)


def _remove(arguments: argparse.Namespace, root: Path) -> int:
    lock = read_lock(root)
    copy = find(lock, arguments.name)
    change = Change(root)
    if arguments.force:
        every = {place: safe_path(root, place, LOCK) for place in copy.places}
        there = {place: path for place, path in every.items() if path.exists()}
    else:
        files = [file for file in files_of(copy, root) if file.yours is not None]
        if edited := [file.place for file in files if file.is_edited]:
            raise WrongUse(
                f"you have edited {', '.join(edited)}: --force deletes that too"
            )
        there = {file.place: file.path for file in files}
    folders = [
        safe_path(root, folder, LOCK)
        for folder in (copy.code, copy.tests)
        if folder is not None
    ]
    gone = set(there.values())
    for path in [*gone, *(each for top in folders for each in _packages(top, gone))]:
        change.delete(path)
    rest = {name: each for name, each in lock.copies.items() if name != copy.name}
    write_lock(change, root, Lock(rest))
    change.apply()
    for place in there:
        print(f"deleted {place}")
    for folder in folders:
        _prune(folder, gone)
    with suppress(OSError):  # it may still contain the bases of other copies
        (root / BASES).rmdir()
    return 0


def _packages(top: Path, gone: Iterable[Path]) -> Iterator[Path]:
    """Find the `__init__.py` of folders below `top` that contained only the copy."""
    dead = set(gone)
    folders = {folder for path in gone for folder in path.parents}
    for folder in sorted(folders, reverse=True):  # the inner ones first
        if top in folder.parents and all(
            each in dead or _is_empty(each) for each in folder.iterdir()
        ):
            dead.add(folder)
            if (folder / "__init__.py").exists():
                yield folder / "__init__.py"


def _prune(top: Path, gone: Iterable[Path]) -> None:
    """Remove the folders below `top` that contained only the copy."""
    folders = {folder for path in gone for folder in path.parents}
    for folder in sorted(folders, reverse=True):
        if top in folder.parents and all(map(_is_empty, folder.iterdir())):
            shutil.rmtree(folder)


def _is_empty(path: Path) -> bool:
    if path.is_dir():
        return path.name == "__pycache__"
    return path.name == "__init__.py" and path.stat().st_size == 0
