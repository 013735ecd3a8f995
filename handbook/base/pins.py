"""Read requirements.lock: which package a module comes from, and what that needs."""

import functools
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from handbook.base.cache import Store, cache_folder, code_version, digest
from handbook.base.files import Files

__all__ = ["Lock"]


_NAME = r"([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?\s*"
_PIN = re.compile(_NAME + "(?:==|@)")
_VERSION = re.compile(r"==\s*([^\s;\\]+)")
_LOCK = Path("requirements.lock")
_MODULES = Path("modules")
_VIA = re.compile(r"\s+#\s+(?:via\s+)?" + _NAME + "$")


class Lock:
    """The pins of `requirements.lock`, as `uv pip compile` writes it.

    After each package it has `# via` and the packages that require it.

    Parameters
    ----------
    files : Files
        The files of the project. Without a lock nothing is pinned.
    """

    def __init__(self, files: Files) -> None:
        text = files.text(_LOCK) if files.has(_LOCK) else ""
        self.store = Store(cache_folder(files.root))
        self.key = {"lock": digest(text), "code": code_version()}
        self.pins: dict[str, list[str]] = {}
        self.requires: dict[str, set[str]] = {}
        self._modules: dict[str, list[str]] | None = None
        name = ""
        for line in text.splitlines():
            if match := _PIN.match(line):
                name = _normal(match[1])
                self.pins.setdefault(name, []).append(line.rstrip(" \\"))
            elif (match := _VIA.match(line)) and match[1] != "via":
                self.requires.setdefault(_normal(match[1]), set()).add(name)

    def pinned(self, modules: Iterable[str]) -> dict[str, str]:
        """Return the pins of the packages of modules, and of all that they require."""
        waiting = [package for module in modules for package in self._package(module)]
        found: dict[str, str] = {}
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = " | ".join(self.pins.get(name, ["not locked"]))
                if other := self._other_version(name):
                    found[name] += f" (installed: {other})"
                waiting += self.requires.get(name, ())
        return found

    def differences(self) -> list[str]:
        """Return the installed packages that the lock pins to another version."""
        exact = (name for name in sorted(self.pins) if "==" in self.pins[name][0])
        found = ((name, self._other_version(name)) for name in exact)
        return [f"{name} {version}" for name, version in found if version]

    def _other_version(self, name: str) -> str:
        """Return the installed version of a package; empty if it is one of its pins."""
        version = _installed().get(name, "")
        pins = self.pins.get(name, [])
        pinned = {match[1] for pin in pins if (match := _VERSION.search(pin))}
        return version if version not in pinned else ""

    def _package(self, module: str) -> list[str]:
        top = module.partition(".")[0]
        if _normal(top) in self.pins:
            return [_normal(top)]
        if self._modules is None:
            self._modules = self._packages_by_module()
        return self._modules.get(top, [_normal(top)])

    def _packages_by_module(self) -> dict[str, list[str]]:
        modules = self.store.get(_MODULES, self.key)
        if modules is None:
            from importlib.metadata import packages_distributions  # noqa: PLC0415  slow

            modules = {
                module: sorted({_normal(package) for package in packages})
                for module, packages in packages_distributions().items()
            }
            self.store.keep(_MODULES, self.key, modules)
        return modules


@functools.cache
def _installed() -> dict[str, str]:
    """Return the version of each installed package, by its folder: no file is read."""
    found: dict[str, str] = {}
    for place in map(Path, filter(os.path.isdir, sys.path)):
        for folder in sorted(place.glob("*.dist-info")):
            name, _, version = folder.stem.partition("-")
            found.setdefault(_normal(name), version)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
