"""Where copies come from: a published site, a folder, a wheel, or what is installed.

All have one layout: `registry.json`, and below `code/` the files that it names. Nothing
that is read is believed before its hash is.
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
    "choose_source",
    "open_source",
    "remembered",
]

INSTALLED = "installed"
TIMEOUT = 30.0
"""Seconds for one file, whatever is slow: the name, the first byte or the last."""
_LARGEST = 8 * 2**20
"""Bytes of one file; more is no registry and no module."""
_OFFER = Path(__file__).parents[1] / "offer"
_BOOK = Path(__file__).parents[2]

_MODULES, _TESTS = "code/snippets/", "code/tests/snippets/"


class NotOffered(WrongUse):
    """The source can be read, and has no such unit to copy."""


class Source:
    """One offer of units.

    Parameters
    ----------
    address : str
        As a lock remembers it.
    read : callable
        Gives the bytes at a path below the address, `_LARGEST` and one more at most.
    """

    def __init__(self, address: str, read: Callable[[str], bytes]) -> None:
        self.address = address
        self._read = read

    @functools.cached_property
    def registry(self) -> Registry:
        """What is offered; read once.

        Raises
        ------
        WrongUse
            If it cannot be read, or is no registry.
        """
        content = self._checked("registry.json")
        try:
            return Registry.from_json(content.decode())
        except ValueError as error:
            raise WrongUse(f"{self.address}: {error}") from error

    def unit(self, name: str) -> Unit:
        """Give a unit that one may copy.

        Raises
        ------
        NotOffered
            If there is none of that name (the message has the nearest), or if its
            only version was recalled.
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
                    f"{self.address}: {path} is not what registry.json says "
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
        If it is none of these, or if an address holds a password.
    """
    if address == INSTALLED:
        return Source(address, _read_installed())
    if "://" in address:
        site = _site(address)
        return Source(site, functools.partial(_get, site))
    path = Path(root, address)
    if path.suffix == ".whl":
        return Source(address, functools.partial(_unzip, path, address))
    return Source(address, functools.partial(_read_file, path, address))


def remembered(address: str, root: Path) -> str:
    """Give an address as a lock shall remember it, from one that a shell gave here.

    A folder or a wheel is found from the project, wherever that lies, unless the path
    was absolute.
    """
    if address == INSTALLED or "://" in address or Path(address).is_absolute():
        return address
    try:
        return Path(os.path.relpath(address, root)).as_posix()
    except ValueError:  # another drive of Windows
        return Path(address).resolve().as_posix()


def _site(address: str) -> str:
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
            "address, since handbook.lock remembers it"
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


def _get(site: str, path: str) -> bytes:
    """Fetch one file, all of it in time."""
    from handbook.copier.fetch import fetch  # noqa: PLC0415  a folder needs no network

    outcome: list[bytes | Exception] = []

    def work() -> None:
        try:
            outcome.append(fetch(site + path, _LARGEST + 1, TIMEOUT))
        except Exception as error:
            outcome.append(error)

    # A socket's own time-out begins anew at every byte.
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
    import zipfile  # noqa: PLC0415  a site and a folder do without
    import zlib  # noqa: PLC0415

    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(f"handbook/offer/{path}") as f,
        ):
            return f.read(_LARGEST + 1)
    except KeyError as error:
        raise WrongUse(f"{address} is no wheel that offers {path}") from error
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise WrongUse(f"{address} cannot be read: {error}") from error


def _read_file(folder: Path, address: str, path: str) -> bytes:
    file = folder / path
    if not file.is_file():
        kind = f"holds no {path}" if folder.is_dir() else "is no folder"
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
    """An editable installation: the repository itself."""

    @functools.cached_property
    def _files(self) -> dict[str, bytes]:
        if not (_BOOK / "mkdocs.yml").is_file():
            raise WrongUse(
                "this installation offers no snippets: name a site by --from"
            )
        try:
            return offer(Files(_BOOK))
        except ValueError as error:
            raise WrongUse(f"{INSTALLED}: {error}") from error

    def __call__(self, path: str) -> bytes:
        return self._files[path]


def choose_source(asked: str | None, sources: Iterable[str], root: Path) -> Source:
    """Open the source that was asked for, else the remembered, else the installed.

    Parameters
    ----------
    asked : str or None
        As a shell named it here.
    sources : iterable of str
        Those that the lock remembers.
    root : Path
        The project.

    Raises
    ------
    WrongUse
        If the lock remembers several.
    """
    if asked is not None:
        return open_source(remembered(asked, root), root)
    known = sorted(set(sources))
    if len(known) > 1:
        raise WrongUse(f"say --from SOURCE: copies came from {' and '.join(known)}")
    return open_source(known[0] if known else INSTALLED, root)
