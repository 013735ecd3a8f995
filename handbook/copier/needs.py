"""What a copy needs, and what of it the project lacks."""

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
    """Say of each package in which versions it is needed, and what the project allows.

    Parameters
    ----------
    root : Path
        The project. Read are pyproject.toml (dependencies, extras, groups) and
        requirements*.txt.
    requires : iterable of str
        `pandas>=3.0`.

    Raises
    ------
    WrongUse
        If one of them is no requirement.
    """
    declared = _declared(root)
    lines = []
    for text in requires:
        try:
            needed = Requirement(text)
        except InvalidRequirement as error:
            raise WrongUse(f"registry.json: {text!r} is no requirement") from error
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
        except InvalidRequirement:  # an option of pip's, a path, an address
            continue
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def _in_pyproject(data: dict[str, Any]) -> Iterator[str]:
    project = _tables(data.get("project"))
    lists = [project.get("dependencies")]
    lists += _tables(project.get("optional-dependencies")).values()
    lists += _tables(data.get("dependency-groups")).values()
    for each in lists:
        # A group may include another, which is in the table by itself.
        items = each if isinstance(each, list) else []
        yield from (item for item in items if isinstance(item, str))


def _tables(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _in_files(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("requirements*.txt")):
        content = read(path, path.name) or b""
        text = content.decode("utf-8-sig", errors="replace")
        for line in text.replace("\\\n", " ").splitlines():
            # A comment, or the hashes of a locked requirement.
            yield line.partition(" #")[0].partition(" --")[0].strip()


def _overlap(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Tell whether a version is in both ranges.

    If any is, one of these is: an end of a range, or what comes right after it.
    """
    ends = {
        Version(each.version.removesuffix(".*"))
        for each in (*one, *other)
        if each.operator != "==="  # compares texts, which need be no versions
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
