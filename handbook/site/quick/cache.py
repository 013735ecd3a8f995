"""Cache what a build makes of each page, with a key of everything that it is made of.

A build reads the whole cache at once, hundreds of kilobytes for each page. A database
is faster at that than `base.cache`, which has a file for each entry.
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
"""How many configurations are cached: site, preview, offline copy, and a spare."""


def digest(value: object) -> str:
    """Return a key of plain data.

    Raises
    ------
    TypeError
        If the value contains types that JSON lacks: their text could contain an address
        in memory, which differs in each run.
    """
    return cache.digest(json.dumps(value, sort_keys=True))


class Cache:
    """The cache of one configuration: a file with a row for each page and kind.

    An entry that can't be read is a miss, and one that can't be written makes the next
    build slow, but not wrong; one line reports it.

    Parameters
    ----------
    folder : Path
        The folder of the file; created with the first entry.
    variant : str
        The key of the configuration, so that each has its own file.
    """

    def __init__(self, folder: Path, variant: str) -> None:
        self.path = folder / f"{variant[:24]}.sqlite"

    def read(self, kind: str) -> dict[str, tuple[str, bytes]]:
        """Return the key and the value of each page, except damaged ones."""
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
        except sqlite3.OperationalError as error:  # it is locked, or the disk is bad
            cache.report_unusable(self.path, error)
        except (sqlite3.Error, TypeError):  # TypeError: a value of another type
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
        """Write the keys and values of pages, and delete the pages that are gone."""
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
            self._remove_old_variants()
        except (sqlite3.Error, OSError) as error:
            cache.report_unusable(self.path, error)

    def _open(self) -> "_Connection":
        return _Connection(self.path)

    def _remove_old_variants(self) -> None:
        files = self.path.parent.glob("*.sqlite")
        found = [(path.stat().st_mtime_ns, path) for path in files]
        for _, path in sorted(found, reverse=True)[_VARIANTS:]:
            path.unlink(missing_ok=True)


class Compiled(BytecodeCache):
    """A cache of compiled templates; compiling them takes most of a quick build.

    Parameters
    ----------
    folder : Path
        Where they are stored; created with the first one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read the code of a template, if it is stored."""
        if (content := cache.read_verified(self.folder / bucket.key)) is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code of a template."""
        cache.write_with_digest(self.folder / bucket.key, bucket.bytecode_to_string())


class _Connection:
    """A connection that is closed after its transaction."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, timeout=10)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is None:
            self.connection.commit()
        self.connection.close()
