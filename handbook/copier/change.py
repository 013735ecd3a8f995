"""Change several files of a project: all of them or none."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from handbook.base.errors import WrongUse

__all__ = ["Change"]

_UNCHANGED = "nothing was changed"


class Change:
    """Files to write and to delete, in order.

    All new content is first written beside its target, so that a full disk is noticed
    before any file is touched; then each file is replaced by a rename. After an error
    or an interrupt all changes are undone. A killed process undoes nothing: the caller
    orders the files so that the same command completes them when it is run again.

    Parameters
    ----------
    root : Path
        The project; messages print paths relative to it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wanted: dict[Path, bytes | None] = {}

    def write(self, path: Path, content: bytes) -> None:
        """Add a file to write."""
        self._wanted[path] = content

    def delete(self, path: Path) -> None:
        """Add a file to delete."""
        self._wanted[path] = None

    @property
    def places(self) -> list[str]:
        """The paths of the files to write, in the project."""
        wanted = self._wanted.items()
        return [self._name(path) for path, new in wanted if new is not None]

    def preview(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Return the files that would change, by place: as they are, as they would be.

        Raises
        ------
        OSError
            If one can't be read.
        """
        before = {
            self._name(path): path.read_bytes()
            for path in self._wanted
            if path.exists()
        }
        after = {
            self._name(path): new
            for path, new in self._wanted.items()
            if new is not None
        }
        same = {place for place in before if before[place] == after.get(place)}
        return (
            {place: old for place, old in before.items() if place not in same},
            {place: new for place, new in after.items() if place not in same},
        )

    def apply(self) -> None:
        """Write and delete the files.

        Raises
        ------
        WrongUse
            If that fails; then the project is as before.
        """
        undo = _Undo()
        path = self._root
        try:
            todo = []
            for path, content in self._wanted.items():
                old = path.read_bytes() if path.exists() else None
                if content != old:
                    self._refuse_read_only(path)
                    todo.append((path, old, content))
            for path, old, content in todo:
                if content is not None:
                    undo.make_folder(path.parent)
                    undo.stage(path, content, like=old is not None)
            for path, old, content in todo:
                undo.add(path, old)
                if content is None:
                    path.unlink()
                else:
                    _staged(path).replace(path)
        except BaseException as error:
            lost = [self._name(each) for each in undo.run()]
            if not isinstance(error, OSError):
                raise
            end = f"could not be put back: {', '.join(lost)}" if lost else _UNCHANGED
            reason = f"{self._name(path)}: {error.strerror or error}"
            raise WrongUse(f"{reason}: {end}") from error

    def _refuse_read_only(self, path: Path) -> None:
        """Refuse a file or folder that is read-only; a rename would ignore that."""
        above = next(folder for folder in path.parents if folder.exists())
        if not above.is_dir():
            raise WrongUse(f"{self._name(above)} is in the way: {_UNCHANGED}")
        for each in (path, above):
            # On Windows the mark has another meaning for folders.
            if not each.exists() or (each.is_dir() and os.name == "nt"):
                continue
            if not each.stat().st_mode & stat.S_IWUSR:
                raise WrongUse(f"{self._name(each)} is read-only: {_UNCHANGED}")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class _Undo:
    """The steps of a change that can be undone."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.staged: list[Path] = []
        self.done: list[tuple[Path, bytes | None, int]] = []

    def make_folder(self, folder: Path) -> None:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for each in reversed(missing):
            each.mkdir()
            self.folders.append(each)

    def stage(self, path: Path, content: bytes, *, like: bool) -> None:
        staged = _staged(path)
        staged.unlink(missing_ok=True)
        self.staged.append(staged)
        with staged.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if like:
            staged.chmod(stat.S_IMODE(path.stat().st_mode))

    def add(self, path: Path, old: bytes | None) -> None:
        mode = 0 if old is None else stat.S_IMODE(path.stat().st_mode)
        self.done.append((path, old, mode))

    def run(self) -> list[Path]:
        """Undo all steps; return the files where that failed."""
        lost = []
        for path, old, mode in reversed(self.done):
            try:
                if old is None:
                    path.unlink(missing_ok=True)
                elif not path.exists() or path.read_bytes() != old:
                    self.stage(path, old, like=False)
                    _staged(path).chmod(mode)
                    _staged(path).replace(path)
            except OSError:
                lost.append(path)
        for staged in self.staged:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()
        return lost


def _staged(path: Path) -> Path:
    # Always the same name, so that the next run replaces what a killed one left.
    return path.with_name(f".{path.name}.handbook-part")
