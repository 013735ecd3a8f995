"""`handbook status`: what is outdated, edited or recalled."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.words import nearest
from handbook.copier.copies import File, files_of
from handbook.copier.lockfile import Copy, read_lock, version_of
from handbook.copier.project import find_project
from handbook.copier.source import open_source
from handbook.registry.model import Registry

__all__ = ["call"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    copies = read_lock(root).copies
    registries, silent = _registries({copy.source for copy in copies.values()}, root)
    if not copies:
        print("nothing is copied here: handbook search WORDS, handbook add NAME")
    width = max(map(len, copies), default=0)
    stale = unsettled = False
    for name, copy in copies.items():
        files = list(files_of(copy, root))
        said = local_state(files)
        unsettled |= any(file.conflict for file in files)
        registry = registries.get(copy.source)
        if registry is not None:
            bad, upstream = upstream_state(copy, registry)
            stale |= bad
            said = upstream + said
        print(f"{name:<{width}}  {'; '.join(said) or _quiet(registry)}")
    if stale:
        print("To merge what is new into your edits: handbook upgrade [NAME]")
    for line in silent:
        print(f"handbook: {line}", file=sys.stderr)
    if silent:
        return 2
    return 1 if arguments.check and (stale or unsettled) else 0


def _registries(
    addresses: set[str], root: Path
) -> tuple[dict[str, Registry], list[str]]:
    """Read each source once; what cannot be reached is said, and the rest goes on."""
    found, silent = {}, []
    for address in sorted(addresses):
        try:
            found[address] = open_source(address, root).registry
        except WrongUse as error:
            silent.append(str(error))
    return found, silent


def _quiet(registry: Registry | None) -> str:
    return "up to date" if registry else "as it came; its source cannot be read"


def local_state(files: Sequence[File]) -> list[str]:
    """Say what became of a copy's files here; nothing if they are as they came."""
    said = []
    if conflicts := [f"{f.place}:{f.conflict}" for f in files if f.conflict]:
        said.append(f"conflict to settle at {', '.join(conflicts)}")
    elif any(file.is_edited for file in files):
        said.append("edited here")
    if gone := [file.place for file in files if file.yours is None]:
        said.append(f"deleted here: {', '.join(gone)}")
    return said


def upstream_state(copy: Copy, registry: Registry) -> tuple[bool, list[str]]:
    """Say what became of a copy's unit upstream, and whether that is to be acted on."""
    unit = registry.snippets.get(copy.name)
    recall = registry.recalled.get(copy.hash)
    behind = unit is not None and copy.is_behind(unit)
    said = []
    if recall:
        mended = version_of(recall.mended_by, None)
        said.append(f"RECALLED: {recall.reason} (mended by {mended})")
    if unit is None:
        said.append(f"gone upstream{_successor(copy, registry)}")
    elif behind:
        what = "outdated" if copy.hash != unit.hash else "its test is outdated"
        newest = version_of(unit.hash, unit.date)
        said.append(f"{what}: from {copy.version}, now {newest}")
    return behind or recall is not None, said


def _successor(copy: Copy, registry: Registry) -> str:
    """Tell where the unit went: by its content, else by its name."""
    hashes = set(copy.files.values())
    for name, unit in registry.snippets.items():
        if hashes & set(unit.files.values()):
            return f": it is {name} now (handbook remove, handbook add)"
    near = nearest(copy.name, registry.snippets)
    return f": {near} has the nearest name" if near else ""
