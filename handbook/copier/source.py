"""Read units from a source: a published site, a folder, a wheel, or the installation.

All have the same layout: `registry.json`, and the files that it names below `code/`.
The content of a file is used only if its hash is right.
"""

import functools
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.base.words import suggest
from handbook.copier.lines import as_lf
from handbook.registry.model import Registry, Unit, hash_of, offer

__all__ = [
    "INSTALLED",
    "NotOffered",
    "Source",
    "address_for_lock",
    "choose_source",
    "open_source",
]

INSTALLED = "installed"
TIMEOUT = 30.0
"""Seconds to fetch one file, from the name look-up to the last byte."""
_LARGEST = 8 * 2**20
"""The most bytes of one file; a registry or a module is never larger."""
_OFFER = Path(__file__).parents[1] / "offer"
_BOOK = Path(__file__).parents[2]

_MODULES, _TESTS = "code/snippets/", "code/tests/snippets/"


class NotOffered(WrongUse):
    """The source can be read, but doesn't offer the unit."""


class Source:
    """A place that offers units to copy.

    Parameters
    ----------
    address : str
        Its address, as in a lock.
    read : callable
        Returns the bytes at a path below the address, up to `_LARGEST` and one more.
    """

    def __init__(self, address: str, read: Callable[[str], bytes]) -> None:
        self.address = address
        self._read = read

    @functools.cached_property
    def registry(self) -> Registry:
        """The registry of the source; read once.

        Raises
        ------
        WrongUse
            If it can't be read, or is not a registry.
        """
        content = self._checked("registry.json")
        try:
            return Registry.from_json(content.decode())
        except ValueError as error:
            raise WrongUse(f"{self.address}: {error}") from error

    def unit(self, name: str) -> Unit:
        """Return a unit that may be copied.

        Raises
        ------
        NotOffered
            If no unit has that name (the message suggests the most similar), or if it
            is recalled.
        """
        unit = self.registry.snippets.get(name)
        if unit is None:
            hint = suggest(
                name.casefold(),
                self.registry.snippets,
                ask="did you mean",
                cutoff=0.5,
                otherwise=": try handbook search",
            )
            raise NotOffered(f"{self.address}: no snippet is called {name!r}{hint}")
        if recall := self.registry.recalled.get(unit.hash):
            raise NotOffered(f"{name} is recalled: {recall.reason}")
        return unit

    def modules(self, unit: Unit) -> dict[str, bytes]:
        """Read a unit's module files, by their path below a folder for code."""
        return self._files(unit.files, _MODULES)

    def tests(self, unit: Unit) -> dict[str, bytes]:
        """Read a unit's tests, by their path below a folder for tests."""
        return self._files(unit.tests, _TESTS)

    def _files(self, files: Mapping[str, str], below: str) -> dict[str, bytes]:
        found = {}
        for path, digest in files.items():
            content = as_lf(self._checked(path))
            if hash_of(content) != digest:
                raise WrongUse(
                    f"{self.address}: {path} is not the file in registry.json "
                    "(its hash differs): nothing was copied"
                )
            found[path.removeprefix(below)] = content
        return found

    def _checked(self, path: str) -> bytes:
        content = self._read(path)
        if len(content) > _LARGEST:
            raise WrongUse(f"{self.address}: {path} is larger than {_LARGEST} bytes")
        return content


def open_source(address: str, root: Path) -> Source:
    """Open a source by its address, without reading it yet.

    Parameters
    ----------
    address : str
        `installed`, an address that begins with `https://` or `http://`, or the path
        of a wheel or a folder, relative to the project.
    root : Path
        The project.

    Raises
    ------
    WrongUse
        If it is none of these, or if the address contains a password.
    """
    if address == INSTALLED:
        return Source(address, _read_installed())
    if "://" in address:
        site = _site_address(address)
        return Source(site, functools.partial(_fetch, site))
    path = Path(root, address)
    if path.suffix == ".whl":
        return Source(address, functools.partial(_unzip, path, address))
    return Source(address, functools.partial(_read_file, path, address))


def address_for_lock(address: str, root: Path) -> str:
    """Return an address for the lock, from one that is relative to the current folder.

    The path of a folder or a wheel becomes relative to the project, unless it was
    absolute. So it still works when the project moves together with it.
    """
    if address == INSTALLED or "://" in address or Path(address).is_absolute():
        return address
    try:
        return Path(os.path.relpath(address, root)).as_posix()
    except ValueError:  # on Windows, a path on another drive
        return Path(address).resolve().as_posix()


def _site_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise WrongUse(f"{address}: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WrongUse(f"{address}: a site begins with https:// or http://")
    if "@" in parts.netloc:
        raise WrongUse(
            f"{parts.scheme}://{parts.hostname}: leave name and password out of the "
            "address, because handbook.lock stores it"
        )
    if parts.query or parts.fragment:
        raise WrongUse(f"{address}: give the site's address, without ? and #")
    if parts.path.endswith(".whl"):
        raise WrongUse(
            f"{address}: give the address of the site that offers this wheel, or "
            "download it and give its path"
        )
    path = quote(parts.path.removesuffix("registry.json").rstrip("/"), safe="/%~")
    return f"{parts.scheme}://{parts.netloc}{path}/"


def _fetch(site: str, path: str) -> bytes:
    """Fetch a file, within the time limit."""
    from handbook.copier.fetch import fetch  # noqa: PLC0415  only for a site

    outcome: list[bytes | Exception] = []

    def work() -> None:
        try:
            outcome.append(fetch(site + path, _LARGEST + 1, TIMEOUT))
        except Exception as error:
            outcome.append(error)

    # A thread, because a socket's own time-out starts again with each byte.
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(TIMEOUT)
    result = outcome[0] if outcome else TimeoutError(f"no answer in {TIMEOUT:g} s")
    if isinstance(result, Exception):
        reason = getattr(result, "reason", None) or result
        line = " ".join(str(reason).split())
        raise WrongUse(f"{site}{path}: {line}") from result
    return result


def _unzip(wheel: Path, address: str, path: str) -> bytes:
    import zipfile  # noqa: PLC0415  only for a wheel
    import zlib  # noqa: PLC0415

    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(f"handbook/offer/{path}") as f,
        ):
            return f.read(_LARGEST + 1)
    except KeyError as error:
        raise WrongUse(f"{address} is not a wheel that offers {path}") from error
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise WrongUse(f"{address} cannot be read: {error}") from error


def _read_file(folder: Path, address: str, path: str) -> bytes:
    file = folder / path
    if not file.is_file():
        kind = f"has no {path}" if folder.is_dir() else "is not a folder"
        raise WrongUse(
            f"{address} {kind}: give a folder with a built site, a wheel, or the "
            "address of a site, which begins with https://"
        )
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST + 1)
    except OSError as error:
        raise WrongUse(f"{address}: {path}: {error.strerror}") from error


def _read_installed() -> Callable[[str], bytes]:
    if (_OFFER / "registry.json").is_file():
        return functools.partial(_read_file, _OFFER, INSTALLED)
    return _Sources()


class _Sources:
    """The offer of an editable installation, built from the repository."""

    @functools.cached_property
    def _files(self) -> dict[str, bytes]:
        if not (_BOOK / "mkdocs.yml").is_file():
            raise WrongUse(
                "this installation offers no snippets: name a site with --from"
            )
        try:
            return offer(Files(_BOOK))
        except ValueError as error:
            raise WrongUse(f"{INSTALLED}: {error}") from error

    def __call__(self, path: str) -> bytes:
        return self._files[path]


def choose_source(asked: str | None, sources: Iterable[str], root: Path) -> Source:
    """Open the source that the user named, else the lock's, else the installation.

    Parameters
    ----------
    asked : str or None
        The address that the user named, relative to the current folder.
    sources : iterable of str
        The addresses in the lock.
    root : Path
        The project.

    Raises
    ------
    WrongUse
        If the lock has several addresses and the user named none.
    """
    if asked is not None:
        return open_source(address_for_lock(asked, root), root)
    known = sorted(set(sources))
    if len(known) > 1:
        raise WrongUse(f"name --from SOURCE: copies came from {' and '.join(known)}")
    return open_source(known[0] if known else INSTALLED, root)
