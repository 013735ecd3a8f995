"""Find the files of the repository, and read its texts, part of the book or not."""

import os
from collections.abc import Iterator
from pathlib import Path

from handbook.base.files import Files
from handbook.base.git import git
from handbook.book.layout import GENERATED
from handbook.book.source import Source

__all__ = ["find_tracked", "read_tracked"]

# Not written by people: the run draws figures, uv and npm write lock files.
_MADE = ("*.svg", "*.lock", "*-lock.json")
_LONGEST = 2**20  # bytes
_SKIPPED = {"code", "node_modules", "site"}  # copied, downloaded or built


def read_tracked(files: Files) -> list[Source]:
    """Read the files that git tracks or would add.

    Parameters
    ----------
    files : Files
        The files of the book. Outside a git checkout, all files except hidden ones.

    Returns
    -------
    list of Source
        Sorted by path; without files that are not UTF-8 or larger than 1 MB.
    """
    return [
        source
        for path in find_tracked(files.root)
        if not any(map(path.match, _MADE)) and path not in GENERATED
        if (source := _read(files, path)) is not None
    ]


def find_tracked(root: Path) -> list[Path]:
    """Return the files that git tracks or would add, sorted, relative to the root.

    Outside a git checkout, all files except hidden ones.
    """
    found = sorted(_tracked(root) or _below(root))
    return [path for path in found if (root / path).is_file()]


def _tracked(root: Path) -> list[Path]:
    options = ("-z", "--cached", "--others", "--exclude-standard")
    names = git(root, "ls-files", *options) or ""
    return [Path(name) for name in names.split("\0") if name]


def _below(root: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(root):
        folders[:] = [name for name in folders if _is_ours(name)]
        yield from (Path(parent, name).relative_to(root) for name in files)


def _is_ours(folder: str) -> bool:
    hidden = folder.startswith((".", "_")) and folder != ".github"
    return not hidden and folder not in _SKIPPED


def _read(files: Files, path: Path) -> Source | None:
    try:
        if (files.root / path).stat().st_size > _LONGEST:
            return None
        raw = files.read(path).decode()
    except (OSError, UnicodeDecodeError):
        return None
    return Source(path, raw.replace("\r\n", "\n").replace("\r", "\n"), raw)
