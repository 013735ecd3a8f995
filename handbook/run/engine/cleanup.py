"""Remove what a chapter leaves on the disk."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["remove_tree"]


def remove_tree(top: Path) -> None:
    """Remove a folder, however deep the folders in it are, except what can't be.

    `shutil.rmtree` needs a level of Python's stack, or an open file, for each level of
    folders. Here each folder moves up before it's emptied, so no path gets long.
    """
    if os.name == "nt":  # a path is short there, and a folder may be a link in disguise
        shutil.rmtree(top, ignore_errors=True)
        return
    if not top.exists():
        return
    with suppress(OSError):
        flat = Path(tempfile.mkdtemp(prefix="removed-", dir=top.parent))
        waiting = [top.rename(flat / "0")]
        moved = 0
        while waiting:
            folder = waiting.pop()
            for path in list(folder.iterdir()):
                with suppress(OSError):
                    if path.is_symlink() or not path.is_dir():
                        path.unlink()
                        continue
                    path.chmod(0o700)  # or it could neither move nor be read
                    moved += 1
                    waiting.append(path.rename(flat / str(moved)))
            with suppress(OSError):
                folder.rmdir()
        flat.rmdir()
