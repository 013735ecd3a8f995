"""Read each file of a folder once; write a file whole, or not at all.

Only two kinds of files are written otherwise: those in a temporary folder that one run
makes and removes, and the copier's, of which it writes several or none.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["Files", "open_whole", "write_if_changed", "write_whole"]


class Files:
    """The files of a folder, each read once: what changes later is not seen.

    Parameters
    ----------
    root : Path
        The folder. Paths are relative to it.
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
            self._contents[path] = (self.root / path).read_bytes()
        return self._contents[path]

    def text(self, path: Path) -> str:
        """Return the text of a file, each line of which ends in a newline only.

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
        """Return whether there is such a file."""
        return path in self._contents or (self.root / path).is_file()


@contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place in one step, when all of it is written.

    A reader finds all of it, or the file before. Missing folders are made. The file
    keeps the mode of the one that it replaces, and a link keeps leading where it leads.

    Raises
    ------
    OSError
        If it cannot be written. After this or any other error the file before is still
        there, and nothing is left beside it.
    """
    file = Path(os.path.realpath(path))
    file.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may write the same file: each needs a name of its own.
    part = file.with_name(f".{os.urandom(8).hex()}.part")
    try:
        # Unlike tempfile, this gives a new file the mode that the user's umask allows.
        with part.open("xb") as new:
            yield new
        with suppress(FileNotFoundError):
            part.chmod(stat.S_IMODE(file.stat().st_mode))
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file as `open_whole` does.

    Parameters
    ----------
    path : Path
        Where to write.
    content : str or bytes
        A text is written as UTF-8, with the line ends that it has.
    """
    with open_whole(path) as file:
        file.write(_encoded(content))


def write_if_changed(path: Path, content: str | bytes) -> None:
    """Write a file as `write_whole` does, unless it holds this content already.

    A file that stays the same keeps its time, and wakes nothing that waits for changes.

    Parameters
    ----------
    path : Path
        Where to write.
    content : str or bytes
        A text is written as UTF-8, with the line ends that it has.
    """
    content = _encoded(content)
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
