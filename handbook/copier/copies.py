"""A copy as it stands in the project, beside what came and what upstream has now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from handbook.base.errors import WrongUse
from handbook.base.words import suggest
from handbook.copier.change import Change
from handbook.copier.lines import as_lf, find_markers
from handbook.copier.lockfile import BASES, LOCK, Copy, Lock, pristine, pristine_path
from handbook.copier.project import inside, read
from handbook.copier.source import Source
from handbook.registry.model import Unit, hash_of

__all__ = ["File", "copy_of", "files_of", "find", "keep", "offered", "record"]


@dataclass(frozen=True, slots=True)
class File:
    r"""One file of a copy.

    Attributes
    ----------
    place : str
        Its path in the project.
    path : Path
        The same, safe to write.
    base : bytes
        As it was written when it came.
    yours : bytes or None
        As it is, with `\n` at the ends of lines; None where it was deleted.
    windows : bool
        Whether its lines end in `\r\n`.
    """

    place: str
    path: Path
    base: bytes
    yours: bytes | None
    windows: bool

    @property
    def is_edited(self) -> bool:
        """Whether it is there, and other than it came."""
        return self.yours is not None and self.yours != self.base

    @property
    def conflict(self) -> int | None:
        """The line of the first conflict that nobody has settled."""
        return None if self.yours is None else find_markers(self.yours)

    def ended(self, content: bytes) -> bytes:
        r"""Give a text the line ends that the file has."""
        return content.replace(b"\n", b"\r\n") if self.windows else content


def files_of(copy: Copy, root: Path) -> Iterator[File]:
    """Read the files of a copy.

    Raises
    ------
    WrongUse
        If one cannot be read, or its pristine bytes are gone.
    """
    bases = {place: pristine(root, each) for place, each in copy.places.items()}
    for place, base in copy.written(bases).items():
        path = inside(root, place, LOCK)
        content = read(path, place)
        yield File(
            place,
            path,
            base,
            None if content is None else as_lf(content),
            content is not None and b"\r\n" in content,
        )


def find(lock: Lock, name: str) -> Copy:
    """Give a copy by its name.

    Raises
    ------
    WrongUse
        If there is none; the message has the nearest.
    """
    if name not in lock.copies:
        other = ": handbook status lists them"
        hint = suggest(
            name, lock.copies, ask="did you mean", cutoff=0.5, otherwise=other
        )
        raise WrongUse(f"no copy of {name} is here{hint}")
    return lock.copies[name]


def offered(source: Source, unit: Unit, *, tests: bool) -> dict[str, bytes]:
    """Read the files of a unit, modules first, by their path below their folder."""
    return source.modules(unit) | (source.tests(unit) if tests else {})


def copy_of(
    unit: Unit, *, source: str, module: str, code: str, tests: str | None
) -> Copy:
    """Make the record of a unit that comes as it is now."""
    return Copy(
        unit.name,
        unit.hash,
        unit.date,
        source,
        module,
        code,
        tests if unit.tests else None,
        unit.requires,
        {_below(path, "code/snippets"): each for path, each in unit.files.items()},
        {_below(path, "code/tests/snippets"): each for path, each in unit.tests.items()}
        if tests is not None
        else {},
    )


def record(change: Change, root: Path, after: Lock) -> None:
    """Let a change go on with the lock, and end with what no copy needs any longer.

    After the lock, so that a killed process leaves none that lacks a base; and by what
    is there, so that the next change drops what a killed one left.
    """
    path = inside(root, LOCK, LOCK)
    if after.copies:
        change.write(path, after.to_toml())
    else:
        change.delete(path)
    needed = {
        pristine_path(digest)
        for copy in after.copies.values()
        for digest in copy.places.values()
    }
    for base in sorted((root / BASES).glob("?" * 64)):
        if base.relative_to(root).as_posix() not in needed:
            change.delete(inside(root, base.relative_to(root).as_posix(), LOCK))


def keep(change: Change, root: Path, files: Iterable[bytes]) -> None:
    """Let a change begin with the pristine bytes of a copy: the base of a merge."""
    for content in files:
        path = pristine_path(hash_of(content))
        change.write(inside(root, path, LOCK), content)


def _below(path: str, folder: str) -> str:
    return PurePosixPath(path).relative_to(folder).as_posix()
