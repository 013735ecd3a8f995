"""Read each file of a folder once; write a file whole, or not at all.

Only two kinds of files are written differently: those in a temporary folder that one
run creates and removes, and those of the copier, which writes several files or none.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["Files", "open_whole", "write_if_changed", "write_whole"]


class Files:
    """The files of a folder, each read once, so later changes are not seen.

    Parameters
    ----------
    root : Path
        The folder; all paths are relative to it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._contents: dict[Path, bytes] = {}

    def read(self, path: Path) -> bytes:
        """Return the content of a file.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        if path not in self._contents:
            file = self.root / path
            if file.exists() and not file.is_file():
                raise OSError(errno.EINVAL, "it is a folder or a device")
            self._contents[path] = file.read_bytes()
        return self._contents[path]

    def text(self, path: Path) -> str:
        """Return the text of a file, where each line ends in a newline only.

        Raises
        ------
        OSError
            If it cannot be read.
        UnicodeDecodeError
            If it is not UTF-8.
        """
        text = self.read(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def has(self, path: Path) -> bool:
        """Return whether the file exists."""
        return path in self._contents or (self.root / path).is_file()


@contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that replaces the old one in a single step when it is closed.

    Readers see either the old file or all of the new one. Missing folders are created.
    The new file keeps the mode of the old one, and a link keeps its target.

    Raises
    ------
    OSError
        If it can't be written; the error names the file. After this or any other error
        the old file is still there, and no other file is left behind.
    """
    file = Path(os.path.realpath(path))
    file.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may write the same file, so each needs its own temporary name.
    part = file.with_name(f".{os.urandom(8).hex()}.part")
    try:
        # A file from `tempfile` would ignore the user's umask.
        with part.open("xb") as new:
            yield new
        with suppress(FileNotFoundError):
            part.chmod(stat.S_IMODE(file.stat().st_mode))
        part.replace(file)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # not the temporary name
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file in a single step, as `open_whole` does.

    Parameters
    ----------
    path : Path
        Where to write.
    content : str or bytes
        Text is written as UTF-8, with its line ends unchanged.
    """
    with open_whole(path) as file:
        file.write(_encoded(content))


def write_if_changed(path: Path, content: str | bytes) -> None:
    """Write a file as `write_whole` does, unless it already has this content.

    An unchanged file keeps its time, so programs that watch for changes don't react.

    Parameters
    ----------
    path : Path
        Where to write.
    content : str or bytes
        Text is written as UTF-8, with its line ends unchanged.
    """
    content = _encoded(content)
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
