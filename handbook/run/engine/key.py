"""The key of a stored result: everything that can change it, in named parts.

A chapter in the sandbox sees only the files of the book whose digests are parts of its
key, so what it reads can't change without the key.
"""

import functools
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from handbook.base.cache import digest
from handbook.base.files import Files
from handbook.base.pins import Lock
from handbook.book.imports import Imports, Reader
from handbook.book.page import Chapter
from handbook.run.engine.job import measured, must_raise

__all__ = ["Inputs", "Keys", "changes"]

_HANDBOOK = Path(__file__).parents[2]
# The files that a chapter's processes load. The others only compare its outputs: after
# a change of those, the book need not run again.
_RUNNER = (
    "__init__.py",
    "base",
    "book/__init__.py",
    "book/page.py",
    "book/problem.py",
    "run/__init__.py",
    "run/engine",
    "run/figures.py",
    "run/figures.400.ttf",
    "run/figures.600.ttf",
    "figures.mplstyle",
)


class Inputs(NamedTuple):
    """What can change the result of a chapter or a notebook.

    Attributes
    ----------
    key : dict of str to str
        The parts of its key.
    imports : Imports
        What it imports.
    visible : list of str
        The files and folders of the book that it may read, relative to the root. Each
        is a part of the key.
    """

    key: dict[str, str]
    imports: Imports
    visible: list[str]


class Keys:
    """The keys of one run; files that pages share are read once.

    Parameters
    ----------
    files : Files
        The files of the book.
    """

    def __init__(self, files: Files) -> None:
        self.files = files
        self.root = files.root.resolve()
        self.reader = Reader(self.root)
        self.lock = Lock(files)
        self._file = functools.cache(_digest_of)
        self._folder = functools.cache(self._digest_folder)
        self._beside = functools.cache(_data_files)

    def of_chapter(self, chapter: Chapter) -> Inputs:
        """Return what can change the result of a chapter."""
        blocks = {
            f"block {number} (line {block.line})": digest(
                f"{must_raise(block)}\n{block.code}"
            )
            for number, block in enumerate(chapter.blocks, start=1)
        }
        recorded = {
            f"measurement {number}": digest(text)
            for number, text in enumerate(measured(chapter), start=1)
        }
        return self._of(blocks | recorded, [block.code for block in chapter.blocks])

    def of_notebook(self, path: Path) -> Inputs:
        """Return what can change the result of a notebook."""
        code, name = self.files.text(path), path.as_posix()
        key, imports, visible = self._of({name: digest(code)}, [code])
        # It imports neither of these, but they run it.
        key |= self.lock.pinned(["ipykernel", "nbclient"])
        return Inputs(key, imports, [name, *visible])

    def _of(self, own: Mapping[str, str], sources: Sequence[str]) -> Inputs:
        imports = self.reader.imports(sources)
        visible: dict[str, str] = {}
        data = self.root / "snippets" / "data"
        for path in imports.files:
            if path.is_relative_to(data):
                visible["snippets/data"] = self._folder(data)
                continue
            # A module may read the data files beside it.
            for file in (path, *self._beside(path.parent)):
                visible[file.relative_to(self.root).as_posix()] = self._file(file)
        packages = self.lock.pinned(imports.packages)
        return Inputs(
            {**own, **self.common, **visible, **packages}, imports, sorted(visible)
        )

    @functools.cached_property
    def common(self) -> dict[str, str]:
        """The parts that all keys share."""
        runner = [path for part in _RUNNER for path in _files(_HANDBOOK / part)]
        return {
            "Python": f"{platform.python_implementation()} {platform.python_version()}",
            "system": f"{sys.platform} {platform.machine()}",
            "the runner": digest("".join(map(self._file, runner))),
        }

    def _digest_folder(self, folder: Path) -> str:
        files = sorted(path for path in folder.rglob("*") if _is_input(path))
        return digest(
            "".join(f"{path.relative_to(folder)}{self._file(path)}" for path in files)
        )


def changes(before: Mapping[str, str] | None, now: Mapping[str, str]) -> list[str]:
    """Return the parts of a key that changed, in words."""
    if before is None:
        return ["no good result of it is stored: it is new, or failed"]
    found = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if old is None:
            found.append(f"{name} is new")
        elif new is None:
            found.append(f"{name} is gone")
        else:
            found.append(f"{name} changed{_values(old, new)}")
    return found


def _values(old: str, new: str) -> str:
    # Nobody can read digests, so they are not shown.
    return "" if len(old) == _DIGEST_LENGTH == len(new) else f": {old} -> {new}"


_DIGEST_LENGTH = 64


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _data_files(folder: Path) -> list[Path]:
    """Return the data files in a folder, and in those below it that hold no Python."""
    found, places = [], [folder]
    while places:
        for path in places.pop().iterdir():
            if path.is_dir() and path.name != "__pycache__" and not _has_python(path):
                places.append(path)
            elif path.suffix != ".py" and _is_input(path):
                found.append(path)
    return found


def _has_python(folder: Path) -> bool:
    return any(folder.rglob("*.py"))


def _is_input(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _digest_of(path: Path) -> str:
    return digest(path.read_bytes())
