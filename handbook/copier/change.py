"""Change several files of a project: all of them or none."""

import os
import stat
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.copier.journal import UNDO, begin, finish, staged, undo

__all__ = ["Change"]

_UNCHANGED = "nothing was changed"


class Change:
    """Files to write and to delete, in order.

    The old content is kept and all new content is first written beside its target, so
    that a full disk is noticed before any file is touched; then each file is replaced
    by a rename. After an error or an interrupt all changes are undone. After a killed
    process the next command undoes them.

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
        path = self._root
        try:
            todo = {}
            for path, content in self._wanted.items():
                if content != (path.read_bytes() if path.exists() else None):
                    self._refuse_read_only(path)
                    todo[path] = content
            if todo:
                path = self._root / UNDO
                begin(self._root, {self._name(p): new for p, new in todo.items()})
            for path, content in todo.items():
                if content is not None:
                    _stage(path, content)
            for path, content in todo.items():
                if content is None:
                    path.unlink()
                else:
                    staged(path).replace(path)
            if todo:
                finish(self._root)
        except BaseException as error:
            lost = undo(self._root).lost
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


def _stage(path: Path, content: bytes) -> None:
    """Write the new content of a file beside it, with the mode of the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = staged(path)
    new.unlink(missing_ok=True)
    with new.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        new.chmod(stat.S_IMODE(path.stat().st_mode))
