"""Compare the packages that a copy needs with those that the project declares."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from handbook.base.errors import WrongUse
from handbook.copier.project import read, read_pyproject

__all__ = ["describe_needs"]


def describe_needs(root: Path, requires: Iterable[str]) -> list[str]:
    """Return a line for each package: the versions needed, and the project's versions.

    Parameters
    ----------
    root : Path
        The project. Its pyproject.toml (dependencies, extras, groups) and
        requirements*.txt are read.
    requires : iterable of str
        The requirements of a copy: `pandas>=3.0`.

    Raises
    ------
    WrongUse
        If one of them is not a requirement.
    """
    declared = _declared(root)
    lines = []
    for text in requires:
        try:
            needed = Requirement(text)
        except InvalidRequirement as error:
            raise WrongUse(f"registry.json: {text!r} is not a requirement") from error
        found = declared.get(canonicalize_name(needed.name), [])
        if not found:
            lines.append(f"{text}: the project lacks it")
            continue
        line = f"{text}: the project has {', '.join(sorted(set(map(str, found))))}"
        if not any(_overlap(needed.specifier, each.specifier) for each in found):
            line += ", which leaves no version"
        lines.append(line)
    return lines


def _declared(root: Path) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for text in (*_in_pyproject(read_pyproject(root)), *_in_files(root)):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:  # an option of pip, a path, or an address
            continue
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def _in_pyproject(data: dict[str, Any]) -> Iterator[str]:
    project = _tables(data.get("project"))
    lists = [project.get("dependencies")]
    lists += _tables(project.get("optional-dependencies")).values()
    lists += _tables(data.get("dependency-groups")).values()
    for each in lists:
        # An item may be a table that includes another group, which is listed anyway.
        items = each if isinstance(each, list) else []
        yield from (item for item in items if isinstance(item, str))


def _tables(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _in_files(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("requirements*.txt")):
        content = read(path, path.name) or b""
        text = content.decode("utf-8-sig", errors="replace")
        for line in text.replace("\\\n", " ").splitlines():
            # Cut off a comment, or the hashes of a locked requirement.
            yield line.partition(" #")[0].partition(" --")[0].strip()


def _overlap(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Return whether a version is in both ranges.

    It is enough to try the ends of the ranges and the versions right after them.
    """
    ends = {
        Version(each.version.removesuffix(".*"))
        for each in (*one, *other)
        if each.operator != "==="  # it compares texts, which may not be versions
    } or {Version("1")}
    near = {Version("0")}
    for end in ends:
        *rest, last = end.release
        after = ".".join(map(str, [*rest, last + 1]))
        near |= {end, Version(f"{end.base_version}.1"), Version(after)}
    return any(
        one.contains(version, prereleases=True)
        and other.contains(version, prereleases=True)
        for version in near
    )
