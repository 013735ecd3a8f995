"""Remember results by everything that could change them."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["Store", "write_whole"]

_KEPT = 4  # entries of one page: a branch or two, and back


class Store:
    """Results on disk, each with the parts of its key; safe to share between runs.

    Parameters
    ----------
    folder : Path
        Made when something is first kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, page: Path, parts: Mapping[str, str]) -> dict[str, Any] | None:
        """Give the result that was kept under exactly these parts, or None.

        A damaged, half-written or foreign entry is none.
        """
        entry = _read(self._path(page, parts))
        if (
            entry is None
            or entry["page"] != page.as_posix()
            or entry["parts"] != dict(parts)
        ):
            return None
        result: dict[str, Any] = entry["result"]
        return result

    def keep(
        self, page: Path, parts: Mapping[str, str], result: Mapping[str, Any]
    ) -> None:
        """Keep a result, and of the page's other results the newest few."""
        body = json.dumps(
            {"page": page.as_posix(), "parts": dict(parts), "result": dict(result)}
        )
        path = self._path(page, parts)
        # What cannot be kept makes the next run slow, not wrong.
        with suppress(OSError):
            write_whole(path, f"{_digest(body)}\n{body}")
            for old in self._entries(page)[_KEPT:]:
                old.unlink(missing_ok=True)

    def last(self, page: Path) -> dict[str, str] | None:
        """Give the parts of the key under which the page was last kept."""
        for path in self._entries(page):
            if (entry := _read(path)) is not None:
                parts: dict[str, str] = entry["parts"]
                return parts
        return None

    def _path(self, page: Path, parts: Mapping[str, str]) -> Path:
        key = _digest(json.dumps(sorted(parts.items())))
        return self.folder / f"{_slug(page)}.{key[:24]}.json"

    def _entries(self, page: Path) -> list[Path]:
        found = []
        for path in self.folder.glob(f"{_slug(page)}.*.json"):
            try:
                found.append((path.stat().st_mtime_ns, path))
            except OSError:
                continue  # another run has just dropped it
        return [path for _, path in sorted(found, reverse=True)]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        # Line ends as they are given, on Windows too.
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(0o644)  # what the site is built from, others may read
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any] | None:
    try:
        digest, _, body = path.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(body):
            return None
        entry: dict[str, Any] = json.loads(body)
    except (OSError, ValueError):
        return None
    good = isinstance(entry, dict) and {"page", "parts", "result"} <= entry.keys()
    return entry if good else None


def _slug(page: Path) -> str:
    # Readable, and apart even for a/b-c and a-b/c.
    return f"{'-'.join(page.with_suffix('').parts)}-{_digest(page.as_posix())[:8]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
