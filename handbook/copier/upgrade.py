"""`handbook upgrade [NAME]`: merge changes from upstream into your edited copies."""

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from handbook.base.errors import WrongUse
from handbook.base.words import visible
from handbook.copier.change import Change
from handbook.copier.copies import (
    File,
    copy_of,
    files_of,
    find,
    offered,
    write_bases,
    write_lock,
)
from handbook.copier.exclusive import exclusive, settle
from handbook.copier.lines import as_lf
from handbook.copier.lockfile import BASES, Copy, Lock, read_lock, version_of
from handbook.copier.project import find_project, read, safe_path
from handbook.copier.source import NotOffered, Source, address_for_lock, open_source
from handbook.registry.model import Unit

__all__ = ["call"]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The result for one file: a text for the user, and its content or None."""

    text: str
    content: bytes | None
    conflicts: bool = False


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    settle(root)
    with nullcontext() if arguments.dry_run else exclusive(root):
        return _upgrade(arguments, root)


def _upgrade(arguments: argparse.Namespace, root: Path) -> int:
    lock = read_lock(root)
    left: list[str] = []
    upgrades = list(_upgrades(arguments, lock, root, left))
    change, after = Change(root), dict(lock.copies)
    for upgrade in upgrades:
        write_bases(change, root, upgrade.contents.values())
    for upgrade in upgrades:
        upgrade.plan(change)
        after[upgrade.new.name] = upgrade.new
    if upgrades:
        write_lock(change, root, Lock(after))
        if not arguments.dry_run:
            change.apply()
    for line in left:
        print(visible(line))
    for upgrade in upgrades:
        upgrade.report()
    if not upgrades:
        every = "everything else" if left else "everything"
        print(f"{arguments.name or every} is up to date")
    elif arguments.dry_run:
        _print_preview(change)
    return 1 if any(upgrade.conflicts for upgrade in upgrades) else 0


def _upgrades(
    arguments: argparse.Namespace, lock: Lock, root: Path, left: list[str]
) -> Iterator["_Upgrade"]:
    """Read what is new of the named copy, or of each; list those that are left."""
    named = arguments.name is not None
    copies = [find(lock, arguments.name)] if named else list(lock.copies.values())
    asked = arguments.source and address_for_lock(arguments.source, root)
    sources = {
        address: open_source(address, root)
        for address in {asked or copy.source for copy in copies}
    }
    for copy in copies:
        source = sources[asked or copy.source]
        try:
            unit = _newest(copy, source, older=arguments.allow_older)
        except NotOffered as error:
            if named:
                raise
            left.append(f"{copy.name}: left as it is, {error}")
            continue
        _refuse_conflicts(copy, root)
        if copy.is_behind(unit) or arguments.restore or copy.source != source.address:
            yield _Upgrade(
                copy=copy,
                unit=unit,
                source=source,
                root=root,
                restore=arguments.restore,
            )


def _newest(copy: Copy, source: Source, *, older: bool) -> Unit:
    """Return the unit upstream.

    Raises
    ------
    NotOffered
        If the source doesn't have it, or only an older version.
    """
    unit = source.unit(copy.name)
    if not older and source.registry.precedes(unit, copy.hash, copy.date):
        raise NotOffered(
            f"{source.address} has only an older {copy.name}, "
            f"{version_of(unit.hash, unit.date)}, than you, {copy.version}: "
            "to go back, use --allow-older"
        )
    return unit


def _print_preview(change: Change) -> None:
    """Print what would change as a diff, without the bases, which nobody reads."""
    from handbook.copier.diff import compare  # noqa: PLC0415  slow to import

    before, after = (
        {
            place: as_lf(content)
            for place, content in files.items()
            if not place.startswith(f"{BASES}/")
        }
        for files in change.preview()
    )
    print("\n".join(compare(before, after)))
    print("This was a dry run: nothing was written.")


def _refuse_conflicts(copy: Copy, root: Path) -> None:
    for file in files_of(copy, root):
        if file.conflict:
            raise WrongUse(
                f"{file.place}:{file.conflict} has a conflict of an earlier merge: "
                "resolve it, then upgrade"
            )


class _Upgrade:
    """The upgrade of one copy to a new version."""

    def __init__(
        self, *, copy: Copy, unit: Unit, source: Source, root: Path, restore: bool
    ) -> None:
        self.old, self.root, self.restore = copy, root, restore
        self.contents = offered(source, unit, tests=copy.tests is not None)
        self.new = copy_of(
            unit,
            source=source.address,
            module=copy.module,
            code=copy.code,
            tests=copy.tests,
        )
        self.version = version_of(unit.hash, unit.date)
        self.outcomes: dict[str, _Outcome] = {}
        from handbook.copier.needs import describe_needs  # noqa: PLC0415  slow

        added = [each for each in unit.requires if each not in copy.requires]
        self.needs = describe_needs(root, added)

    @property
    def conflicts(self) -> bool:
        """Whether the user has to resolve something."""
        return any(outcome.conflicts for outcome in self.outcomes.values())

    def plan(self, change: Change) -> None:
        """Decide the new content of each file, and add it to a change."""
        new = self.new.written(self.contents)
        for file in files_of(self.old, self.root):
            outcome = self._decide(file, new.pop(file.place, None))
            self.outcomes[file.place] = outcome
            if outcome.content is not None and outcome.content != file.yours:
                change.write(file.path, file.with_line_ends(outcome.content))
            elif outcome.content is None and file.yours is not None:
                change.delete(file.path)
        for place, content in new.items():
            path = safe_path(self.root, place, "the place of a copy")
            there = read(path, place)
            if there is None:
                change.write(path, content)
            elif as_lf(there) != content:
                raise WrongUse(
                    f"{place} is in the way of a new file of {self.new.name}: move it"
                )
            self.outcomes[place] = _Outcome("new", content)

    def _decide(self, file: File, new: bytes | None) -> _Outcome:
        if file.yours is None:
            if new is None or not self.restore:
                return _Outcome("stays deleted", None)
            return _Outcome("restored", new)
        if new is None:
            if not file.is_edited:
                return _Outcome("deleted, as upstream", None)
            return _Outcome("gone upstream: yours stays, on its own", file.yours, True)
        return self._merge(file, file.yours, new)

    def _merge(self, file: File, yours: bytes, new: bytes) -> _Outcome:
        if new in {yours, file.base}:
            return _Outcome("kept", yours)
        if not file.is_edited:
            return _Outcome("upgraded", new)
        # Imported late: `--help` works with only the standard library.
        from handbook.copier.merge import merge  # noqa: PLC0415

        label = f"{self.new.name} {self.version}"
        merged = merge(file.base, yours, new, label=label)
        if merged.conflicts:
            places = (
                "1 place" if merged.conflicts == 1 else f"{merged.conflicts} places"
            )
            return _Outcome(f"CONFLICT in {places}: resolve it", merged.content, True)
        return _Outcome("merged with your edits", merged.content)

    def report(self) -> None:
        """Print what was done, and which packages are needed now."""
        print(f"{self.new.name}: {self.old.version} to {self.version}")
        for place, outcome in self.outcomes.items():
            print(f"  {place}: {outcome.text}")
        for line in self.needs:
            print(f"  now needs {line}")
