"""Change several files of a project: all of them, or none."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from handbook.base.errors import WrongUse

__all__ = ["Change"]

_UNCHANGED = "nothing was changed"


class Change:
    """Files to write and to delete, in order.

    Everything is first written beside its target, so that a full disk is met before
    any file is touched; then each takes its place by a rename. What fails or is
    interrupted on the way is taken back. A process that is killed takes nothing back:
    the caller orders its files so that the same command, run again, completes them.

    Parameters
    ----------
    root : Path
        The project, from which messages name files.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._wanted: dict[Path, bytes | None] = {}

    def write(self, path: Path, content: bytes) -> None:
        """Let the file have this content."""
        self._wanted[path] = content

    def delete(self, path: Path) -> None:
        """Let the file be gone."""
        self._wanted[path] = None

    @property
    def places(self) -> list[str]:
        """The paths of what it writes, in the project."""
        wanted = self._wanted.items()
        return [self._name(path) for path, new in wanted if new is not None]

    def apply(self) -> None:
        """Do it.

        Raises
        ------
        WrongUse
            If it cannot be done; then the tree is as it was.
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
                undo.remember(path, old)
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
        """Refuse what the owner marked: a rename would not ask, nor would root."""
        above = next(folder for folder in path.parents if folder.exists())
        if not above.is_dir():
            raise WrongUse(f"{self._name(above)} is in the way: {_UNCHANGED}")
        for each in (path, above):
            # Windows uses that mark on folders for something else.
            if not each.exists() or (each.is_dir() and os.name == "nt"):
                continue
            if not each.stat().st_mode & stat.S_IWUSR:
                raise WrongUse(f"{self._name(each)} is read-only: {_UNCHANGED}")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class _Undo:
    """What to take back."""

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

    def remember(self, path: Path, old: bytes | None) -> None:
        mode = 0 if old is None else stat.S_IMODE(path.stat().st_mode)
        self.done.append((path, old, mode))

    def run(self) -> list[Path]:
        """Take everything back; give what that failed for."""
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
    # Always the same name: what a killed process left, its next run uses up.
    return path.with_name(f".{path.name}.handbook-part")
