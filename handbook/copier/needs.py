"""Compare the packages that a copy needs with those that the project declares."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from handbook.base.errors import WrongUse
from handbook.copier.declared import Declarations, Declared, read_declarations
from handbook.copier.project import read_pyproject

__all__ = ["OLDEST", "describe_needs", "describe_python"]

OLDEST = 11
"""The oldest Python 3 on which the snippets are proved."""


def describe_needs(root: Path, requires: Iterable[str]) -> list[str]:
    """Return a line for each package: the versions needed, and the project's versions.

    Parameters
    ----------
    root : Path
        The project. The files that `read_declarations` knows are read.
    requires : iterable of str
        The requirements of a copy: `pandas>=3.0`.

    Raises
    ------
    WrongUse
        If one of them is not a requirement.
    """
    declared = read_declarations(root)
    lines = []
    for text in requires:
        try:
            needed = Requirement(text)
        except InvalidRequirement as error:
            raise WrongUse(f"registry.json: {text!r} is not a requirement") from error
        lines.append(f"{text}: {_found(needed, declared)}")
    return lines


def describe_python(root: Path) -> Iterator[str]:
    """Find out whether the project promises to run on a Python that is too old."""
    project = read_pyproject(root).get("project")
    asked = project.get("requires-python") if isinstance(project, dict) else None
    try:
        allowed = SpecifierSet(asked if isinstance(asked, str) else ">=3.11")
    except InvalidSpecifier:
        return
    if any(allowed.contains(f"3.{minor}.99") for minor in range(OLDEST)):
        yield f"Python>=3.{OLDEST}: the project allows {asked}"


def _found(needed: Requirement, declared: Declarations) -> str:
    """Return what the project says about a package."""
    name = canonicalize_name(needed.name)
    packages, limits = declared.packages.get(name), declared.constraints.get(name, [])
    if not packages:
        only = f", it only limits {_texts(limits)}" if limits else ""
        return f"{_missing(declared)}{only}"
    fits = _fits(needed, packages) and (not limits or _fits(needed, limits))
    end = "" if fits else ", which leaves no version"
    return f"the project has {_texts([*packages, *limits])}{end}"


def _texts(declared: Iterable[Declared]) -> str:
    return ", ".join(sorted({each.text for each in declared}))


def _fits(needed: Requirement, declared: Iterable[Declared]) -> bool:
    ranges = [each for one in declared for each in one.ranges]
    return any(_overlap(needed.specifier, each) for each in ranges)


def _missing(declared: Declarations) -> str:
    """Return where a package was looked for; a file that was not read may name it."""
    read = _list(declared.read)
    if declared.unread:
        where = f"not in {read}" if read else "not found"
        return f"{where}; not read: {_list(declared.unread)}"
    return f"the project lacks it (read: {read or 'no file that names packages'})"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


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
