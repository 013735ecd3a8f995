"""Read the version ranges that Poetry, conda, pixi and Pipenv write."""

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

__all__ = ["Ranges", "ranges_of"]

Ranges = tuple[SpecifierSet, ...]
"""Ranges of versions, one of which is allowed."""

_CLAUSE = re.compile(r"(\^|~=|~|===|==|!=|<=|>=|<|>|=)?\s*([\w.*+!-]+)[\s,]*")


def ranges_of(text: str) -> Ranges:
    """Return the ranges that a text allows: `^3.0`, `>=2,<4`, `2.*|3.*`.

    A text that isn't understood allows every version: it names the package anyway.
    """
    try:
        return tuple(_range(each.strip()) for each in re.split(r"\|\|?", text))
    except (InvalidSpecifier, InvalidVersion):
        return (SpecifierSet(),)


def _range(text: str) -> SpecifierSet:
    found = list(_CLAUSE.finditer(text))
    if "".join(each[0] for each in found) != text:
        raise InvalidSpecifier(text)
    return SpecifierSet(",".join(_clause(each[1] or "==", each[2]) for each in found))


def _clause(operator: str, version: str) -> str:
    """Return a clause in the form that pip reads."""
    if version == "*":
        return ""
    if operator in {"^", "~"}:
        return f">={version},<{_above(operator, version)}"
    if operator == "=":  # conda: 3.1.2 is a 3.1
        return f"=={version.removesuffix('.*')}.*"
    if operator in {"<", "<=", ">", ">="}:
        version = version.removesuffix(".*")
    return operator + version


def _above(operator: str, version: str) -> str:
    """Return the first version that `^` (the same major) or `~` (minor) excludes."""
    release = Version(version).release
    if operator == "~":
        last = min(1, len(release) - 1)
    else:
        numbers = (n for n, part in enumerate(release) if part)
        last = next(numbers, len(release) - 1)
    return ".".join(map(str, (*release[:last], release[last] + 1)))
