"""Cache results on disk, each under a key of everything that can change it.

The cache makes a run faster and never makes it wrong: an entry that cannot be read is a
miss, one that cannot be written is computed again, and one line reports it.
"""

import functools
import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from handbook.base.files import Files, write_whole

__all__ = [
    "Answers",
    "Store",
    "cache_folder",
    "code_version",
    "digest",
    "read_verified",
    "remember",
    "report_damage",
    "report_unusable",
    "write_with_digest",
]

_CODE = Path(__file__).parents[1]
_KEPT = 4  # entries for each name: enough to switch between two branches and back

Answers = dict[Path, list[Any]]


class _Source(Protocol):
    @property
    def path(self) -> Path: ...

    @property
    def text(self) -> str: ...


_S = TypeVar("_S", bound=_Source)


def cache_folder(root: Path) -> Path:
    """Return the folder that holds all caches of a project."""
    return root / ".cache" / "handbook"


def digest(content: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes, as 64 hex digits."""
    content = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(content).hexdigest()


@functools.cache
def code_version() -> str:
    """Return a digest of all code that can change a result, read once in a process.

    It covers Python, the installed packages, and every file of `handbook`. So people
    who change a file don't have to know which results depend on it.
    """
    places = map(Path, filter(os.path.isdir, sys.path))
    installed = sorted(
        path.name for place in places for path in place.glob("*.dist-info")
    )
    return digest(json.dumps([sys.version, installed, list(_files(_CODE))]))


def _files(code: Path) -> Iterator[tuple[str, str, str]]:
    for parent, folders, names in os.walk(code):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            if not name.startswith("."):  # temporary files of editors
                content = Path(parent, name).read_bytes()
                yield os.path.relpath(parent, code), name, digest(content)


class Store:
    """Results on disk, each stored with the parts of its key.

    Several processes can use one store at the same time.

    Parameters
    ----------
    folder : Path
        Where results are stored; created with the first one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: Path, parts: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the result that was stored under exactly these parts.

        Return None if there is none, or if its entry is damaged, half written or
        foreign.
        """
        path = self._path(name, parts)
        entry = _read(path)
        if entry is None:
            return None
        if entry["name"] != name.as_posix() or entry["parts"] != dict(parts):
            report_damage(path)
            return None
        result: dict[str, Any] = entry["result"]
        return result

    def keep(
        self, name: Path, parts: Mapping[str, str], result: Mapping[str, Any]
    ) -> None:
        """Write a result, and remove all but the newest few of the same name."""
        body = json.dumps(
            {"name": name.as_posix(), "parts": dict(parts), "result": dict(result)}
        )
        write_with_digest(self._path(name, parts), body.encode())
        for old in self._entries(name)[_KEPT:]:
            with suppress(OSError):
                old.unlink()

    def forget(self, name: Path) -> None:
        """Remove the results of a name."""
        for path in self._entries(name):
            with suppress(OSError):
                path.unlink()

    def last(self, name: Path) -> dict[str, str] | None:
        """Return the parts of the key of the newest result of this name."""
        for path in self._entries(name):
            if (entry := _read(path)) is not None:
                parts: dict[str, str] = entry["parts"]
                return parts
        return None

    def _path(self, name: Path, parts: Mapping[str, str]) -> Path:
        key = digest(json.dumps(sorted(parts.items())))
        return self.folder / f"{_slug(name)}.{key[:24]}.json"

    def _entries(self, name: Path) -> list[Path]:
        found = []
        for path in self.folder.glob(f"{_slug(name)}.*.json"):
            try:
                found.append((path.stat().st_mtime_ns, path))
            except OSError:
                continue  # another run has just removed it
        return [path for _, path in sorted(found, reverse=True)]


def remember(
    files: Files,
    tool: str,
    sources: Sequence[_S],
    ask: Callable[[Sequence[_S]], Answers],
    *,
    settings: Sequence[Path] = (),
) -> Answers:
    """Return a tool's answers about files, and run it only for changed ones.

    Parameters
    ----------
    files : Files
        The files of the project.
    tool : str
        The name under which the answers are stored.
    sources : sequence of Source
        The files.
    ask : callable
        Runs the tool. Called once with the new and changed files, or not at all;
        returns a list that JSON can hold for each path that has answers.
    settings : sequence of Path
        Other files of the project that can change an answer.

    Returns
    -------
    dict of Path to list
        The answers about each file, after a round trip through JSON.
    """
    store, name = Store(cache_folder(files.root) / "answers"), Path(tool)
    key = {"code": code_version()} | {
        path.as_posix(): digest(files.read(path)) if files.has(path) else ""
        for path in settings
    }
    keys = {each.path: f"{each.path} {digest(each.text)}" for each in sources}
    kept = store.get(name, key) or {}
    new = [source for source in sources if keys[source.path] not in kept]
    if new:
        # Drop answers about other versions of the files: they would only take space.
        kept = {key: kept[key] for key in keys.values() if key in kept}
        answers = ask(new)
        kept |= {keys[source.path]: answers.get(source.path, []) for source in new}
        store.keep(name, key, kept)
        kept = json.loads(json.dumps(kept))
    return {path: kept[key] for path, key in keys.items()}


def read_verified(path: Path) -> bytes | None:
    """Return what `write_with_digest` wrote, or None if it can't be used."""
    try:
        expected, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        report_unusable(path, error)
        return None
    if expected == digest(content).encode():
        return content
    report_damage(path)
    return None


def write_with_digest(path: Path, content: bytes) -> None:
    """Write a file that begins with its digest, so that damage is detected."""
    try:
        write_whole(path, digest(content).encode() + b"\n" + content)
    except OSError as error:
        report_unusable(path, error)


_reported: set[Path] = set()
_reporting = threading.Lock()


def report_unusable(path: Path, error: Exception) -> None:
    """Print why a folder can't be read or written, once for each folder."""
    place = next(each for each in path.parents if os.path.lexists(each))
    reason = getattr(error, "strerror", None) or error
    _report(place, f"{place} cannot be used ({reason}): nothing is cached there")


def report_damage(path: Path) -> None:
    """Print that a file is not as it was written, once for each folder."""
    _report(path.parent, f"{path} is damaged or foreign: it is written again")


def _report(place: Path, message: str) -> None:
    with _reporting:
        if place not in _reported:
            _reported.add(place)
            print(f"handbook: {message}", file=sys.stderr)


def _read(path: Path) -> dict[str, Any] | None:
    if (body := read_verified(path)) is None:
        return None
    with suppress(ValueError):  # a matching digest doesn't make it JSON
        entry = json.loads(body)
        if isinstance(entry, dict) and entry.keys() == {"name", "parts", "result"}:
            return entry
    report_damage(path)
    return None


def _slug(name: Path) -> str:
    # The digest keeps a/b-c and a-b/c apart.
    return f"{'-'.join(name.with_suffix('').parts)}-{digest(name.as_posix())[:8]}"
