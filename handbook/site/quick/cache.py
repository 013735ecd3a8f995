"""What was made of each page, kept with a key of all that went into it.

A build reads all of it at once, hundreds of kilobytes a page. One database is faster
than a file for each entry, which is what `base.cache` has.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache

from handbook.base import cache

__all__ = ["Cache", "Compiled", "digest"]

_VARIANTS = 4
"""Configurations that are remembered: site, preview, offline copy, and a spare."""


def digest(value: object) -> str:
    """Give a key of plain data.

    Raises
    ------
    TypeError
        If the value has anything but JSON's types in it: its text could hold an address
        in memory, which is never the same twice.
    """
    return cache.digest(json.dumps(value, sort_keys=True))


class Cache:
    """A file for each configuration; one row for each page and kind.

    What cannot be read is not there, and what cannot be written makes the next build
    slow, not wrong; one line says so.

    Parameters
    ----------
    folder : Path
        Made when something is first kept.
    variant : str
        Key of the configuration: a build of another one leaves these rows alone.
    """

    def __init__(self, folder: Path, variant: str) -> None:
        self.path = folder / f"{variant[:24]}.sqlite"

    def read(self, kind: str) -> dict[str, tuple[str, bytes]]:
        """Give each page's key and value, the damaged ones left out."""
        if not self.path.exists():
            return {}
        try:
            with self._open() as database:
                rows = database.execute(
                    "SELECT page, key, crc, value FROM kept WHERE kind = ?", (kind,)
                )
                return {
                    page: (key, value)
                    for page, key, crc, value in rows
                    if zlib.crc32(value) == crc
                }
        except sqlite3.OperationalError as error:  # locked, or on a bad disk
            cache.report_unusable(self.path, error)
        except (sqlite3.Error, TypeError):  # TypeError: values that we did not write
            cache.report_damage(self.path)
            with suppress(OSError):
                self.path.unlink()
        return {}

    def write(
        self,
        kind: str,
        changed: Mapping[str, tuple[str, bytes]],
        gone: Iterable[str] = (),
    ) -> None:
        """Keep pages' keys and values, and drop the pages that are gone."""
        rows = [
            (kind, page, key, zlib.crc32(value), value)
            for page, (key, value) in changed.items()
        ]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS kept (kind TEXT, page TEXT, key TEXT, "
                    "crc INTEGER, value BLOB, PRIMARY KEY (kind, page))"
                )
                database.executemany(
                    "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", rows
                )
                database.executemany(
                    "DELETE FROM kept WHERE kind = ? AND page = ?",
                    [(kind, page) for page in gone],
                )
            self._forget_others()
        except (sqlite3.Error, OSError) as error:
            cache.report_unusable(self.path, error)

    def _open(self) -> "_Closing":
        return _Closing(self.path)

    def _forget_others(self) -> None:
        files = self.path.parent.glob("*.sqlite")
        found = [(path.stat().st_mtime_ns, path) for path in files]
        for _, path in sorted(found, reverse=True)[_VARIANTS:]:
            path.unlink(missing_ok=True)


class Compiled(BytecodeCache):
    """Templates as Jinja compiled them, which takes longer than all else of a build.

    Parameters
    ----------
    folder : Path
        Made when something is first kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is kept of a template."""
        if (content := cache.read_sealed(self.folder / bucket.key)) is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja made of a template."""
        cache.write_sealed(self.folder / bucket.key, bucket.bytecode_to_string())


class _Closing:
    """A connection that ends with its transaction."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, timeout=10)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is None:
            self.connection.commit()
        self.connection.close()
