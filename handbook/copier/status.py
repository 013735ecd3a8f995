"""`handbook status`: list the copies that are outdated, edited or recalled."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.words import nearest, visible
from handbook.copier.copies import File, files_of
from handbook.copier.exclusive import settle
from handbook.copier.lockfile import Copy, read_lock, version_of
from handbook.copier.project import find_project
from handbook.copier.source import open_source
from handbook.registry.model import Registry

__all__ = ["call"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    settle(root)
    copies = read_lock(root).copies
    registries, unreadable = _registries(
        {copy.source for copy in copies.values()}, root
    )
    if not copies:
        print("nothing is copied here: handbook search WORDS, handbook add NAME")
    width = max(map(len, copies), default=0)
    stale = broken = False
    for name, copy in copies.items():
        files = list(files_of(copy, root))
        states = local_state(files)
        broken |= any(file.conflict or file.syntax_error for file in files)
        registry = registries.get(copy.source)
        if registry is not None:
            bad, upstream = upstream_state(copy, registry)
            stale |= bad
            states = upstream + states
        print(f"{name:<{width}}  {'; '.join(states) or _default_state(registry)}")
    if stale:
        print("To merge what is new into your edits: handbook upgrade [NAME]")
    for line in unreadable:
        print(f"handbook: {visible(line)}", file=sys.stderr)
    if unreadable:
        return 2
    return 1 if arguments.check and (stale or broken) else 0


def _registries(
    addresses: set[str], root: Path
) -> tuple[dict[str, Registry], list[str]]:
    """Read each source once; return the registries, and errors for unreadable ones."""
    found, unreadable = {}, []
    for address in sorted(addresses):
        try:
            found[address] = open_source(address, root).registry
        except WrongUse as error:
            unreadable.append(str(error))
    return found, unreadable


def _default_state(registry: Registry | None) -> str:
    return "up to date" if registry else "not edited; its source cannot be read"


def local_state(files: Sequence[File]) -> list[str]:
    """Return how a copy's files were changed in the project, in words."""
    states = []
    if broken := [line for file in files if (line := _broken(file))]:
        states += broken
    elif any(file.is_edited for file in files):
        states.append("edited here")
    if gone := [file.place for file in files if file.yours is None]:
        states.append(f"deleted here: {', '.join(gone)}")
    return states


def _broken(file: File) -> str | None:
    """Return where and why an edited file can't be used, and the cure."""
    if file.conflict:
        where = f"{file.place}:{file.conflict}"
        return f"conflict to resolve at {where}: keep one version, delete the markers"
    if error := file.syntax_error:
        line, reason = error
        cure = "fix it, or delete the file and run handbook upgrade --restore"
        return f"not Python at {file.place}:{line} ({visible(reason)}): {cure}"
    return None


def upstream_state(copy: Copy, registry: Registry) -> tuple[bool, list[str]]:
    """Return whether a copy should be upgraded, and the reasons in words."""
    unit = registry.snippets.get(copy.name)
    recall = registry.recalled.get(copy.hash)
    newer = unit is not None and registry.precedes(unit, copy.hash, copy.date)
    behind = unit is not None and copy.is_behind(unit) and not newer
    states = []
    if recall:
        fixed = version_of(recall.mended_by, None)
        states.append(f"RECALLED: {recall.reason} (fixed by {fixed})")
    if unit is None:
        states.append(f"gone upstream{_successor(copy, registry)}")
    elif newer:
        there = version_of(unit.hash, unit.date)
        states.append(f"newer than its source: {copy.version}, there {there}")
    elif behind:
        what = "outdated" if copy.hash != unit.hash else "its test is outdated"
        newest = version_of(unit.hash, unit.date)
        states.append(f"{what}: from {copy.version}, now {newest}")
    return behind or recall is not None, states


def _successor(copy: Copy, registry: Registry) -> str:
    """Return the unit's new name, found by its content, or the most similar name."""
    hashes = set(copy.files.values())
    for name, unit in registry.snippets.items():
        if hashes & set(unit.files.values()):
            return f": it is {name} now (handbook remove, handbook add)"
    near = nearest(copy.name, registry.snippets)
    return f": {near} has the most similar name" if near else ""
