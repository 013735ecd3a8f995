"""The text files of the repository, whoever they are for."""

import os
from collections.abc import Iterator
from pathlib import Path

from handbook.base.files import Files
from handbook.base.git import git
from handbook.book.layout import GENERATED
from handbook.book.source import Source

__all__ = ["read_tracked"]

# Nobody writes these: the run draws figures, uv and npm write locks.
_MADE = ("*.svg", "*.lock", "*-lock.json")
_LONGEST = 2**20  # bytes
_SKIPPED = {"code", "node_modules", "site"}  # copies, and what tools fetch or build


def read_tracked(files: Files) -> list[Source]:
    """Read what git has, or would take with the next commit.

    Parameters
    ----------
    files : Files
        The book's. Outside a git checkout all count, but for hidden ones.

    Returns
    -------
    list of Source
        Sorted; without what is no text of UTF-8, or has more than a megabyte.
    """
    return [
        source
        for path in sorted(_tracked(files.root) or _below(files.root))
        if not any(map(path.match, _MADE)) and path not in GENERATED
        if (source := _read(files, path)) is not None
    ]


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
