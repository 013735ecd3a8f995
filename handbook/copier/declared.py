"""Read which packages a project declares, in any of the usual files."""

import codecs
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from handbook.copier.conda import read_items, split_spec
from handbook.copier.project import read_pyproject
from handbook.copier.versions import Ranges, ranges_of

__all__ = ["Declarations", "Declared", "read_declarations"]

_INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)[\s=]*(.+)")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_TOOLS = ("hatch", "pdm", "pixi", "poetry", "uv")
_KEYS = {
    "dependencies",
    "dev-dependencies",
    "extra-dependencies",
    "pypi-dependencies",
}
"""The keys of those tools' tables that list packages."""
_REQUIREMENTS = tuple(
    f"{name}.{end}"
    for name in ("requirements*", "*-requirements", "requirements/*")
    for end in ("txt", "in")
)
_UNREAD = {
    "setup.py": "it would have to be run",
    "tox.ini": "it lists what tests need",
    "pylock.toml": "a lock file",
}
"""Files that name packages and aren't read, each with the reason."""
_NOT_PACKAGES = {"pipenv", "requires", "scripts", "source"}


@dataclass(frozen=True, slots=True)
class Declared:
    """A package as a project declares it: the text, and what that allows."""

    text: str
    ranges: Ranges


class Declarations:
    """What the files of a project declare.

    Attributes
    ----------
    packages, constraints : mapping of str to list of Declared
        What is to be installed, and what only limits versions (`pip install -c`), by
        canonical name.
    read, unread : list of str
        The files that were read, and those that were not, with the reason.
    """

    def __init__(self, root: Path) -> None:
        self.packages: dict[str, list[Declared]] = defaultdict(list)
        self.constraints: dict[str, list[Declared]] = defaultdict(list)
        self.read: list[str] = []
        self.unread: list[str] = []
        self._root = root

    def text(self, path: Path) -> str | None:
        """Read a file and remember its name; return None if it can't be read."""
        name = os.path.relpath(path, self._root).replace(os.sep, "/")
        if name in self.read or not path.is_file():
            if name not in self.read:
                self.unread.append(f"{name} (no such file)")
            return None
        try:
            content = path.read_bytes()
        except OSError as error:
            self.unread.append(f"{name} ({error.strerror})")
            return None
        self.read.append(name)
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if is_wide else "utf-8-sig"  # PowerShell writes UTF-16
        return content.decode(encoding, errors="replace")

    def give_up(self, path: Path, reason: object) -> None:
        """Remember that a file was not understood."""
        name = os.path.relpath(path, self._root).replace(os.sep, "/")
        self.read.remove(name)
        self.unread.append(f"{name} ({reason})")

    def add(self, text: str, *, constraint: bool = False) -> None:
        """Add a requirement as pip writes it; ignore options, paths and addresses."""
        try:
            found = Requirement(text)
        except InvalidRequirement:
            if egg := _EGG.search(text):
                self.add(egg[1], constraint=constraint)
            return
        table = self.constraints if constraint else self.packages
        declared = Declared(str(found), (found.specifier,))
        table[canonicalize_name(found.name)].append(declared)

    def add_table(self, table: Mapping[str, object]) -> None:
        """Add a table of Poetry, pixi, Pipenv (`pandas = "^3.0"`) or PDM (groups)."""
        for name, value in table.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and isinstance(value, list):
                    self.add(each)
                    continue
                version = each.get("version", "*") if isinstance(each, dict) else each
                self.add_version(name, version if isinstance(version, str) else "*")

    def add_version(self, name: str, version: str) -> None:
        """Add a package with versions as Poetry, Pipenv or conda write them."""
        text = name if version == "*" else f"{name} {version}"
        declared = Declared(text, ranges_of(version))
        self.packages[canonicalize_name(name)].append(declared)

    def add_requirements(self, path: Path, *, constraint: bool = False) -> None:
        """Read a requirements file, and those that it includes."""
        text = self.text(path)
        if text is not None:
            lines = re.sub(r"\\\r?\n", " ", text).splitlines()
            self.add_lines(lines, path.parent, constraint=constraint)

    def add_lines(
        self, lines: Iterable[str], folder: Path, *, constraint: bool = False
    ) -> None:
        """Read lines of a requirements file in a folder."""
        for line in lines:
            # Cut off a comment, or the hashes of a locked requirement.
            text = re.split(r"(?:^|\s)#|\s--", line.strip())[0].strip()
            include = _INCLUDE.fullmatch(text)
            if not include:
                self.add(text, constraint=constraint)
            elif "://" in include[2]:
                self.unread.append(f"{include[2]} (not on this disk)")
            else:
                limits = constraint or "c" in include[1][:3]
                self.add_requirements(folder / include[2], constraint=limits)


def read_declarations(root: Path) -> Declarations:
    """Read every file of a project that may declare packages.

    Raises
    ------
    WrongUse
        If pyproject.toml is not TOML.
    """
    found = Declarations(root)
    _read_pyproject(found, root)
    for pattern in _REQUIREMENTS:
        for path in sorted(root.glob(pattern)):
            found.add_requirements(path)
    _read_setup(found, root)
    for pattern in ("environment*.y*ml", "conda.y*ml"):
        for path in sorted(root.glob(pattern)):
            _read_conda(found, path)
    for name in ("hatch.toml", "pixi.toml"):
        _read_tables(found, root / name, _named_tables)
    _read_tables(found, root / "Pipfile", _pipfile)
    for name, reason in _UNREAD.items():
        if (root / name).exists():
            found.unread.append(f"{name} ({reason})")
    return found


def _read_pyproject(found: Declarations, root: Path) -> None:
    data = read_pyproject(root)
    if (root / "pyproject.toml").is_file():
        found.read.append("pyproject.toml")
    project, tool = _table(data.get("project")), _table(data.get("tool"))
    lists = [project.get("dependencies")]
    lists += _table(project.get("optional-dependencies")).values()
    lists += _table(data.get("dependency-groups")).values()
    for each in lists:
        _add_value(found, each)
    for name in _TOOLS:
        for value in _named_tables(_table(tool.get(name))):
            _add_value(found, value)
    dynamic = _table(_table(tool.get("setuptools")).get("dynamic"))
    extras = _table(dynamic.get("optional-dependencies")).values()
    for value in (dynamic.get("dependencies"), *extras):
        files = _table(value).get("file", [])
        for file in [files] if isinstance(files, str) else files:
            found.add_requirements(root / str(file))


def _add_value(found: Declarations, value: object) -> None:
    """Add a list of requirements, or a table of versions by name."""
    if isinstance(value, dict):
        found.add_table(value)
    elif isinstance(value, list):
        # An item may be a table that includes another group, which is listed anyway.
        for item in value:
            if isinstance(item, str):
                found.add(item)


def _named_tables(data: Mapping[str, Any]) -> Iterator[object]:
    """Find the values of all keys that list packages, however deep."""
    for key, value in data.items():
        if key in _KEYS:
            yield value
        elif isinstance(value, dict):
            yield from _named_tables(value)


def _pipfile(data: Mapping[str, Any]) -> Iterator[object]:
    return (value for key, value in data.items() if key not in _NOT_PACKAGES)


def _read_tables(found: Declarations, path: Path, read: Any) -> None:
    """Read a TOML file of packages, if it is there."""
    text = found.text(path) if path.exists() else None
    if text is None:
        return
    try:
        for value in read(tomllib.loads(text)):
            _add_value(found, value)
    except (ValueError, RecursionError) as error:
        found.give_up(path, error)


def _read_setup(found: Declarations, root: Path) -> None:
    """Read setup.cfg."""
    path = root / "setup.cfg"
    text = found.text(path) if path.exists() else None
    if text is not None:
        import configparser  # noqa: PLC0415  few projects have this file

        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except configparser.Error as error:
            found.give_up(path, str(error).partition("\n")[0])
        else:
            _add_setup(found, root, parser)


def _add_setup(found: Declarations, root: Path, parser: Any) -> None:
    # Old versions of setuptools allowed a hyphen.
    keys = ("install_requires", "install-requires")
    values = [parser.get("options", key, fallback="") for key in keys]
    if parser.has_section("options.extras_require"):
        values += parser["options.extras_require"].values()
    for value in values:
        if value.strip().startswith("file:"):
            for name in value.strip().removeprefix("file:").split(","):
                found.add_requirements(root / name.strip())
        else:
            split = value.splitlines() if "\n" in value else value.split(";")
            found.add_lines(split, root)


def _read_conda(found: Declarations, path: Path) -> None:
    text = found.text(path)
    try:
        items = list(read_items(text or ""))
    except ValueError as error:
        found.give_up(path, error)
        return
    for item in items:
        if item.for_pip:
            found.add_lines([item.text], path.parent)
        else:
            found.add_version(*split_spec(item.text))


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
